"""The tagged export of Web of Science ("plain text file").

::

    FN Clarivate Analytics Web of Science
    VR 1.0
    PT J
    AF Hochreiter, S
       Schmidhuber, J
    TI Long short-term memory
    PY 1997
    CR Bengio Y, 1994, IEEE T NEURAL NETWOR, V5, P157, DOI 10.1109/72.279181
    ER

Lines that begin with spaces go on with the field before, as another value where the field is a list. A cited
reference (``CR``) has no title, so those without a DOI or arXiv id name nothing that could be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, one_line, read_records, unique
from litloom.readers.identifiers import cited_in, parse_identifier
from litloom.readers.names import authors_of, given_first, orcid
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.tagged import Tagged, tagged_records
from litloom.records import Paper

_LINE: Final = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*$)")
_BEGINS: Final = re.compile(r"\s*(?:FN .*\n(?:VR .*\n)?)?PT [A-Z]\s*\n(?:[A-Z][A-Z0-9] |   )")
_DAY: Final = re.compile(r"([A-Z]{3})(?:-[A-Z]{3})?(?: (\d{1,2}))?", re.IGNORECASE)


def _sniff(head: str) -> float:
    return 0.95 if _BEGINS.match(head.replace("\r\n", "\n")) else 0.0


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    records = tagged_records(stream, _LINE, first="PT", last="ER")
    return read_records(records, partial(_paper, source=stream.name), stream, options)


def _paper(record: Tagged, source: str) -> Paper:
    title = plain_title(_text(record, "TI"))
    if not title:
        raise BadRecordError("has no title (TI)")
    if len(record["TI"]) > 1:
        raise BadRecordError("TI is given twice")
    day = _DAY.match(_text(record, "PD"))
    orcids = _orcids(record)
    names = _items(record, "AF") or _items(record, "AU")
    authors, author_ids = authors_of((given_first(name), orcids.get(name.lower(), "")) for name in names)
    found = parse_identifier(_text(record, "DI"))
    pubmed, own = _text(record, "PM"), _text(record, "UT").removeprefix("WOS:")
    return Paper(
        title=title,
        abstract=plain_abstract(_text(record, "AB")),
        date=dates.partial(_text(record, "PY"), *(day.groups() if day else ())),
        authors=authors,
        author_ids=author_ids,
        venue=_text(record, "SO"),
        doi=found.doi,
        arxiv_id=found.arxiv_id or parse_identifier(_text(record, "AR")).arxiv_id,
        ids=unique((f"pubmed:{pubmed}" if pubmed.isdecimal() else "", f"wos:{own}" if own else "")),
        references=_references(record),
        sources=(source,),
    )


def _text(record: Tagged, tag: str) -> str:
    return one_line(" ".join(record.get(tag, ())))


def _items(record: Tagged, tag: str) -> list[str]:
    return [one_line(line) for value in record.get(tag, ()) for line in value.split("\n")]


def _orcids(record: Tagged) -> dict[str, str]:
    pairs = (pair.rpartition("/") for pair in _text(record, "OI").split(";"))
    return {name.strip().lower(): orcid(own) for name, _, own in pairs if name}


def _references(record: Tagged) -> tuple[str, ...]:
    cited = (cited_in(line) for line in _items(record, "CR"))
    return unique(reference for reference in cited if reference.startswith(("doi:", "arxiv:")))


FORMAT: Final = Format(name="web-of-science", suffixes=(".ciw", ".isi"), sniff=_sniff, read=_read)
