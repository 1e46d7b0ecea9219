"""Works of Crossref: JSON of its API (``{"message": {"items": […]}}``), its public data file, or JSON Lines.

Titles are lists. Abstracts are JATS (``<jats:p>…``). A reference has a DOI, the title of an article, or
unstructured text with an id or a title in quotation marks.
"""

from __future__ import annotations

from typing import Any, Final

from litloom.readers.base import first, make_paper, one_line, record_format
from litloom.readers.dates import partial_date
from litloom.readers.identifiers import cited_work, has_identifier, parse_identifier
from litloom.readers.names import join_words, parse_orcid
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.syntax.json_fields import Record, inner, records, string, strings
from litloom.readers.syntax.json_head import first_record
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_DATES: Final = ("published", "published-online", "published-print", "issued", "posted", "created")
_OWN_FIELDS: Final = {
    *("reference-count", "references-count", "is-referenced-by-count", "indexed", "deposited", "prefix"),
}


def _sniff(head: str) -> float:
    record = first_record(head)
    if isinstance(record.get("title"), list) and ("DOI" in record or _OWN_FIELDS & record.keys()):
        return 0.95
    return 0.9 if "DOI" in record and not isinstance(record.get("title"), str) else 0.0


def _paper(work: Record, source: str) -> Paper:
    title, subtitle = _first_text(work, "title"), _first_text(work, "subtitle")
    if title and subtitle and subtitle.lower() not in title.lower():
        title = f"{title}: {subtitle}"
    return make_paper(
        title,
        source,
        abstract=plain_abstract(string(work, "abstract")),
        date=next(filter(None, (parts_date(inner(work, name)) for name in _DATES)), None),
        authors=map(person, records(work, "author")),
        venue=_first_text(work, "container-title") or one_line(string(work, "publisher")),
        url=string(inner(inner(work, "resource"), "primary"), "URL") or string(work, "URL"),
        identifiers=parse_identifier(string(work, "DOI")),
        references=map(_reference, records(work, "reference")),
    )


def _first_text(work: Record, name: str) -> str:
    value: Any = work.get(name)
    return plain_title(value if isinstance(value, str) else first(strings(work, name)[:1]))


def person(author: Record) -> tuple[str, str]:
    """Return the name and ORCID iD of an author in the fields of CSL."""
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    name = join_words(*(string(author, part) for part in parts))
    whole = name or string(author, "name") or string(author, "literal")
    return plain_title(whole), parse_orcid(string(author, "ORCID"))


def parts_date(value: Record) -> str | None:
    """Return the date of ``{"date-parts": [[2017, 6, 12]]}``.

    >>> parts_date({"date-parts": [[2017, "6"]]}), parts_date({"date-parts": [[None]]}), parts_date({})
    ('2017-06', None, None)
    """
    dates = value.get("date-parts")
    parts = dates[0] if isinstance(dates, list) and dates else None
    if not isinstance(parts, list) or not all(isinstance(part, str | int) for part in parts):
        return None
    return partial_date(*(str(part) for part in parts[:3])) if parts else None


def _reference(reference: Record) -> str:
    for name in ("DOI", "unstructured"):
        cited = cited_work(string(reference, name))
        if has_identifier(cited):
            return cited
    for name in ("article-title", "volume-title"):
        if title := plain_title(string(reference, name)):
            return title
    return plain_title(cited_work(string(reference, "unstructured")))


FORMAT: Final = record_format(
    "crossref", (".json", ".jsonl"), sniff=_sniff, records=json_records, paper=_paper
)
