"""arXiv's XML: the Atom of its API (``<feed><entry>``), and OAI-PMH (``<record>``) in its four forms.

OAI-PMH wraps metadata as ``arXiv``, ``arXivRaw``, ``arXivOld`` or Dublin Core (``oai_dc``). Records that
arXiv marks as deleted are passed over. Titles and abstracts are LaTeX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate
from functools import partial
from typing import Final

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, one_line, read_records
from litloom.readers.identifiers import arxiv_id, parse_identifier
from litloom.readers.names import authors_of, given_first
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_title, unwrapped
from litloom.readers.stream import Stream
from litloom.readers.syntax.xml_records import Element, child, children, local_name, text, xml_records
from litloom.records import Paper

_ROOT: Final = re.compile(r"<(?:[\w-]+:)?(feed|OAI-PMH|ListRecords|GetRecord)\b")
_NAMES: Final = re.compile(r",\s*(?:and\s+)?|\s+and\s+")
_PLACES: Final = re.compile(r"\([^()]*\)")


def _sniff(head: str) -> float:
    root = _ROOT.search(head)
    return 0.0 if root is None else 0.95 if "arxiv" in head.lower() else 0.3


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    records = xml_records(stream, "entry", "record")
    return read_records(records, partial(_paper, source=stream.name), stream, options)


def _paper(record: Element, source: str) -> Paper | None:
    if local_name(record) == "entry":
        return _of_atom(record, source)
    header, metadata = child(record, "header"), child(record, "metadata")
    if header is not None and header.get("status") == "deleted":
        return None
    if metadata is None or len(metadata) == 0:
        raise BadRecordError("has no metadata")
    return _of_oai(metadata[0], text(header, "identifier"), source)


def _of_atom(entry: Element, source: str) -> Paper:
    address = text(entry, "id")
    if address.endswith("/api/errors"):
        raise BadRecordError(f"arXiv answered with an error: {one_line(text(entry, 'summary'))}")
    return _made(
        title=text(entry, "title"),
        abstract=text(entry, "summary"),
        own=arxiv_id(address),
        date=dates.iso_date(text(entry, "published")) or None,
        names=[text(author, "name") for author in children(entry, "author")],
        doi=text(entry, "doi"),
        venue=text(entry, "journal_ref"),
        source=source,
    )


def _of_oai(form: Element, identifier: str, source: str) -> Paper:
    own = arxiv_id(text(form, "id") or identifier.rpartition(":")[2])
    addresses = [text(element) for element in children(form, "identifier")]
    dois = [text(form, "doi"), *(address for address in addresses if parse_identifier(address).doi)]
    return _made(
        title=text(form, "title"),
        abstract=text(form, "abstract") or _longest(form, "description"),
        own=own,
        date=_date(form),
        names=_authors(form),
        doi=next(filter(None, dois), ""),
        venue=text(form, "journal-ref"),
        source=source,
    )


def _longest(form: Element, name: str) -> str:
    return max((text(element) for element in children(form, name)), key=len, default="")


def _date(form: Element) -> str | None:
    raw = parsedate(text(form, "version/date"))
    if raw is not None:
        return dates.partial(*raw[:3])
    return dates.iso_date(text(form, "created") or text(form, "date")) or None


def _authors(form: Element) -> list[str]:
    parts = ("forenames", "keyname", "suffix")
    parsed = [
        " ".join(filter(None, (text(a, part) for part in parts))) for a in children(form, "authors/author")
    ]
    listed = _NAMES.split(_PLACES.sub("", one_line(text(form, "authors"))))
    return parsed or [given_first(text(element)) for element in children(form, "creator")] or listed


def _made(
    *,
    title: str,
    abstract: str,
    own: str,
    date: str | None,
    names: list[str],
    doi: str,
    venue: str,
    source: str,
) -> Paper:
    plain = plain_title(title, latex=True)
    if not plain:
        raise BadRecordError("has no title")
    authors, _ = authors_of((plain_title(name, latex=True), "") for name in names)
    return Paper(
        title=plain,
        abstract=unwrapped(abstract),
        date=date,
        authors=authors,
        venue=one_line(venue) or "arXiv",
        url=f"https://arxiv.org/abs/{own}" if own else "",
        doi=parse_identifier(doi.partition(" ")[0]).doi,
        arxiv_id=own,
        sources=(source,),
    )


FORMAT: Final = Format(name="arxiv-xml", suffixes=(".xml", ".atom"), sniff=_sniff, read=_read)
