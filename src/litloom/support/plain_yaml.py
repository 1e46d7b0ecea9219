"""YAML with strings, lists and mappings only, and the line number of each.

Only parser events are used: no object is constructed and no number converted. An alias is the same object as
its anchor, so that a short file cannot become large in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from litloom.errors import InputError

if TYPE_CHECKING:
    from yaml.events import Event

LONGEST: Final = 4 * 2**20
"""Characters of a document."""
LONGEST_SCALAR: Final = 1000
DEEPEST: Final = 8
_SHOWN: Final = 40
_TAG: Final = "tag:yaml.org,2002:"
_MEANINGS: Final = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string; `meaning` is what else YAML would read it as, such as a number."""

    line: int
    text: str
    meaning: str = ""

    @property
    def missing(self) -> bool:
        """Whether the value is empty."""
        return not self.text and bool(self.meaning)


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping, with its pairs in order."""

    line: int
    pairs: tuple[tuple[Value, Value], ...]


Value = Scalar | Items | Fields


def plain_yaml(text: str, source: str | Path) -> Value | None:
    r"""Parse a YAML document; ``None`` if it is empty.

    Raises
    ------
    InputError
        If it is invalid, too long or nested too deeply, or has tags or several documents.

    Examples
    --------
    >>> plain_yaml("drop:\n  - 2017", "mine.yaml").pairs[0][1].items
    (Scalar(line=2, text='2017', meaning='a number'),)
    """
    import yaml

    if len(text) > LONGEST:
        raise InputError(source, f"is longer than {LONGEST >> 20} million characters")
    try:
        return _Parser(source).document(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        raise InputError(source, f"not YAML: {_problem(error.problem or 'damaged')}", line) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reason = f"the character {error.character!a} must not stand in YAML"
        raise InputError(source, f"not YAML: {reason}", line) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise InputError(source, f"not YAML: {' '.join(str(error).split())[:200]}") from error


def _problem(problem: str) -> str:
    return f"{problem}; indent with spaces" if r"'\t'" in problem else problem


class _Parser:
    """Builds values from parser events."""

    def __init__(self, source: str | Path) -> None:
        self._source = source
        self._anchored: dict[str, Value] = {}

    def document(self, events: Iterator[Event]) -> Value | None:
        """Return the value of the single document."""
        from yaml.events import DocumentStartEvent

        found: list[Value] = []
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if found:
                    raise self._error("a second document (---) begins here; put all into one", event)
                found.append(self._value(next(events), events, 0))
        value = found[0] if found else None
        return None if isinstance(value, Scalar) and value.missing else value

    def _value(self, event: Event, events: Iterator[Event], depth: int) -> Value:
        from yaml.events import AliasEvent

        name = str(getattr(event, "anchor", None) or "")
        if isinstance(event, AliasEvent):
            if name not in self._anchored:
                raise self._error(
                    f"no anchor is called {name[:_SHOWN]!a}; quote a text that begins with *", event
                )
            return self._anchored[name]
        if depth > DEEPEST:
            raise self._error("nested too deeply", event)
        value = self._new_value(event, events, depth)
        if name:
            self._anchored[name] = value
        return value

    def _new_value(self, event: Event, events: Iterator[Event], depth: int) -> Value:
        from yaml.events import MappingStartEvent, ScalarEvent, SequenceStartEvent

        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, MappingStartEvent | SequenceStartEvent) and event.tag not in (None, "!"):
            raise self._error(f"the tag {str(event.tag)[:_SHOWN]!a} is not read", event)
        line = _line(event)
        inner = tuple(self._inner(events, depth + 1))
        if isinstance(event, MappingStartEvent):
            return Fields(line, tuple(zip(inner[::2], inner[1::2], strict=True)))
        return Items(line, inner)

    def _inner(self, events: Iterator[Event], depth: int) -> Iterator[Value]:
        from yaml.events import CollectionEndEvent

        for event in events:
            if isinstance(event, CollectionEndEvent):
                return
            yield self._value(event, events, depth)

    def _scalar(self, event: Any) -> Scalar:
        if len(event.value) > LONGEST_SCALAR:
            raise self._error(f"this text is longer than {LONGEST_SCALAR} characters", event)
        tag = event.tag if event.tag not in (None, "!") else _implicit_tag(event)
        name = tag.removeprefix(_TAG)
        if name == "str":
            return Scalar(_line(event), _whole_characters(event.value))
        if event.tag not in (None, "!"):
            raise self._error(f"the tag {tag[:_SHOWN]!a} is not read", event)
        return Scalar(_line(event), event.value, _MEANINGS.get(name, f"a sign of YAML ({event.value})"))

    def _error(self, reason: str, event: Event) -> InputError:
        return InputError(self._source, reason, _line(event))


def _implicit_tag(event: Any) -> str:
    import yaml

    if event.style is not None or event.tag == "!":
        return f"{_TAG}str"
    resolver: Any = yaml.resolver.Resolver()
    return str(resolver.resolve(yaml.ScalarNode, event.value, (True, False)))


def _whole_characters(text: str) -> str:
    """Join surrogate pairs, which JSON escapes as two characters."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1
