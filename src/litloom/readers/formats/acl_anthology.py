"""The XML of the ACL Anthology: one file a venue and year, ``<collection id="P19"><volume><paper>``.

A volume's ``<meta>`` holds its title and date, which its papers share. A paper's id is made of those of
collection, volume and paper: ``P19-1001`` until 2019, ``2020.acl-main.1`` since. ``<fixed-case>`` and the
like mark up titles and abstracts, ``<tex-math>`` their formulas. Front matter is no paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from litloom.readers import dates
from litloom.readers.base import BadRecordError, Format, RawRecord, read_records
from litloom.readers.identifiers import parse_identifier
from litloom.readers.names import authors_of
from litloom.readers.options import Options
from litloom.readers.plain_text import plain_abstract, plain_title
from litloom.readers.stream import Stream
from litloom.readers.syntax.xml_records import Element, child, children, local_name, text, xml_records
from litloom.records import Paper


def _sniff(head: str) -> float:
    return 0.95 if "<collection" in head and "<volume" in head else 0.0


def _read(stream: Stream, options: Options) -> Iterator[Paper]:
    venue, date = "", None

    def papers() -> Iterator[RawRecord[Element]]:
        nonlocal venue, date
        number = 0
        for found in xml_records(stream, "meta", "paper"):
            if isinstance(found.content, Element) and local_name(found.content) == "meta":
                venue = plain_title(text(found.content, "booktitle"))
                date = dates.partial(text(found.content, "year"), text(found.content, "month"))
            else:
                number += 1
                yield RawRecord(found.content, found.line, number)

    return read_records(papers(), lambda paper: _paper(paper, venue, date, stream.name), stream, options)


def _paper(paper: Element, venue: str, date: str | None, source: str) -> Paper:
    title = _said(paper, "title")
    if not title:
        raise BadRecordError("has no title")
    own = _id(paper)
    authors, author_ids = authors_of(_author(author) for author in children(paper, "author"))
    found = parse_identifier(text(paper, "doi"))
    return Paper(
        title=title,
        abstract=plain_abstract(_with_formulas(paper, "abstract")),
        date=dates.partial(text(paper, "year"), text(paper, "month")) or date,
        authors=authors,
        author_ids=author_ids,
        venue=_said(paper, "booktitle") or venue,
        url=f"https://aclanthology.org/{own}/" if own else "",
        doi=found.doi,
        arxiv_id=found.arxiv_id,
        ids=(f"acl:{own}",) if own else (),
        sources=(source,),
    )


def _said(paper: Element, name: str) -> str:
    return plain_title(_with_formulas(paper, name))


def _with_formulas(paper: Element, name: str) -> str:
    element = child(paper, name)
    for formula in children(element, "tex-math"):
        formula.text = f"${formula.text or ''}$"
    return text(element)


def _author(author: Element) -> tuple[str, str]:
    parts = (text(author, part) for part in ("first", "last"))
    own = author.get("orcid") or ""
    return plain_title(" ".join(filter(None, parts)) or text(author)), f"orcid:{own}" if own else ""


def _id(paper: Element) -> str:
    """Return the paper's id; ``""`` where one of its parts is missing."""
    volume = paper.getparent()
    collection = None if volume is None else volume.getparent()
    if volume is None or collection is None:
        return ""
    parts = [element.get("id", "") for element in (collection, volume, paper)]
    if not all(parts):
        return ""
    if not parts[0][0].isdigit() and all(p.isdecimal() and len(p) < 6 for p in parts[1:]):
        # One digit for the volume and three for the paper, but in workshops two and two.
        wide = parts[0].startswith("W") or (parts[0] in ("C69", "D19") and int(parts[1]) >= 5)
        return (
            f"{parts[0]}-{int(parts[1]):02d}{int(parts[2]):02d}"
            if wide
            else f"{parts[0]}-{parts[1]}{int(parts[2]):03d}"
        )
    return f"{parts[0]}-{parts[1]}.{parts[2]}"


FORMAT: Final = Format(name="acl-anthology", suffixes=(".xml",), sniff=_sniff, read=_read)
