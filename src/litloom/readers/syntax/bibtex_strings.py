"""Values of BibTeX: texts in braces or quotation marks, numbers, names of ``@string``, joined by ``#``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from litloom.readers.base import BadRecordError

LONGEST_VALUE: Final = 2**20
"""Characters of a value once its strings are put in."""
MOST_DEFINED: Final = 16 * 2**20
"""Characters of all strings of a file."""
_PIECE: Final = re.compile(r"\s*#\s*")
_MARK: Final = re.compile(r'(?<!\\)[{}"]')


class Strings:
    """What the ``@string`` of a file define; a string may be made of others, so a short file may say much."""

    def __init__(self) -> None:
        self._defined: dict[str, str | None] = {}
        self._size = 0

    def define(self, name: str, raw: str) -> None:
        """Define a string.

        Raises
        ------
        BadRecordError
            If it, or all strings together, are too long; entries with that string are then bad as well.
        """
        name = name.lower()
        if self._size <= MOST_DEFINED:
            self._defined[name] = None
        value = self.said(raw)
        self._size += len(name) + len(value) + 100
        if self._size > MOST_DEFINED:
            raise BadRecordError(f"the @strings are longer than {MOST_DEFINED >> 20} MiB together")
        self._defined[name] = value

    def said(self, raw: str) -> str:
        """Return what a value says, without what encloses it."""
        raw = raw.strip()
        if "#" not in raw or _closes(raw, 0) == len(raw) - 1:
            return self._literal(raw)
        said, size = [], 0
        for piece in _pieces(raw):
            said.append(self._literal(piece))
            size += len(said[-1])
            if size > LONGEST_VALUE:
                raise BadRecordError(f"with its @strings, a value is longer than {LONGEST_VALUE >> 20} MiB")
        return "".join(said)

    def _literal(self, raw: str) -> str:
        if len(raw) > 1 and (raw[0], raw[-1]) in (("{", "}"), ('"', '"')):
            return raw[1:-1]
        value = self._defined.get(raw.lower(), raw)
        if value is None or (self._size > MOST_DEFINED and value is raw and not raw.isdecimal()):
            raise BadRecordError(f"the @string {raw[:60]!a} is too long")
        return value


def _pieces(raw: str) -> Iterator[str]:
    at = 0
    while at < len(raw):
        end = _closes(raw, at) + 1 if raw[at] in '{"' else raw.find("#", at)
        end = max(end, at + 1) if end >= 0 else len(raw)
        yield raw[at:end].strip()
        joint = _PIECE.match(raw, end)
        at = joint.end() if joint else end


def _closes(raw: str, at: int) -> int:
    """Return where the brace or quotation mark that begins a value is closed."""
    if raw[at : at + 1] not in ("{", '"'):
        return -1
    depth = 0
    for mark in _MARK.finditer(raw, at):
        if mark[0] == '"' and raw[at] == '"' and depth == 0 and mark.start() > at:
            return mark.start()
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if mark[0] == "}" and depth == 0 and raw[at] == "{":
            return mark.start()
    return len(raw) - 1
