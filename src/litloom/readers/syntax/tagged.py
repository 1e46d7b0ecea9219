"""Records of lines that begin with a tag of two characters; lines without one go on with the last value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litloom.readers.base import BadRecordError, RawRecord
from litloom.readers.limits import LONGEST_RECORD
from litloom.readers.stream import Stream

Tagged = dict[str, list[str]]


def tagged_records(
    stream: Stream, line_of: re.Pattern[str], *, first: str, last: str
) -> Iterator[RawRecord[Tagged]]:
    """Find the records, as they are asked for; what stands between them is passed over.

    Parameters
    ----------
    line_of
        What a line with a tag matches: its groups are the tag and the value.
    first, last
        The tags that begin and end a record. A record without its end was cut off: it is a bad one.
    """
    record: dict[str, list[list[str]]] | None = None
    start, number, size, tag = 0, 0, 0, ""
    for line_number, line in enumerate(stream, 1):
        found = line_of.match(line)
        size += len(line) + 1
        if found and found[1] == first:
            if record is not None:
                yield _cut_off(last, start, number)
            record, start, number, size, tag = {}, line_number, number + 1, 0, first
        if record is None:
            continue
        if found and found[1] == last:
            yield RawRecord(
                {name: list(map(_joined, values)) for name, values in record.items()}, start, number
            )
            record = None
        elif size > LONGEST_RECORD:
            yield RawRecord(
                BadRecordError(f"this record is longer than {LONGEST_RECORD >> 20} MiB"), start, number
            )
            record = None
        elif found:
            tag = found[1]
            record.setdefault(tag, []).append([(found[2] or "").strip()])
        elif line.strip():
            record[tag][-1].append(line.strip())
    if record is not None:
        yield _cut_off(last, start, number)


def _joined(lines: list[str]) -> str:
    return "\n".join(lines if lines[0] else lines[1:])


def _cut_off(last: str, line: int, number: int) -> RawRecord[Tagged]:
    return RawRecord(BadRecordError(f"it has no end ({last}): is the file cut short?"), line, number)
