"""What a person says of concepts, which wins over all rules: a YAML file.

::

    same:            # each list is one concept
      - [LoRA, low-rank adaptation]
    apart:           # the names of each list are concepts of their own
      - [precision, numerical precision]
    kind:            # Method, Dataset, Hardware, Metric or Task
      Atari: Dataset
    variant:         # a variant, and its family
      SenCLIP: CLIP
    drop:            # no concepts at all
      - our method

Names are matched in any case, number and hyphenation. A name that YAML takes for a number, a date or
a truth value must be quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from litloom.errors import InputError
from litloom.graph.names.normalize import spelling_key
from litloom.records import KINDS, Kind
from litloom.support.plain_yaml import LONGEST, Fields, Items, Scalar, Value, plain_yaml

Taken = TypeVar("Taken")
SECTIONS: Final = ("same", "apart", "kind", "variant", "drop")
MOST_NAMES: Final = 1_000_000
_LIKE: Final = {"kind": "'Atari: Dataset'", "variant": "'SenCLIP: CLIP'"}


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrections by `spelling_key` of the names.

    Parameters
    ----------
    same, apart
        Groups of names.
    kind
        The kind of a name's concept.
    variant
        The family of a name.
    drop
        Names that are no concepts.
    """

    same: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    kind: Mapping[str, Kind] = field(default_factory=dict)
    variant: Mapping[str, str] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()


def parse_corrections(text: str, source: str | Path) -> Corrections:
    r"""Return the corrections that a YAML text holds.

    Raises
    ------
    InputError
        If it is no YAML, or not of this form; it names `source` and the line.

    Examples
    --------
    >>> parse_corrections("same:\n  - [LoRA, low-rank adaptation]", "mine.yaml").same
    (('lora', 'low rank adaptation'),)
    """
    found = plain_yaml(text, source)
    reading = _Reading(source)
    sections = reading.sections(found)
    return Corrections(
        same=reading.groups(sections.get("same"), "same"),
        apart=reading.groups(sections.get("apart"), "apart"),
        kind=reading.pairs(sections.get("kind"), "kind", reading.kind),
        variant=reading.pairs(sections.get("variant"), "variant", reading.name),
        drop=frozenset(map(reading.name, reading.items(sections.get("drop"), "drop"))),
    )


def read_corrections(path: str | Path) -> str:
    """Return the text of a file of corrections, which `parse_corrections` takes.

    Raises
    ------
    InputError
        If it is no such file.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(4 * LONGEST + 4)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(path, "not a text in UTF-8; save it as UTF-8", line) from error
    except (OSError, ValueError) as error:
        raise InputError(path, f"the file cannot be read ({getattr(error, 'strerror', error)})") from error
    parse_corrections(text, path)
    return text


class _Reading:
    """Takes names out of YAML, and says where one is none."""

    def __init__(self, source: str | Path) -> None:
        self._source = source
        self._names = 0

    def sections(self, given: Value | None) -> dict[str, Value]:
        """Return the sections by name, empty ones left out."""
        if given is None:
            return {}
        if not isinstance(given, Fields):
            raise self._error(given, f"expected the sections {', '.join(SECTIONS)}")
        found: dict[str, Value] = {}
        for name, value in given.pairs:
            if not isinstance(name, Scalar) or name.text not in SECTIONS:
                raise self._error(name, f"{_shown(name)} is no section; there are {', '.join(SECTIONS)}")
            if name.text in found:
                raise self._error(name, f"the section {name.text!r} is given twice; put both into one")
            found[name.text] = value
        return {name: value for name, value in found.items() if not _is_missing(value)}

    def items(self, given: Value | None, what: str) -> tuple[Value, ...]:
        """Return the items of a list."""
        if given is None:
            return ()
        if not isinstance(given, Items):
            raise self._error(given, f"{what} takes a list, not {_shown(given)}: begin each line with '- '")
        return given.items

    def groups(self, given: Value | None, section: str) -> tuple[tuple[str, ...], ...]:
        """Return lists of two names or more."""
        groups = []
        for group in self.items(given, section):
            if not isinstance(group, Items) or len(group.items) < 2:
                raise self._error(
                    group,
                    f"{section} takes lists of two names or more, such as - [LoRA, low-rank adaptation]",
                )
            groups.append(tuple(map(self.name, group.items)))
        return tuple(groups)

    def pairs(self, given: Value | None, section: str, take: Callable[[Value], Taken]) -> dict[str, Taken]:
        """Return what a mapping gives for each name."""
        if given is None:
            return {}
        if not isinstance(given, Fields):
            raise self._error(given, f"{section} takes lines such as {_LIKE[section]}, not {_shown(given)}")
        found: dict[str, Taken] = {}
        for written, value in given.pairs:
            name, taken = self.name(written), take(value)
            if found.setdefault(name, taken) != taken:
                raise self._error(written, f"{_shown(written)} is given twice in {section}")
        return found

    def name(self, given: Value) -> str:
        """Return the `spelling_key` of a name."""
        self._names += 1
        if self._names > MOST_NAMES:
            raise self._error(given, f"there are more than {MOST_NAMES:,} names in it")
        return spelling_key(self._text(given))

    def kind(self, given: Value) -> Kind:
        """Return a kind of concepts."""
        written = self._text(given)
        for kind in KINDS:
            if kind == written:
                return kind
        raise self._error(given, f"{_shown(given)} is no kind; there are {', '.join(KINDS)}")

    def _text(self, given: Value) -> str:
        if not isinstance(given, Scalar):
            raise self._error(given, f"a name is expected here, not {_shown(given)}")
        if not given.text.strip():
            raise self._error(given, "a name is missing here")
        if given.meaning:
            shown = _shown(given)
            raise self._error(given, f'{shown} is {given.meaning} in YAML: quote it, "{shown[1:-1]}"')
        return given.text

    def _error(self, given: Value, reason: str) -> InputError:
        return InputError(self._source, reason, given.line)


def _is_missing(value: Value) -> bool:
    return isinstance(value, Scalar) and value.missing


def _shown(value: Value) -> str:
    if isinstance(value, Scalar):
        return repr(value.text if len(value.text) <= 60 else f"{value.text[:57]}...")
    return "a list" if isinstance(value, Items) else "a mapping"
