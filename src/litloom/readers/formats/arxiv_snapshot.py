"""The metadata snapshot of arXiv: JSON Lines of some three million papers.

Titles and abstracts are LaTeX with wrapped lines. ``versions`` has the day of each version, of which the
first is used; ``authors_parsed`` has ``[family, given, suffix]``. ``doi`` and ``journal-ref`` are those of
the published paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from litloom.readers.base import BadRecordError, record_format
from litloom.readers.dates import email_date, iso_date
from litloom.readers.formats.arxiv_xml import arxiv_paper
from litloom.readers.identifiers import arxiv_id
from litloom.readers.names import join_words
from litloom.readers.syntax.json_fields import Record, records, string
from litloom.readers.syntax.json_head import first_record
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_OWN_FIELDS: Final = {
    *("submitter", "authors_parsed", "journal-ref", "report-no", "update_date", "categories"),
}
_INDENT: Final = re.compile(r"\r?\n  +(?=\S)")
"""arXiv indents the first line of a paragraph."""


def _sniff(head: str) -> float:
    return 0.95 if len(_OWN_FIELDS & first_record(head).keys()) >= 3 else 0.0


def _paper(record: Record, source: str) -> Paper:
    own_id = arxiv_id(string(record, "id"))
    if not own_id:
        raise BadRecordError(f"its id is not an arXiv id: {string(record, 'id')[:60]!a}")
    return arxiv_paper(
        own_id,
        source,
        title=string(record, "title"),
        abstract=_INDENT.sub("\n\n", string(record, "abstract")),
        date=_date(record),
        names=_names(record),
        doi=string(record, "doi"),
        venue=string(record, "journal-ref"),
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
        yield join_words(given, family, suffix)


def _date(record: Record) -> str | None:
    versions = records(record, "versions")
    created = email_date(string(versions[0], "created")) if versions else None
    return created or iso_date(string(record, "update_date"))


FORMAT: Final = record_format(
    "arxiv-snapshot", (".json", ".jsonl"), sniff=_sniff, records=json_records, paper=_paper
)
