"""Records of XML, one at a time in constant memory.

Nothing is fetched, and files that declare entities are rejected, so that a few lines cannot expand to
gigabytes; ``libxml2`` itself rejects elements nested hundreds deep and texts above 10 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Final

from lxml import etree

from litloom.errors import InputError
from litloom.readers.base import RawRecord, one_line
from litloom.readers.limits import LONGEST, MOST_TAGS
from litloom.readers.stream import Stream

Element = etree._Element  # lxml gives the class no public name
_TOO_LONG: Final = f"this record is longer than {LONGEST >> 20} MiB or {MOST_TAGS:,} tags"
_FORMULA_SOURCE: Final = re.compile(r"(?:\{[^}]*\})?(?:annotation|annotation-xml)")


def xml_records(stream: Stream, *names: str) -> Iterator[RawRecord[Element]]:
    """Yield the elements of these names in any namespace; raise `InputError` if the text is not XML."""
    parser = etree.XMLPullParser(
        events=("end",), tag=[f"{{*}}{name}" for name in names], resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    number, size, tags, line, error = 0, 0, 0, 1, None
    for block in chain(stream.blocks(), [b""]):
        size += len(block)
        tags += block.count(b"<")
        line += block.count(b"\n")
        try:
            parser.feed(block) if block else parser.close()
        except etree.XMLSyntaxError as syntax:
            reason = f"not XML: {one_line(syntax.msg or 'damaged')}"
            error = InputError(stream.name, reason, syntax.lineno or 1)
        for _, element in parser.read_events():
            if isinstance(element, Element):
                number += 1
                _reject_entities(element, stream.name)
                yield RawRecord(element, element.sourceline, number)
                _free(element)
                size = tags = 0
        if error is not None:
            raise error
        if size > LONGEST or tags > MOST_TAGS:
            raise InputError(stream.name, _TOO_LONG, line)


def _reject_entities(element: Element, name: str) -> None:
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise InputError(name, "declares entities (<!ENTITY …>), which are not read for safety", 1)


def _free(element: Element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local_name(element: Element) -> str:
    """Return an element's name without its namespace or undeclared prefix."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def child(element: Element | None, path: str) -> Element | None:
    """Return the first element at a path of names in any namespace."""
    return None if element is None else element.find(_any_namespace(path))


def children(element: Element | None, path: str) -> list[Element]:
    """Return the elements at a path of names in any namespace."""
    return [] if element is None else element.findall(_any_namespace(path))


def text(element: Element | None, path: str = "") -> str:
    """Return all text of an element, or of the first one at a path; ``""`` if there is none.

    >>> text(etree.fromstring("<a><b>On <i>looms</i></b></a>"), "b")
    'On looms'
    """
    at_path = child(element, path) if path else element
    return "" if at_path is None else "".join(_texts(at_path)).strip()


def _texts(element: Element) -> Iterator[str]:
    if isinstance(element.tag, str) and _FORMULA_SOURCE.fullmatch(element.tag):
        return
    yield element.text or ""
    for inner in element:
        yield from _texts(inner)
        yield inner.tail or ""


@cache
def _any_namespace(path: str) -> str:
    return "/".join(f"{{*}}{name}" for name in path.split("/"))
