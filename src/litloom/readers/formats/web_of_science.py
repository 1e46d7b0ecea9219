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

An indented line continues the field before it; in a list it is the next value. Cited references (``CR``) have
no titles, so those without a DOI or arXiv id are dropped.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from litloom.readers.base import BadRecordError, make_paper, one_line, record_format
from litloom.readers.dates import partial_date
from litloom.readers.identifiers import cited_work, first_ids, has_identifier, parse_identifier, with_scheme
from litloom.readers.names import given_name_first, parse_orcid
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.syntax.tagged import Tagged, tagged_records
from litloom.records import Paper

_LINE: Final = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*$)")
_FIRST_LINES: Final = re.compile(r"\s*(?:FN .*\n(?:VR .*\n)?)?PT [A-Z]\s*\n(?:[A-Z][A-Z0-9] |   )")
_MONTH_AND_DAY: Final = re.compile(r"([A-Z]{3})(?:-[A-Z]{3})?(?: (\d{1,2}))?", re.IGNORECASE)


def _sniff(head: str) -> float:
    return 0.95 if _FIRST_LINES.match(head.replace("\r\n", "\n")) else 0.0


def _paper(record: Tagged, source: str) -> Paper:
    title = plain_title(_text(record, "TI"))
    if not title:
        raise BadRecordError("has no title (TI)")
    if len(record["TI"]) > 1:
        raise BadRecordError("has TI twice")
    day = _MONTH_AND_DAY.match(_text(record, "PD"))
    orcids = _orcids(record)
    pubmed, own_id = _text(record, "PM"), _text(record, "UT").removeprefix("WOS:")
    cited = map(cited_work, _items(record, "CR"))
    return make_paper(
        title,
        source,
        abstract=plain_abstract(_text(record, "AB")),
        date=partial_date(_text(record, "PY"), *(day.groups() if day else ())),
        authors=(
            (given_name_first(name), orcids.get(name.lower(), ""))
            for name in _items(record, "AF") or _items(record, "AU")
        ),
        venue=_text(record, "SO"),
        identifiers=first_ids(parse_identifier(_text(record, tag)) for tag in ("DI", "AR")),
        ids=(with_scheme("pubmed", pubmed if pubmed.isdecimal() else ""), with_scheme("wos", own_id)),
        references=filter(has_identifier, cited),
    )


def _text(record: Tagged, tag: str) -> str:
    return one_line(" ".join(record.get(tag, ())))


def _items(record: Tagged, tag: str) -> list[str]:
    return [one_line(line) for value in record.get(tag, ()) for line in value.split("\n")]


def _orcids(record: Tagged) -> dict[str, str]:
    pairs = (pair.rpartition("/") for pair in _text(record, "OI").split(";"))
    return {name.strip().lower(): parse_orcid(orcid) for name, _, orcid in pairs if name}


FORMAT: Final = record_format(
    "web-of-science",
    (".ciw", ".isi"),
    sniff=_sniff,
    records=partial(tagged_records, pattern=_LINE, start="PT", end="ER"),
    paper=_paper,
)
