"""Papers of Semantic Scholar: responses of its API, or JSON Lines of its bulk datasets.

The API writes ``{"paperId", "title", "externalIds": {"DOI", "ArXiv", "ACL", "PubMed"}, "references": […]}``,
in a list or in ``{"data": […]}``; a list of citations wraps each paper in ``citingPaper`` or ``citedPaper``.
The datasets write the same fields in lower case, with a ``corpusid`` and no ``paperId``. A reference becomes
its first known id, else its title.
"""

from __future__ import annotations

from typing import Any, Final

from litloom.readers.base import first, make_paper, one_line, record_format
from litloom.readers.dates import iso_date
from litloom.readers.identifiers import Identifiers, arxiv_id, parse_identifier, with_scheme
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.syntax.json_fields import Record, inner, records, string, year
from litloom.readers.syntax.json_head import first_record
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_WRAPPERS: Final = ("citingPaper", "citedPaper")


def _sniff(head: str) -> float:
    names = {name.lower() for name in first_record(head)}
    return 0.95 if {"paperid", "corpusid", "citingpaper", "citedpaper"} & names else 0.0


def _paper(record: Record, source: str) -> Paper:
    paper = _lower(next((inner(record, name) for name in _WRAPPERS if name in record), record))
    identifiers, ids = _ids(paper)
    return make_paper(
        plain_title(string(paper, "title")),
        source,
        abstract=plain_abstract(string(paper, "abstract")),
        date=iso_date(string(paper, "publicationdate")),
        year=year(paper, "year"),
        authors=map(_author, records(paper, "authors")),
        venue=one_line(string(paper, "venue") or string(inner(paper, "journal"), "name")),
        url=string(paper, "url"),
        identifiers=identifiers,
        ids=ids,
        references=map(_reference, records(paper, "references")),
    )


def _lower(record: Record) -> Record:
    return {name.lower(): value for name, value in record.items()}


def _author(author: Record) -> tuple[str, str]:
    return string(author, "name"), with_scheme("s2", _digits(_lower(author), "authorid"))


def _ids(paper: Record) -> tuple[Identifiers, list[str]]:
    """Return the DOI and arXiv id, and the other ids with their scheme; ``""`` for each that is unknown."""
    others = {name: value for name, value in _lower(inner(paper, "externalids")).items() if value is not None}
    doi, by_doi = parse_identifier(str(others.get("doi", "")))
    return Identifiers(doi, arxiv_id(str(others.get("arxiv", ""))) or by_doi), [
        with_scheme("s2", string(paper, "paperid").lower()),
        with_scheme("s2", _digits(paper, "corpusid") or _digits(others, "corpusid")),
        *(with_scheme(name, str(others.get(name, "")).strip()) for name in ("acl", "pubmed")),
    ]


def _digits(record: Record, name: str) -> str:
    value: Any = record.get(name)
    return str(value).strip() if isinstance(value, str | int) and str(value).strip().isdecimal() else ""


def _reference(reference: Record) -> str:
    cited = _lower(inner(reference, "citedPaper") or reference)
    identifiers, ids = _ids(cited)
    return first((*identifiers.with_schemes(), *ids)) or plain_title(string(cited, "title"))


FORMAT: Final = record_format(
    "semantic-scholar", (".json", ".jsonl"), sniff=_sniff, records=json_records, paper=_paper
)
