"""Records of tagged lines, as in RIS; a line without a tag continues the value before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litloom.readers.base import BadRecordError, RawRecord
from litloom.readers.limits import LONGEST_RECORD
from litloom.readers.stream import Stream

Tagged = dict[str, list[str]]


def tagged_records(
    stream: Stream, pattern: re.Pattern[str], *, start: str, end: str
) -> Iterator[RawRecord[Tagged]]:
    """Yield the records between two tags; `pattern` matches a tagged line, with tag and value as groups."""
    record: dict[str, list[list[str]]] | None = None
    line, number, size, tag = 0, 0, 0, ""
    no_end = f"has no end ({end}); check whether the file is cut short"
    for line_number, text in enumerate(stream, 1):
        match = pattern.match(text)
        size += len(text) + 1
        if match and match[1] == start:
            if record is not None:
                yield RawRecord(BadRecordError(no_end), line, number)
            record, line, number, size, tag = {}, line_number, number + 1, 0, start
        if record is None:
            continue
        if match and match[1] == end:
            yield RawRecord(
                {name: list(map(_joined, values)) for name, values in record.items()}, line, number
            )
            record = None
        elif size > LONGEST_RECORD:
            too_long = BadRecordError(f"this record is longer than {LONGEST_RECORD >> 20} MiB")
            yield RawRecord(too_long, line, number)
            record = None
        elif match:
            tag = match[1]
            record.setdefault(tag, []).append([(match[2] or "").strip()])
        elif text.strip():
            record[tag][-1].append(text.strip())
    if record is not None:
        yield RawRecord(BadRecordError(no_end), line, number)


def _joined(lines: list[str]) -> str:
    return "\n".join(lines if lines[0] else lines[1:])
