"""Records of JSON: one a line, in one list, or wrapped in the pages of a service; never all at once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from litloom.errors import InputError
from litloom.readers.base import BadRecordError, RawRecord
from litloom.readers.limits import LONGEST, MOST_MARKS
from litloom.readers.stream import LONG_LINE, TOO_LONG, Stream
from litloom.readers.syntax.json_fields import Record, kind_of
from litloom.readers.syntax.json_head import outline

_SPACE: Final = re.compile("[ \t\r\n]*")
_MARK: Final = re.compile(r'\\.|["{}\[\]]', re.DOTALL)
_DEPTH: Final = {"{": 1, "[": 1, "}": -1, "]": -1}
_KEPT: Final = 2**18
TOO_MUCH: Final = f"this record has more than {MOST_MARKS:,} values, so it is no paper"
Path = tuple[str, ...]


def json_records(stream: Stream) -> Iterator[RawRecord[Record]]:
    """Find the records of a JSON text, as they are asked for.

    Raises
    ------
    InputError
        Where the text, unless its records stand in lines, stops being JSON: what follows cannot be found.
    """
    begins = outline(stream.head)
    start = stream.head.lstrip("\ufeff\u200b \t\r\n")
    if begins.in_lines or start[:1] not in ("{", "["):
        return json_lines(stream)
    return _in_document(stream, begins.path)


def json_lines(stream: Stream) -> Iterator[RawRecord[Record]]:
    """Find the records of a text in which each line is one, as they are asked for."""
    for number, line in enumerate(stream, 1):
        if line.strip():
            yield RawRecord(_line(line), number)


def _line(line: str) -> Record | BadRecordError:
    if line == TOO_LONG:
        return BadRecordError(LONG_LINE)
    if _is_too_much(line):
        return BadRecordError(TOO_MUCH)
    try:
        value = json.loads(line, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        return BadRecordError(
            f"not JSON: {error.msg} at column {error.colno}; each line must hold one whole object"
        )
    except BadRecordError as bad:
        return bad
    except RecursionError:
        return BadRecordError("not read: nested too deeply")
    except ValueError:
        return BadRecordError("not read: a number is too long")
    return _object(value, "each line must hold one JSON object")


def _is_too_much(text: str, at: int = 0) -> bool:
    """Whether a text, from some place on, holds more values than may be held in memory."""
    return len(text) - at > MOST_MARKS and sum(text.count(mark, at) for mark in "{[,") > MOST_MARKS


def _object(value: Any, rule: str) -> Record | BadRecordError:
    if not isinstance(value, dict):
        return BadRecordError(f"{rule}, not {kind_of(value)}")
    return {name: given for name, given in value.items() if given is not None}


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Record:
    record = dict(pairs)
    if len(record) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name in record if counts[name] > 1)
        raise BadRecordError(f"{twice[:60]!a} is given twice")
    return record


def _in_document(stream: Stream, path: Path) -> Iterator[RawRecord[Record]]:
    text, number = _Text(stream), 0
    while text.next_character():
        for line, value in _values(text, path):
            if value is not None:  # services put it where they have no such paper
                number += 1
                bad = isinstance(value, BadRecordError)
                yield RawRecord(
                    value if bad else _object(value, "a record must be a JSON object"), line, number
                )


def _values(text: _Text, path: Path) -> Iterator[tuple[int, Any]]:
    if text.next_character() == "[":
        for _ in text.items("[", "]"):
            yield text.line, text.value()
    elif not path or text.next_character() != "{":
        yield text.line, text.value()
    else:
        for _ in text.items("{", "}"):
            name = text.value()
            text.take(":")
            if name == path[0]:
                yield from _values(text, path[1:])
            else:
                text.value()


class _Text:
    """JSON that is taken from its beginning, value by value, with as little of it held as will do."""

    def __init__(self, stream: Stream) -> None:
        self._name = stream.name
        self._texts = stream.texts()
        self._held = ""
        self._at = 0
        self._bad = False
        self.line = 1

    def next_character(self) -> str:
        """Pass over space; return the character that follows, ``""`` at the end."""
        if self._bad:
            self._pass_over_bad()
        while True:
            space = _SPACE.match(self._held, self._at)
            self._pass(space.end() if space else self._at)
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def take(self, character: str) -> None:
        """Take the punctuation that must come next."""
        found = self.next_character()
        if found != character:
            reason = f"{character!r} is expected here, not {found!a}" if found else "it ends too soon"
            raise self._not_json(reason)
        self._pass(self._at + 1)

    def items(self, opening: str, closing: str) -> Iterator[None]:
        """Stop before each item between the brackets, which is to be taken."""
        self.take(opening)
        if self.next_character() == closing:
            return self.take(closing)
        while True:
            yield
            if self.next_character() == closing:
                return self.take(closing)
            self.take(",")

    def value(self) -> Any:
        """Take the next value; what is wrong with it where it is whole but bad."""
        self.next_character()
        while True:
            try:
                return self._decoded()
            except json.JSONDecodeError as error:
                held = len(self._held) - self._at
                if held > LONGEST:
                    return self._bad_value(f"this record is longer than {LONGEST >> 20} MiB, so no paper")
                if not self._more(at_least=held):
                    raise self._not_json(error.msg, self._held.count("\n", self._at, error.pos)) from error
            except RecursionError:
                return self._bad_value("not read: nested too deeply")
            except ValueError:
                return self._bad_value("not read: a number is too long")

    def _decoded(self) -> Any:
        value: Any
        if _is_too_much(self._held, self._at):
            return self._bad_value(TOO_MUCH)
        try:
            value, end = _CHECKING.raw_decode(self._held, self._at)
        except BadRecordError as bad:
            value, end = bad, _PLAIN.raw_decode(self._held, self._at)[1]
        if end == len(self._held) and self._held[-1:] not in '"}]' and self._more():
            return self._decoded()  # a number may go on
        if end - self._at > LONGEST:
            value = BadRecordError(f"this record is longer than {LONGEST >> 20} MiB, so no paper")
        self._pass(end)
        return value

    def _bad_value(self, reason: str) -> BadRecordError:
        """Return what is wrong with the next value, which is passed over once something else is asked for."""
        if self._held[self._at] not in "[{":
            raise self._not_json(reason)
        self._bad = True
        return BadRecordError(reason)

    def _pass_over_bad(self) -> None:
        """Pass over a list or an object without holding it."""
        self._bad = False
        depth, quoted = 0, False
        while True:
            end = self._at
            for mark in _MARK.finditer(self._held, self._at):
                end = mark.end()
                quoted ^= mark[0] == '"'
                if not quoted:
                    depth += _DEPTH.get(mark[0], 0)
                    if depth == 0:
                        return self._pass(end)
            cut_escape = self._held.endswith("\\") and end < len(self._held)
            self._pass(len(self._held) - cut_escape)
            if not self._more():
                raise self._not_json("it ends too soon")

    def _pass(self, end: int) -> None:
        self.line += self._held.count("\n", self._at, end)
        self._at = end
        if end > _KEPT:
            self._held, self._at = self._held[end:], 0

    def _more(self, at_least: int = 0) -> bool:
        """Hold more of the text; at least so many characters more, so that none is looked at too often."""
        pieces, size = [self._held], 0
        for piece in self._texts:
            pieces.append(piece)
            size += len(piece)
            if size >= at_least:
                break
        self._held = "".join(pieces)
        return len(pieces) > 1

    def _not_json(self, reason: str, lines: int = 0) -> InputError:
        return InputError(self._name, f"not JSON: {reason}", self.line + lines)


_PLAIN: Final = json.JSONDecoder()
_CHECKING: Final = json.JSONDecoder(object_pairs_hook=_without_duplicates)
