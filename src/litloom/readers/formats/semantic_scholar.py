"""Papers of Semantic Scholar: answers of its API, or the JSON Lines of its bulk datasets.

The API writes ``{"paperId", "title", "externalIds": {"DOI", "ArXiv", "ACL", "PubMed"}, "references": […]}``,
in a list, or in ``{"data": […]}``; a list of citations wraps each paper in ``citingPaper`` or ``citedPaper``.
The datasets write the same fields in lower case, with a ``corpusid`` and no ``paperId``. A reference is named
by the best id that it has, else by its title.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, one_line, read_records, unique
from litloom.readers.identifiers import arxiv_id, parse_identifier
from litloom.readers.names import authors_of
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.json_fields import Record, inner, records, string, year
from litloom.readers.syntax.json_head import outline
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_WRAPPING: Final = ("citingPaper", "citedPaper")


def _sniff(head: str) -> float:
    names = {name.lower() for name in outline(head).record or ()}
    return 0.95 if {"paperid", "corpusid", "citingpaper", "citedpaper"} & names else 0.0


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    return read_records(json_records(stream), partial(_paper, source=stream.name), stream, options)


def _paper(record: Record, source: str) -> Paper:
    paper = _lower(next((inner(record, name) for name in _WRAPPING if name in record), record))
    title = plain_title(string(paper, "title"))
    if not title:
        raise BadRecordError("has no title")
    authors, author_ids = authors_of(_author(author) for author in records(paper, "authors"))
    doi, arxiv, *ids = _ids(paper)
    return Paper(
        title=title,
        abstract=plain_abstract(string(paper, "abstract")),
        date=dates.iso_date(string(paper, "publicationdate")) or None,
        year=year(paper, "year"),
        authors=authors,
        author_ids=author_ids,
        venue=one_line(string(paper, "venue") or string(inner(paper, "journal"), "name")),
        url=string(paper, "url"),
        doi=doi,
        arxiv_id=arxiv,
        ids=unique(ids),
        references=unique(map(_reference, records(paper, "references"))),
        sources=(source,),
    )


def _lower(record: Record) -> Record:
    return {name.lower(): value for name, value in record.items()}


def _author(author: Record) -> tuple[str, str]:
    own = _digits(_lower(author), "authorid")
    return string(author, "name"), f"s2:{own}" if own else ""


def _ids(paper: Record) -> list[str]:
    """Return the DOI, the arXiv id, and the others with their scheme; ``""`` for each that is unknown."""
    others = {name: value for name, value in _lower(inner(paper, "externalids")).items() if value is not None}
    doi = parse_identifier(str(others.get("doi", "")))
    acl, pubmed = str(others.get("acl", "")).strip(), str(others.get("pubmed", "")).strip()
    corpus = _digits(paper, "corpusid") or _digits(others, "corpusid")
    own = string(paper, "paperid").lower()
    return [
        doi.doi,
        arxiv_id(str(others.get("arxiv", ""))) or doi.arxiv_id,
        f"s2:{own}" if own else "",
        f"s2:{corpus}" if corpus else "",
        f"acl:{acl}" if acl else "",
        f"pubmed:{pubmed}" if pubmed else "",
    ]


def _digits(record: Record, name: str) -> str:
    value: Any = record.get(name)
    return str(value).strip() if isinstance(value, str | int) and str(value).strip().isdecimal() else ""


def _reference(reference: Record) -> str:
    cited = _lower(inner(reference, "citedPaper") or reference)
    doi, arxiv, *others = _ids(cited)
    if doi:
        return f"doi:{doi}"
    return (
        f"arxiv:{arxiv}" if arxiv else next(filter(None, others), "") or plain_title(string(cited, "title"))
    )


FORMAT: Final = Format(name="semantic-scholar", suffixes=(".json", ".jsonl"), sniff=_sniff, read=_read)
