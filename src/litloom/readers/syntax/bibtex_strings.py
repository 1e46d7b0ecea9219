"""Values of BibTeX: text in braces or quotation marks, numbers, names of ``@string``, joined by ``#``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from litloom.readers.base import BadRecordError

LONGEST_VALUE: Final = 2**20
"""Characters of a value with its strings expanded."""
MOST_DEFINED: Final = 16 * 2**20
"""Characters of all strings of a file."""
_JOINT: Final = re.compile(r"\s*#\s*")
_MARK: Final = re.compile(r'(?<!\\)[{}"]')


class Strings:
    """The ``@string`` definitions of a file, which may use each other and so expand without bound."""

    def __init__(self) -> None:
        self._defined: dict[str, str | None] = {}
        self._size = 0

    def define(self, name: str, value: str) -> None:
        """Define a string; if the strings are too long, it and the entries that use it are bad."""
        name = name.lower()
        if self._size <= MOST_DEFINED:
            self._defined[name] = None
        expanded = self.expand(value)
        self._size += len(name) + len(expanded) + 100
        if self._size > MOST_DEFINED:
            raise BadRecordError(f"the @strings are longer than {MOST_DEFINED >> 20} MiB together")
        self._defined[name] = expanded

    def expand(self, value: str) -> str:
        """Return a value without its delimiters, and with its strings inserted."""
        value = value.strip()
        if "#" not in value or _closing(value, 0) == len(value) - 1:
            return self._expand_piece(value)
        expanded, size = [], 0
        for piece in _pieces(value):
            expanded.append(self._expand_piece(piece))
            size += len(expanded[-1])
            if size > LONGEST_VALUE:
                raise BadRecordError(f"with its @strings, a value is longer than {LONGEST_VALUE >> 20} MiB")
        return "".join(expanded)

    def _expand_piece(self, piece: str) -> str:
        if len(piece) > 1 and (piece[0], piece[-1]) in (("{", "}"), ('"', '"')):
            return piece[1:-1]
        value = self._defined.get(piece.lower(), piece)
        if value is None or (self._size > MOST_DEFINED and value is piece and not piece.isdecimal()):
            raise BadRecordError(f"the @string {piece[:60]!a} is too long")
        return value


def _pieces(value: str) -> Iterator[str]:
    at = 0
    while at < len(value):
        end = _closing(value, at) + 1 if value[at] in '{"' else value.find("#", at)
        end = max(end, at + 1) if end >= 0 else len(value)
        yield value[at:end].strip()
        joint = _JOINT.match(value, end)
        at = joint.end() if joint else end


def _closing(value: str, at: int) -> int:
    """Return the position of the delimiter that closes the one at a position; -1 if there is none there."""
    if value[at : at + 1] not in ("{", '"'):
        return -1
    depth = 0
    for mark in _MARK.finditer(value, at):
        if mark[0] == '"' and value[at] == '"' and depth == 0 and mark.start() > at:
            return mark.start()
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if mark[0] == "}" and depth == 0 and value[at] == "{":
            return mark.start()
    return len(value) - 1
