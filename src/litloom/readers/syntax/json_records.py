"""Records of JSON: one per line, in one list, or wrapped as by a service; parsed one at a time."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from litloom.errors import InputError
from litloom.readers.base import INVISIBLE, BadRecordError, RawRecord
from litloom.readers.limits import LONGEST, MOST_MARKS
from litloom.readers.stream import LONG_LINE, TOO_LONG, Stream
from litloom.readers.syntax.json_fields import Record, kind_of
from litloom.readers.syntax.json_head import outline

_SPACE: Final = re.compile("[ \t\r\n]*")
_MARK: Final = re.compile(r'\\.|["{}\[\]]', re.DOTALL)
_DEPTH: Final = {"{": 1, "[": 1, "}": -1, "]": -1}
_KEPT: Final = 2**18
TOO_MANY: Final = f"this record has more than {MOST_MARKS:,} values, too many for a paper"
_LONG_RECORD: Final = f"this record is longer than {LONGEST >> 20} MiB, too long for a paper"
_TOO_DEEP: Final = "is nested too deeply"
_LONG_NUMBER: Final = "contains a number that is too long"
Path = tuple[str, ...]


def json_records(stream: Stream) -> Iterator[RawRecord[Record]]:
    """Yield the records of a JSON text; raise `InputError` if it is malformed and not JSON Lines."""
    structure = outline(stream.head)
    if structure.in_lines or stream.head.lstrip(INVISIBLE + " \t\r\n")[:1] not in ("{", "["):
        return json_lines(stream)
    return _document_records(stream, structure.path)


def json_lines(stream: Stream) -> Iterator[RawRecord[Record]]:
    """Yield the records of JSON Lines; blank lines are skipped."""
    for number, line in enumerate(stream, 1):
        if line.strip():
            yield RawRecord(_parsed_line(line), number)


def _parsed_line(line: str) -> Record | BadRecordError:
    if line == TOO_LONG:
        return BadRecordError(LONG_LINE)
    if _has_too_many_values(line):
        return BadRecordError(TOO_MANY)
    try:
        value = json.loads(line, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        place = f"{error.msg} at column {error.colno}"
        return BadRecordError(f"not JSON: {place}; write one JSON object per line")
    except BadRecordError as bad:
        return bad
    except RecursionError:
        return BadRecordError(_TOO_DEEP)
    except ValueError:
        return BadRecordError(_LONG_NUMBER)
    return _object(value, "each line must be a JSON object")


def _has_too_many_values(text: str, at: int = 0) -> bool:
    return len(text) - at > MOST_MARKS and sum(text.count(mark, at) for mark in "{[,") > MOST_MARKS


def _object(value: Any, rule: str) -> Record | BadRecordError:
    """Return an object without nulls."""
    if not isinstance(value, dict):
        return BadRecordError(f"{rule}, not {kind_of(value)}")
    return {name: field for name, field in value.items() if field is not None}


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Record:
    record = dict(pairs)
    if len(record) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        repeated = next(name for name in record if counts[name] > 1)
        raise BadRecordError(f"has the field {repeated[:60]!a} twice")
    return record


def _document_records(stream: Stream, path: Path) -> Iterator[RawRecord[Record]]:
    text, number = _JsonText(stream), 0
    while text.next_character():
        for line, value in _values(text, path):
            if value is not None:  # services return null for an unknown paper
                number += 1
                is_bad = isinstance(value, BadRecordError)
                content = value if is_bad else _object(value, "a record must be a JSON object")
                yield RawRecord(content, line, number)


def _values(text: _JsonText, path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the line and the value of each item at a path."""
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


class _JsonText:
    """A JSON text that is parsed value by value, and of which only the current value is in memory."""

    def __init__(self, stream: Stream) -> None:
        self._name = stream.name
        self._texts = stream.texts()
        self._buffer = ""
        self._at = 0
        self._skip_next = False
        self.line = 1

    def next_character(self) -> str:
        """Return the next character that is not whitespace; ``""`` at the end."""
        if self._skip_next:
            self._skip_value()
        while True:
            space = _SPACE.match(self._buffer, self._at)
            self._advance(space.end() if space else self._at)
            if self._at < len(self._buffer) or not self._read_more():
                return self._buffer[self._at : self._at + 1]

    def take(self, character: str) -> None:
        """Consume a punctuation character."""
        actual = self.next_character()
        if actual != character:
            raise self._not_json(f"expected {character!r}, not {actual!a}" if actual else "it ends too soon")
        self._advance(self._at + 1)

    def items(self, opening: str, closing: str) -> Iterator[None]:
        """Yield before each item between brackets; the caller consumes the item."""
        self.take(opening)
        if self.next_character() == closing:
            return self.take(closing)
        while True:
            yield
            if self.next_character() == closing:
                return self.take(closing)
            self.take(",")

    def value(self) -> Any:
        """Consume and return a value, or the error of a record that is well-formed but not acceptable."""
        self.next_character()
        while True:
            try:
                return self._decoded()
            except json.JSONDecodeError as error:
                size = len(self._buffer) - self._at
                if size > LONGEST:
                    return self._rejected(_LONG_RECORD)
                if not self._read_more(at_least=size):
                    lines = self._buffer.count("\n", self._at, error.pos)
                    raise self._not_json(error.msg, lines) from error
            except RecursionError:
                return self._rejected(_TOO_DEEP)
            except ValueError:
                return self._rejected(_LONG_NUMBER)

    def _decoded(self) -> Any:
        value: Any
        if _has_too_many_values(self._buffer, self._at):
            return self._rejected(TOO_MANY)
        try:
            value, end = _UNIQUE_FIELDS.raw_decode(self._buffer, self._at)
        except BadRecordError as bad:
            value, end = bad, _ANY_FIELDS.raw_decode(self._buffer, self._at)[1]
        if end == len(self._buffer) and self._buffer[-1:] not in '"}]' and self._read_more():
            return self._decoded()  # a number may be cut off
        if end - self._at > LONGEST:
            value = BadRecordError(_LONG_RECORD)
        self._advance(end)
        return value

    def _rejected(self, reason: str) -> BadRecordError:
        """Return the error of the next value, which is skipped before the next read."""
        if self._buffer[self._at] not in "[{":
            raise self._not_json(reason)
        self._skip_next = True
        return BadRecordError(reason)

    def _skip_value(self) -> None:
        """Skip a list or an object without keeping it in memory."""
        self._skip_next = False
        depth, quoted = 0, False
        while True:
            end = self._at
            for mark in _MARK.finditer(self._buffer, self._at):
                end = mark.end()
                quoted ^= mark[0] == '"'
                if not quoted:
                    depth += _DEPTH.get(mark[0], 0)
                    if depth == 0:
                        return self._advance(end)
            cut_escape = self._buffer.endswith("\\") and end < len(self._buffer)
            self._advance(len(self._buffer) - cut_escape)
            if not self._read_more():
                raise self._not_json("it ends too soon")

    def _advance(self, end: int) -> None:
        self.line += self._buffer.count("\n", self._at, end)
        self._at = end
        if end > _KEPT:
            self._buffer, self._at = self._buffer[end:], 0

    def _read_more(self, at_least: int = 0) -> bool:
        """Add text to the buffer; doubling it keeps the total time of parsing a long value linear."""
        pieces, size = [self._buffer], 0
        for piece in self._texts:
            pieces.append(piece)
            size += len(piece)
            if size >= at_least:
                break
        self._buffer = "".join(pieces)
        return len(pieces) > 1

    def _not_json(self, reason: str, lines: int = 0) -> InputError:
        return InputError(self._name, f"not JSON: {reason}", self.line + lines)


_ANY_FIELDS: Final = json.JSONDecoder()
_UNIQUE_FIELDS: Final = json.JSONDecoder(object_pairs_hook=_without_duplicates)
