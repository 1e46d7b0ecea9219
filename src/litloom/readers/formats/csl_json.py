"""CSL-JSON, what citation processors take: Zotero, Mendeley, Pandoc and doi.org write it.

A list of ``{"type": "paper-conference", "title": …, "author": [{"family", "given"}], "issued": {"date-parts":
[[2017, 6]]}, "container-title": …, "DOI": …}``. Ids that it has no field for stand in ``note``, a line each
(``arXiv: 1706.03762``, ``PMID: 31452104``), as Zotero's users write them. Its own ``id`` says nothing outside
its file.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, one_line, read_records, unique
from litloom.readers.formats.crossref import parts_date
from litloom.readers.identifiers import first_known, parse_identifier, scheme_id
from litloom.readers.names import authors_of, orcid
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.json_fields import Record, inner, records, string
from litloom.readers.syntax.json_head import outline
from litloom.readers.syntax.json_records import json_records
from litloom.records import Paper

_TYPES: Final = frozenset(
    (
        *(
            "article",
            "article-journal",
            "article-magazine",
            "article-newspaper",
            "book",
            "chapter",
            "dataset",
        ),
        *("document", "entry", "entry-dictionary", "entry-encyclopedia", "manuscript", "paper-conference"),
        *("patent", "post", "post-weblog", "report", "review", "software", "speech", "standard", "thesis"),
        "webpage",
    )
)
_VENUES: Final = ("container-title", "event-title", "event", "publisher")
_NAMED: Final = ("family", "given", "literal")


def _sniff(head: str) -> float:
    record = outline(head).record or {}
    authors: Any = record.get("author")
    if isinstance(authors, list) and any(isinstance(a, dict) and set(a) & set(_NAMED) for a in authors):
        return 0.92 if isinstance(record.get("title"), str | None) else 0.0
    issued: Any = record.get("issued")
    kind: Any = record.get("type")
    is_csl = isinstance(issued, dict) or (isinstance(kind, str) and kind in _TYPES)
    return 0.85 if is_csl and isinstance(record.get("title"), str) else 0.0


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    return read_records(json_records(stream), partial(_paper, source=stream.name), stream, options)


def _paper(item: Record, source: str) -> Paper:
    title = plain_title(string(item, "title"))
    if not title:
        raise BadRecordError("has no title")
    authors, author_ids = authors_of(_author(author) for author in records(item, "author"))
    notes = string(item, "note").split("\n")
    texts = [string(item, "DOI"), *notes, string(item, "URL")]
    if isinstance(item.get("number"), str):
        texts.append(string(item, "number"))
    found = first_known(map(parse_identifier, texts))
    return Paper(
        title=title,
        abstract=plain_abstract(string(item, "abstract")),
        date=_date(inner(item, "issued")),
        authors=authors,
        author_ids=author_ids,
        venue=next(filter(None, (plain_title(string(item, name)) for name in _VENUES)), ""),
        url=one_line(string(item, "URL")),
        doi=found.doi,
        arxiv_id=found.arxiv_id,
        ids=unique(map(scheme_id, (f"pmid:{item.get('PMID', '')}", string(item, "URL"), *notes))),
        sources=(source,),
    )


def _author(author: Record) -> tuple[str, str]:
    order = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    name = " ".join(filter(None, (string(author, part) for part in order)))
    return plain_title(name or string(author, "literal")), orcid(string(author, "ORCID"))


def _date(issued: Record) -> str | None:
    written = string(issued, "raw") or string(issued, "literal")
    return parts_date(issued) or dates.iso_date(written) or dates.partial(written)


FORMAT: Final = Format(name="csl-json", suffixes=(".json", ".csljson"), sniff=_sniff, read=_read)
