"""arXiv's XML: Atom of its API (``<feed><entry>``), and OAI-PMH (``<record>``).

OAI-PMH wraps metadata as ``arXiv``, ``arXivRaw``, ``arXivOld`` or Dublin Core (``oai_dc``). Deleted records
are skipped. Titles and abstracts are LaTeX.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from litloom.readers.base import BadRecordError, RawRecord, first, make_paper, one_line, record_format
from litloom.readers.dates import email_date, iso_date
from litloom.readers.identifiers import Identifiers, arxiv_id, parse_identifier
from litloom.readers.names import given_name_first, join_words
from litloom.readers.plain_text import latex_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.xml_records import Element, child, children, local_name, text, xml_records
from litloom.records import Paper

_ROOT: Final = re.compile(r"<(?:[\w-]+:)?(feed|OAI-PMH|ListRecords|GetRecord)\b")
_BETWEEN_NAMES: Final = re.compile(r",\s*(?:and\s+)?|\s+and\s+")
_AFFILIATION: Final = re.compile(r"\([^()]*\)")


def _sniff(head: str) -> float:
    root = _ROOT.search(head)
    return 0.0 if root is None else 0.95 if "arxiv" in head.lower() else 0.3


def _records(stream: Stream) -> Iterator[RawRecord[Element]]:
    return xml_records(stream, "entry", "record")


def _paper(record: Element, source: str) -> Paper | None:
    if local_name(record) == "entry":
        return _from_atom(record, source)
    header, metadata = child(record, "header"), child(record, "metadata")
    if header is not None and header.get("status") == "deleted":
        return None
    if metadata is None or len(metadata) == 0:
        raise BadRecordError("has no metadata")
    return _from_oai(metadata[0], text(header, "identifier"), source)


def _from_atom(entry: Element, source: str) -> Paper:
    url = text(entry, "id")
    if url.endswith("/api/errors"):
        raise BadRecordError(f"arXiv returned an error: {one_line(text(entry, 'summary'))}")
    return arxiv_paper(
        arxiv_id(url),
        source,
        title=text(entry, "title"),
        abstract=text(entry, "summary"),
        date=iso_date(text(entry, "published")),
        names=[text(author, "name") for author in children(entry, "author")],
        doi=text(entry, "doi"),
        venue=text(entry, "journal_ref"),
    )


def _from_oai(metadata: Element, identifier: str, source: str) -> Paper:
    identifiers = (text(element) for element in children(metadata, "identifier"))
    descriptions = (text(element) for element in children(metadata, "description"))
    return arxiv_paper(
        arxiv_id(text(metadata, "id") or identifier.rpartition(":")[2]),
        source,
        title=text(metadata, "title"),
        abstract=text(metadata, "abstract") or max(descriptions, key=len, default=""),
        date=email_date(text(metadata, "version/date"))
        or iso_date(text(metadata, "created") or text(metadata, "date")),
        names=_authors(metadata),
        doi=text(metadata, "doi") or first(given for given in identifiers if parse_identifier(given).doi),
        venue=text(metadata, "journal-ref"),
    )


def _authors(metadata: Element) -> list[str]:
    parts = ("forenames", "keyname", "suffix")
    return (
        [join_words(*(text(a, part) for part in parts)) for a in children(metadata, "authors/author")]
        or [given_name_first(text(creator)) for creator in children(metadata, "creator")]
        or _BETWEEN_NAMES.split(_AFFILIATION.sub("", one_line(text(metadata, "authors"))))
    )


def arxiv_paper(
    own_id: str,
    source: str,
    *,
    title: str,
    abstract: str,
    date: str | None,
    names: Iterable[str],
    doi: str,
    venue: str,
) -> Paper:
    """Return a paper of arXiv, whose texts are LaTeX and whose DOI and venue are of its publication."""
    return make_paper(
        plain_title(title, latex=True),
        source,
        abstract=latex_abstract(abstract),
        date=date,
        authors=((plain_title(name, latex=True), "") for name in names),
        venue=one_line(venue) or "arXiv",
        url=f"https://arxiv.org/abs/{own_id}" if own_id else "",
        identifiers=Identifiers(parse_identifier(doi.partition(" ")[0]).doi, own_id),
    )


FORMAT: Final = record_format("arxiv-xml", (".xml", ".atom"), sniff=_sniff, records=_records, paper=_paper)
