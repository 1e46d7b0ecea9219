"""What the beginning of a JSON text tells: how its records are wrapped, and what the first one holds.

Services put the records of a page into an object: ``{"results": [...]}`` (OpenAlex), ``{"data": [...]}``
(Semantic Scholar), ``{"message": {"items": [...]}}`` (Crossref). The beginning may end anywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from litloom.readers.base import INVISIBLE

WRAPPERS: Final = frozenset({"results", "data", "items", "message", "recommendedPapers"})
_OWN_FIELDS: Final = ("title", "paperId", "DOI")
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()
_CUT_OFF: Final = object()


class Outline(NamedTuple):
    """How a JSON text begins.

    Parameters
    ----------
    path
        The fields that lead from the outermost object to the records; empty where nothing wraps them.
    in_lines
        Whether each line is a record.
    record
        The fields of the first record, as far as the beginning holds them; those of which only the name is
        left are ``None``.
    """

    path: tuple[str, ...] = ()
    in_lines: bool = False
    record: dict[str, Any] | None = None


@lru_cache(maxsize=2)
def outline(head: str) -> Outline:
    """Return what the beginning of a text tells; no record where it is not JSON.

    Examples
    --------
    >>> outline('{"meta": {"count": 2}, "results": [{"id": "W1", "title": "On Loo')
    Outline(path=('results',), in_lines=False, record={'id': 'W1', 'title': None})
    >>> outline("On Looms").record is None
    True
    """
    head = head.lstrip(INVISIBLE + " \t\r\n")
    try:
        return _outline(head)
    except (ValueError, RecursionError):
        return Outline(record={}) if re.match(r'\{\s*["}]|\[\s*\{', head) else Outline()


def _outline(head: str) -> Outline:
    at = _skip(head, 0)
    if head.startswith("["):
        at = _skip(head, 1)
        return Outline(record=_record(head, at)) if head[at : at + 1] == "{" else Outline()
    if not head.startswith("{"):
        return Outline()
    path, at = _unwrapped(head, at, WRAPPERS)
    return Outline(path, not path and _first_line_is_whole(head), _record(head, at))


def _first_line_is_whole(head: str) -> bool:
    line, _, rest = head.partition("\n")
    if not rest:
        return True
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return bool(re.search(r"\}\s*$", line)) or not re.match(r'\s*["}]', rest)
    return True


def _unwrapped(head: str, at: int, wrappers: Collection[str]) -> tuple[tuple[str, ...], int]:
    """Return the fields that wrap the first record, and where that begins."""
    for name, value_at, _ in _members(head, at):
        opening = re.compile(r"\[\s*\{|\{").match(head, value_at)
        if name in _OWN_FIELDS:
            break
        if name in wrappers and opening:
            if opening[0] != "{":
                return (name,), opening.end() - 1
            if name == "message":
                path, inner = _unwrapped(head, value_at, WRAPPERS - {name})
                return (name, *path), inner
    return (), at


def _record(head: str, at: int) -> dict[str, Any]:
    return {name: None if value is _CUT_OFF else value for name, _, value in _members(head, at)}


def _members(head: str, at: int) -> Iterator[tuple[str, int, Any]]:
    """Give the name, the place and the value of each field of an object, as far as it goes."""
    at = _skip(head, at + 1)
    while head[at : at + 1] == '"':
        name, at = _decoded(head, at)
        at = _skip(head, at)
        if name is _CUT_OFF or head[at : at + 1] != ":":
            return
        start = _skip(head, at + 1)
        value, at = _decoded(head, start)
        yield name, start, value
        at = _skip(head, at)
        if value is _CUT_OFF or head[at : at + 1] != ",":
            return
        at = _skip(head, at + 1)


def _decoded(head: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(head, at)
    except (ValueError, RecursionError):
        return _CUT_OFF, len(head)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
