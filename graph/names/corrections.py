"""Corrections of concepts by a person, which override all rules: a YAML file.

::

    same:            # each list is one concept
      - [LoRA, low-rank adaptation]
    apart:           # the names of each list are concepts of their own
      - [precision, numerical precision]
    kind:            # Method, Dataset, Hardware, Metric or Task
      Atari: Dataset
    variant:         # a variant, and its family
      SenCLIP: CLIP
    drop:            # not concepts
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

Parsed = TypeVar("Parsed")
SECTIONS: Final = ("same", "apart", "kind", "variant", "drop")
MOST_NAMES: Final = 1_000_000
_EXAMPLES: Final = {"kind": "'Atari: Dataset'", "variant": "'SenCLIP: CLIP'"}


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections of a file by section; all names are given by `spelling_key`."""

    same: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    kind: Mapping[str, Kind] = field(default_factory=dict)
    variant: Mapping[str, str] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()


def parse_corrections(text: str, source: str | Path) -> Corrections:
    r"""Return the corrections in a YAML text.

    Raises
    ------
    InputError
        If it is no YAML, or not of this form; it names `source` and the line.

    Examples
    --------
    >>> parse_corrections("same:\n  - [LoRA, low-rank adaptation]", "mine.yaml").same
    (('lora', 'low rank adaptation'),)
    """
    parser = _Parser(plain_yaml(text, source), source)
    return Corrections(
        same=parser.groups("same"),
        apart=parser.groups("apart"),
        kind=parser.pairs("kind", parser.kind),
        variant=parser.pairs("variant", parser.name),
        drop=frozenset(map(parser.name, parser.items("drop"))),
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


class _Parser:
    """Takes names from parsed YAML; a section that is missing is empty."""

    def __init__(self, document: Value | None, source: str | Path) -> None:
        self._source = source
        self._names = 0
        self._sections: dict[str, Value] = {}
        if document is not None and not isinstance(document, Fields):
            raise self._error(document, f"expected the sections {', '.join(SECTIONS)}")
        for name, value in () if document is None else document.pairs:
            if not isinstance(name, Scalar) or name.text not in SECTIONS:
                raise self._error(name, f"{_shown(name)} is no section; there are {', '.join(SECTIONS)}")
            if name.text in self._sections:
                raise self._error(name, f"the section {name.text!r} is given twice; put both into one")
            self._sections[name.text] = value

    def items(self, section: str) -> tuple[Value, ...]:
        """Return the items of a list."""
        given = self._section(section)
        if given is not None and not isinstance(given, Items):
            reason = f"{section} takes a list, not {_shown(given)}: begin each line with '- '"
            raise self._error(given, reason)
        return () if given is None else given.items

    def groups(self, section: str) -> tuple[tuple[str, ...], ...]:
        """Return lists of two names or more."""
        groups = []
        for group in self.items(section):
            if not isinstance(group, Items) or len(group.items) < 2:
                reason = f"{section} takes lists of two names or more, such as - [LoRA, low-rank adaptation]"
                raise self._error(group, reason)
            groups.append(tuple(map(self.name, group.items)))
        return tuple(groups)

    def pairs(self, section: str, parse: Callable[[Value], Parsed]) -> dict[str, Parsed]:
        """Return the value of each name in a mapping."""
        given = self._section(section)
        if given is not None and not isinstance(given, Fields):
            reason = f"{section} takes lines such as {_EXAMPLES[section]}, not {_shown(given)}"
            raise self._error(given, reason)
        pairs: dict[str, Parsed] = {}
        for key, value in () if given is None else given.pairs:
            name, parsed = self.name(key), parse(value)
            if pairs.setdefault(name, parsed) != parsed:
                raise self._error(key, f"{_shown(key)} is given twice in {section}")
        return pairs

    def name(self, given: Value) -> str:
        """Return the `spelling_key` of a name."""
        self._names += 1
        if self._names > MOST_NAMES:
            raise self._error(given, f"there are more than {MOST_NAMES:,} names in it")
        return spelling_key(self._text(given))

    def kind(self, given: Value) -> Kind:
        """Return a kind of concepts."""
        if (kind := {str(kind): kind for kind in KINDS}.get(self._text(given))) is None:
            raise self._error(given, f"{_shown(given)} is no kind; there are {', '.join(KINDS)}")
        return kind

    def _section(self, name: str) -> Value | None:
        given = self._sections.get(name)
        return None if isinstance(given, Scalar) and given.missing else given

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


def _shown(value: Value) -> str:
    if isinstance(value, Scalar):
        return repr(value.text if len(value.text) <= 60 else f"{value.text[:57]}...")
    return "a list" if isinstance(value, Items) else "a mapping"
