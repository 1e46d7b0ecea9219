"""The beginning of a JSON text: how its records are wrapped, and the fields of the first one.

Services wrap the records of a page in an object: ``{"results": [...]}`` (OpenAlex), ``{"data": [...]}``
(Semantic Scholar), ``{"message": {"items": [...]}}`` (Crossref). The beginning may stop anywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from litloom.readers.base import INVISIBLE

WRAPPERS: Final = frozenset({"results", "data", "items", "message", "recommendedPapers"})
_RECORD_FIELDS: Final = ("title", "paperId", "DOI")
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_OPENING: Final = re.compile(r"\[\s*\{|\{")
_DECODER: Final = json.JSONDecoder()
_CUT_OFF: Final = object()


class Outline(NamedTuple):
    """The structure of a JSON text.

    It has the path of fields to wrapped records, whether each line is a record, and the fields of the first
    record as far as they are complete (the value of the last may be ``None``); no record if it is not JSON.
    """

    path: tuple[str, ...] = ()
    in_lines: bool = False
    record: dict[str, Any] | None = None


@lru_cache(maxsize=2)
def outline(head: str) -> Outline:
    """Return the structure of a text from its beginning.

    >>> outline('{"meta": {"count": 2}, "results": [{"id": "W1", "title": "On Loo')
    Outline(path=('results',), in_lines=False, record={'id': 'W1', 'title': None})
    """
    head = head.lstrip(INVISIBLE + " \t\r\n")
    try:
        return _outline(head)
    except (ValueError, RecursionError):
        return Outline(record={}) if re.match(r'\{\s*["}]|\[\s*\{', head) else Outline()


def first_record(head: str) -> dict[str, Any]:
    """Return the fields of the first record; none if the text is not JSON."""
    return outline(head).record or {}


def _outline(head: str) -> Outline:
    if head.startswith("["):
        at = _skip_space(head, 1)
        return Outline(record=_record(head, at)) if head[at : at + 1] == "{" else Outline()
    if not head.startswith("{"):
        return Outline()
    path, at = _unwrapped(head, 0, WRAPPERS)
    return Outline(path, not path and _is_whole_first_line(head), _record(head, at))


def _is_whole_first_line(head: str) -> bool:
    line, _, rest = head.partition("\n")
    if not rest:
        return True
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return bool(re.search(r"\}\s*$", line)) or not re.match(r'\s*["}]', rest)
    return True


def _unwrapped(head: str, at: int, wrappers: Collection[str]) -> tuple[tuple[str, ...], int]:
    """Return the fields that wrap the first record, and where it starts."""
    for name, value_at, _ in _members(head, at):
        if name in _RECORD_FIELDS:
            break
        opening = _OPENING.match(head, value_at) if name in wrappers else None
        if opening and opening[0] != "{":
            return (name,), opening.end() - 1
        if opening and name == "message":
            path, inner = _unwrapped(head, value_at, WRAPPERS - {name})
            return (name, *path), inner
    return (), at


def _record(head: str, at: int) -> dict[str, Any]:
    return {name: None if value is _CUT_OFF else value for name, _, value in _members(head, at)}


def _members(head: str, at: int) -> Iterator[tuple[str, int, Any]]:
    """Yield the name, position and value of each field of an object."""
    at = _skip_space(head, at + 1)
    while head[at : at + 1] == '"':
        name, at = _decoded(head, at)
        at = _skip_space(head, at)
        if name is _CUT_OFF or head[at : at + 1] != ":":
            return
        start = _skip_space(head, at + 1)
        value, at = _decoded(head, start)
        yield name, start, value
        at = _skip_space(head, at)
        if value is _CUT_OFF or head[at : at + 1] != ",":
            return
        at = _skip_space(head, at + 1)


def _decoded(head: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(head, at)
    except (ValueError, RecursionError):
        return _CUT_OFF, len(head)


def _skip_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
