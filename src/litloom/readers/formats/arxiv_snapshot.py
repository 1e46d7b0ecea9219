"""The metadata snapshot of arXiv: JSON Lines of some three million papers.

Title and abstract are LaTeX, wrapped to lines. ``versions`` holds the day of each version, of which the first
counts; ``authors_parsed`` holds ``[family, given, suffix]``. ``doi`` and ``journal-ref`` are those of the
published paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate
from functools import partial
from typing import Any, Final

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, one_line, read_records
from litloom.readers.identifiers import arxiv_id, parse_identifier
from litloom.readers.names import authors_of
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_title, unwrapped
from litloom.readers.stream import Stream
from litloom.readers.syntax.json_fields import Record, records, string
from litloom.readers.syntax.json_head import outline
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_OWN: Final = {"submitter", "authors_parsed", "journal-ref", "report-no", "update_date", "categories"}

# Where a paragraph begins, arXiv indents.
_INDENT: Final = re.compile(r"\r?\n  +(?=\S)")


def _sniff(head: str) -> float:
    return 0.95 if len(_OWN & (outline(head).record or {}).keys()) >= 3 else 0.0


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    return read_records(json_records(stream), partial(_paper, source=stream.name), stream, options)


def _paper(record: Record, source: str) -> Paper:
    title = plain_title(string(record, "title"), latex=True)
    if not title:
        raise BadRecordError("has no title")
    own = arxiv_id(string(record, "id"))
    if not own:
        raise BadRecordError(f"its id is no arXiv id: {string(record, 'id')[:60]!a}")
    authors, _ = authors_of((plain_title(name, latex=True), "") for name in _names(record))
    return Paper(
        title=title,
        abstract=unwrapped(_INDENT.sub("\n\n", string(record, "abstract"))),
        date=_date(record),
        authors=authors,
        venue=one_line(string(record, "journal-ref")) or "arXiv",
        url=f"https://arxiv.org/abs/{own}",
        doi=parse_identifier(string(record, "doi").partition(" ")[0]).doi,
        arxiv_id=own,
        sources=(source,),
    )


def _names(record: Record) -> Iterator[str]:
    parsed: Any = record.get("authors_parsed")
    if not isinstance(parsed, list):
        yield from string(record, "authors").replace(" and ", ", ").split(", ")
        return
    for name in parsed:
        if not isinstance(name, list) or not all(isinstance(part, str) for part in name):
            raise BadRecordError("'authors_parsed' must be a list of lists of strings")
        family, given, suffix = (*name, "", "", "")[:3]
        yield " ".join(filter(None, (given, family, suffix)))


def _date(record: Record) -> str | None:
    versions = records(record, "versions")
    created = parsedate(string(versions[0], "created")) if versions else None
    if created is not None:
        return dates.partial(*created[:3])
    return dates.iso_date(string(record, "update_date")) or None


FORMAT: Final = Format(name="arxiv-snapshot", suffixes=(".json", ".jsonl"), sniff=_sniff, read=_read)
