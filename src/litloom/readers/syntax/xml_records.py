"""Records of XML, one at a time: what was read is let go.

Nothing is fetched, and a file that declares entities is refused, so that a few lines cannot become gigabytes;
``libxml2`` itself refuses elements nested hundreds deep and texts beyond 10 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from litloom.errors import InputError
from litloom.readers.base import RawRecord, one_line
from litloom.readers.limits import LONGEST, MOST_TAGS
from litloom.readers.stream import Stream

Element = etree._Element  # lxml gives the class no public name
_PLACE: Final = re.compile(r"(?:, try XML_PARSE_HUGE)?, line \d+, column \d+$")
_ENDLESS: Final = f"there is no end to a record within {LONGEST >> 20} MiB and {MOST_TAGS:,} tags"
_SOURCE: Final = re.compile(r"(?:\{[^}]*\})?(?:annotation|annotation-xml)")


def xml_records(stream: Stream, *names: str) -> Iterator[RawRecord[Element]]:
    """Find the elements of these names, whatever their namespace, when they end.

    Raises
    ------
    InputError
        Where the text stops being XML, or declares entities.
    """
    parser = etree.XMLPullParser(
        events=("end",), tag=[f"{{*}}{name}" for name in names], resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    number, since, tags, line, error = 0, 0, 0, 1, None
    for block in _blocks(stream):
        since += len(block)
        tags += block.count(b"<")
        line += block.count(b"\n")
        try:
            parser.feed(block) if block else parser.close()
        except etree.XMLSyntaxError as syntax:
            error = InputError(
                stream.name, f"not XML: {one_line(syntax.msg or 'damaged')}", syntax.lineno or 1
            )
        for _, element in parser.read_events():
            if not isinstance(element, Element):
                continue
            number += 1
            _refuse_entities(element, stream.name)
            yield RawRecord(element, element.sourceline, number)
            _let_go(element)
            since = tags = 0
        if error is not None:
            raise error
        if since > LONGEST or tags > MOST_TAGS:
            raise InputError(stream.name, _ENDLESS, line)


def _blocks(stream: Stream) -> Iterator[bytes]:
    yield from stream.blocks()
    yield b""


def _refuse_entities(element: Element, name: str) -> None:
    declared = element.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise InputError(name, "it declares entities (<!ENTITY …>), which are not read for safety", 1)


def _let_go(element: Element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local_name(element: Element) -> str:
    """Return an element's name without its namespace, or without a prefix that is not declared."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def child(element: Element | None, path: str) -> Element | None:
    """Return the first element at a path of names, whatever their namespace."""
    return None if element is None else element.find("/".join(f"{{*}}{name}" for name in path.split("/")))


def children(element: Element | None, path: str) -> list[Element]:
    """Return the elements at a path of names, whatever their namespace."""
    return [] if element is None else element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


def text(element: Element | None, path: str = "") -> str:
    """Return all text of an element, or of the first one at a path; ``""`` where there is none.

    Examples
    --------
    >>> text(etree.fromstring("<a><b>On <i>looms</i></b></a>"), "b")
    'On looms'
    """
    found = child(element, path) if path else element
    return "" if found is None else "".join(_texts(found)).strip()


def _texts(element: Element) -> Iterator[str]:
    if isinstance(element.tag, str) and _SOURCE.fullmatch(element.tag):
        return
    yield element.text or ""
    for inner in element:
        yield from _texts(inner)
        yield inner.tail or ""
