"""CSL-JSON, the input of citation processors, as Zotero, Mendeley, Pandoc and doi.org write it.

A list of ``{"type": "paper-conference", "title": …, "author": [{"family", "given"}], "issued": {"date-parts":
[[2017, 6]]}, "container-title": …, "DOI": …}``. Ids without a field of their own are lines of ``note``
(``arXiv: 1706.03762``, ``PMID: 31452104``), a convention of Zotero. The field ``id`` is not used.
"""

from __future__ import annotations

from typing import Any, Final

from litloom.readers.base import first, make_paper, one_line, record_format
from litloom.readers.dates import parse_date
from litloom.readers.formats.crossref import parts_date, person
from litloom.readers.identifiers import first_ids, parse_identifier, scheme_id
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.syntax.json_fields import Record, inner, records, string
from litloom.readers.syntax.json_head import first_record
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_TYPES: Final = {
    *("article", "article-journal", "article-magazine", "article-newspaper", "book", "chapter", "dataset"),
    *("document", "entry", "entry-dictionary", "entry-encyclopedia", "manuscript", "paper-conference"),
    *("patent", "post", "post-weblog", "report", "review", "software", "speech", "standard", "thesis"),
    "webpage",
}
_VENUES: Final = ("container-title", "event-title", "event", "publisher")
_NAME_PARTS: Final = {"family", "given", "literal"}


def _sniff(head: str) -> float:
    record = first_record(head)
    authors: Any = record.get("author")
    if isinstance(authors, list) and any(isinstance(a, dict) and _NAME_PARTS & a.keys() for a in authors):
        return 0.92 if isinstance(record.get("title"), str | None) else 0.0
    kind: Any = record.get("type")
    is_csl = isinstance(record.get("issued"), dict) or (isinstance(kind, str) and kind in _TYPES)
    return 0.85 if is_csl and isinstance(record.get("title"), str) else 0.0


def _paper(item: Record, source: str) -> Paper:
    url, notes = string(item, "URL"), string(item, "note").split("\n")
    number = string(item, "number") if isinstance(item.get("number"), str) else ""
    return make_paper(
        plain_title(string(item, "title")),
        source,
        abstract=plain_abstract(string(item, "abstract")),
        date=_date(inner(item, "issued")),
        authors=map(person, records(item, "author")),
        venue=first(plain_title(string(item, name)) for name in _VENUES),
        url=one_line(url),
        identifiers=first_ids(map(parse_identifier, (string(item, "DOI"), *notes, url, number))),
        ids=map(scheme_id, (f"pmid:{item.get('PMID', '')}", url, *notes)),
    )


def _date(issued: Record) -> str | None:
    return parts_date(issued) or parse_date(string(issued, "raw") or string(issued, "literal"))


FORMAT: Final = record_format(
    "csl-json", (".json", ".csljson"), sniff=_sniff, records=json_records, paper=_paper
)
