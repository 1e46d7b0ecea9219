"""RIS, as Zotero, EndNote, Mendeley, Scopus, IEEE Xplore and publishers' sites write it.

::

    TY  - CONF
    TI  - Attention Is All You Need
    AU  - Vaswani, Ashish
    AU  - Shazeer, Noam
    PY  - 2017
    DO  - 10.48550/arXiv.1706.03762
    ER  -

Programs disagree on tags: a title is ``TI`` or ``T1``, an abstract ``AB`` or ``N2``, a date ``DA``, ``PY`` or
``Y1`` (``2017/06/12/``), a venue ``T2``, ``JO``, ``JF``, ``BT``, ``JA`` or ``J2``. Ids stand in ``DO`` and
``UR``, and where programs put accession numbers. Lines without a tag go on with the value before; what stands
between records, such as the search that Ovid prints, is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, read_records, unique
from litloom.readers.identifiers import Identifiers, first_known, parse_identifier, scheme_id
from litloom.readers.names import authors_of, given_first, orcid
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.tagged import Tagged, tagged_records
from litloom.records import Paper

_LINE: Final = re.compile(r"\s{0,3}([A-Z][A-Z0-9])  -(?:\s+(.*)|\s*$)")
_BEGINS: Final = re.compile(r"^\s{0,3}TY  - ?[A-Z]+", re.MULTILINE)
_ACCESSIONS: Final = ("AN", "M1", "M3", "N1", "C1", "C6", "C7", "U1", "ID", "PB")


def _sniff(head: str) -> float:
    return 0.95 if _BEGINS.search(head) else 0.0


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    records = tagged_records(stream, _LINE, first="TY", last="ER")
    return read_records(records, partial(_paper, source=stream.name), stream, options)


def _paper(record: Tagged, source: str) -> Paper:
    title = plain_title(_first(record, "TI", "T1", "CT"))
    if not title:
        raise BadRecordError("has no title (TI or T1)")
    for tag in ("TI", "T1"):
        if len(set(record.get(tag, ()))) > 1:
            raise BadRecordError(f"{tag} is given twice")
    authors, author_ids = authors_of(
        (given_first(plain_title(name)), orcid(name)) for name in record.get("AU") or record.get("A1") or ()
    )
    found = _identifiers(record)
    return Paper(
        title=title,
        abstract=plain_abstract("\n".join(record.get("AB") or record.get("N2") or ())),
        date=_date(record),
        authors=authors,
        author_ids=author_ids,
        venue=plain_title(_first(record, "T2", "JO", "JF", "BT", "JA", "J2")),
        url=next(iter(_urls(record)), ""),
        doi=found.doi,
        arxiv_id=found.arxiv_id,
        ids=unique(map(scheme_id, _id_texts(record))),
        sources=(source,),
    )


def _first(record: Tagged, *tags: str) -> str:
    return next((value for tag in tags for value in record.get(tag, ()) if value), "")


def _date(record: Tagged) -> str | None:
    """Return the most precise of the dates that the record gives for its publication."""
    written = [_first(record, tag) for tag in ("DA", "PY", "Y1")]
    found = [dates.iso_date(text) or dates.partial(*_parts(text)) for text in written]
    year = next((date[:4] for date in found[1:] if date), "")
    return max((date for date in found if date and date.startswith(year)), key=len, default=None)


def _parts(text: str) -> list[str]:
    return text.replace("-", "/").split("/")[:3]


def _urls(record: Tagged) -> Iterator[str]:
    for tag in ("UR", "LK", "L2", "L1"):
        for value in record.get(tag, ()):
            yield from (part.strip() for part in value.split(";") if "://" in part)


def _id_texts(record: Tagged) -> Iterator[str]:
    yield from _urls(record)
    for tag in _ACCESSIONS:
        yield from record.get(tag, ())
    if "pubmed" in _first(record, "DB", "DP").lower():
        yield f"pmid:{_first(record, 'AN')}"


def _identifiers(record: Tagged) -> Identifiers:
    return first_known(map(parse_identifier, (*record.get("DO", ()), *_id_texts(record))))


FORMAT: Final = Format(name="ris", suffixes=(".ris",), sniff=_sniff, read=_read)
