"""XML of the ACL Anthology: one file per venue and year, ``<collection id="P19"><volume><paper>``.

The ``<meta>`` of a volume has the title and date of its papers. A paper's id joins those of collection,
volume and paper: ``P19-1001`` until 2019, ``2020.acl-main.1`` since. Titles and abstracts contain markup such
as ``<fixed-case>`` and formulas in ``<tex-math>``. Front matter is ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from litloom.readers.base import RawRecord, make_paper, record_format
from litloom.readers.dates import partial_date
from litloom.readers.identifiers import parse_identifier, with_scheme
from litloom.readers.names import join_words
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.xml_records import Element, child, children, local_name, text, xml_records
from litloom.records import Paper

InVolume = tuple[Element, str, str | None]
"""A paper, and the title and date of its volume."""


def _sniff(head: str) -> float:
    return 0.95 if "<collection" in head and "<volume" in head else 0.0


def _records(stream: Stream) -> Iterator[RawRecord[InVolume]]:
    venue, date, number = "", None, 0
    for record in xml_records(stream, "meta", "paper"):
        element = record.content
        if isinstance(element, Element) and local_name(element) == "meta":
            venue, date = plain_title(text(element, "booktitle")), _date(element)
        elif isinstance(element, Element):
            number += 1
            yield RawRecord((element, venue, date), record.line, number)


def _paper(record: InVolume, source: str) -> Paper:
    paper, venue, date = record
    own_id = _id(paper)
    return make_paper(
        plain_title(_with_formulas(paper, "title")),
        source,
        abstract=plain_abstract(_with_formulas(paper, "abstract")),
        date=_date(paper) or date,
        authors=map(_author, children(paper, "author")),
        venue=plain_title(_with_formulas(paper, "booktitle")) or venue,
        url=f"https://aclanthology.org/{own_id}/" if own_id else "",
        identifiers=parse_identifier(text(paper, "doi")),
        ids=[with_scheme("acl", own_id)],
    )


def _date(element: Element) -> str | None:
    return partial_date(text(element, "year"), text(element, "month"))


def _with_formulas(paper: Element, name: str) -> str:
    element = child(paper, name)
    for formula in children(element, "tex-math"):
        formula.text = f"${formula.text or ''}$"
    return text(element)


def _author(author: Element) -> tuple[str, str]:
    name = join_words(text(author, "first"), text(author, "last")) or text(author)
    return plain_title(name), with_scheme("orcid", author.get("orcid") or "")


def _id(paper: Element) -> str:
    """Return the paper's id; ``""`` if one of its parts is missing."""
    volume = paper.getparent()
    collection = None if volume is None else volume.getparent()
    if volume is None or collection is None:
        return ""
    parts = [element.get("id", "") for element in (collection, volume, paper)]
    if not all(parts):
        return ""
    name, *numbers = parts
    if name[0].isdigit() or not all(part.isdecimal() and len(part) < 6 for part in numbers):
        return f"{name}-{numbers[0]}.{numbers[1]}"
    major, minor = map(int, numbers)
    # One digit for the volume and three for the paper; two and two for workshops.
    if name.startswith("W") or (name in ("C69", "D19") and major >= 5):
        return f"{name}-{major:02d}{minor:02d}"
    return f"{name}-{numbers[0]}{minor:03d}"


FORMAT: Final = record_format("acl-anthology", (".xml",), sniff=_sniff, records=_records, paper=_paper)
