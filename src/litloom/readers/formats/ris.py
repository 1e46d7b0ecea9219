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
``Y1`` (``2017/06/12/``), a venue ``T2``, ``JO``, ``JF``, ``BT``, ``JA`` or ``J2``. Ids are in ``DO``, ``UR``,
and the tags for accession numbers. A line without a tag continues the value before it. Text between records,
such as the search that Ovid prints, is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from litloom.readers.base import BadRecordError, first, make_paper, record_format
from litloom.readers.dates import iso_date, partial_date
from litloom.readers.identifiers import first_ids, parse_identifier, scheme_id
from litloom.readers.names import given_name_first, parse_orcid
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.syntax.tagged import Tagged, tagged_records
from litloom.records import Paper

_LINE: Final = re.compile(r"\s{0,3}([A-Z][A-Z0-9])  -(?:\s+(.*)|\s*$)")
_FIRST_LINE: Final = re.compile(r"^\s{0,3}TY  - ?[A-Z]+", re.MULTILINE)
_ACCESSION_NUMBERS: Final = ("AN", "M1", "M3", "N1", "C1", "C6", "C7", "U1", "ID", "PB")


def _sniff(head: str) -> float:
    return 0.95 if _FIRST_LINE.search(head) else 0.0


def _paper(record: Tagged, source: str) -> Paper:
    title = plain_title(_first(record, "TI", "T1", "CT"))
    if not title:
        raise BadRecordError("has no title (TI or T1)")
    for tag in ("TI", "T1"):
        if len(set(record.get(tag, ()))) > 1:
            raise BadRecordError(f"has {tag} twice")
    ids = list(_ids(record))
    return make_paper(
        title,
        source,
        abstract=plain_abstract("\n".join(record.get("AB") or record.get("N2") or ())),
        date=_date(record),
        authors=map(_author, record.get("AU") or record.get("A1") or ()),
        venue=plain_title(_first(record, "T2", "JO", "JF", "BT", "JA", "J2")),
        url=first(_urls(record)),
        identifiers=first_ids(map(parse_identifier, (*record.get("DO", ()), *ids))),
        ids=map(scheme_id, ids),
    )


def _first(record: Tagged, *tags: str) -> str:
    return first(value for tag in tags for value in record.get(tag, ()))


def _author(name: str) -> tuple[str, str]:
    return given_name_first(plain_title(name)), parse_orcid(name)


def _date(record: Tagged) -> str | None:
    """Return the most precise date that agrees with the year of publication."""
    texts = [_first(record, tag) for tag in ("DA", "PY", "Y1")]
    dates = [iso_date(text) or partial_date(*text.replace("-", "/").split("/")[:3]) or "" for text in texts]
    year = first(dates[1:])[:4]
    return max((date for date in dates if date.startswith(year)), key=len) or None


def _urls(record: Tagged) -> Iterator[str]:
    for tag in ("UR", "LK", "L2", "L1"):
        for value in record.get(tag, ()):
            yield from (part.strip() for part in value.split(";") if "://" in part)


def _ids(record: Tagged) -> Iterator[str]:
    yield from _urls(record)
    for tag in _ACCESSION_NUMBERS:
        yield from record.get(tag, ())
    if "pubmed" in _first(record, "DB", "DP").lower():
        yield f"pmid:{_first(record, 'AN')}"


FORMAT: Final = record_format(
    "ris",
    (".ris",),
    sniff=_sniff,
    records=partial(tagged_records, pattern=_LINE, start="TY", end="ER"),
    paper=_paper,
)
