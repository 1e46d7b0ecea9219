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

Names are matched in any case, number and hyphenation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from litloom.errors import InputError
from litloom.graph.spelling import raw_words
from litloom.records import KINDS, Kind

SECTIONS: Final = ("same", "apart", "kind", "variant", "drop")


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrections by `correction_key` of the names.

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


def correction_key(name: str) -> str:
    """Return what a name in a file of corrections is matched by.

    Examples
    --------
    >>> correction_key("Low-Rank Adaptations") == correction_key("low rank adaptation")
    True
    """
    return " ".join(raw_words(name))


def parse_corrections(text: str, source: str | Path) -> Corrections:
    r"""Return the corrections that a YAML text holds.

    Raises
    ------
    InputError
        If it is no YAML, or not of this form; it names `source`.

    Examples
    --------
    >>> parse_corrections("same:\n  - [LoRA, low-rank adaptation]", "mine.yaml").same
    (('lora', 'low rank adaptation'),)
    """
    import yaml

    try:
        given = yaml.safe_load(text) or {}
    except yaml.MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        raise InputError(source, f"not YAML: {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise InputError(source, f"not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(given, dict) or not set(given) <= set(SECTIONS):
        raise InputError(source, f"expected the sections {', '.join(SECTIONS)}")
    try:
        return Corrections(
            same=_groups(given.get("same")),
            apart=_groups(given.get("apart")),
            kind={correction_key(name): _kind(kind) for name, kind in (given.get("kind") or {}).items()},
            variant={
                correction_key(name): correction_key(family)
                for name, family in (given.get("variant") or {}).items()
            },
            drop=frozenset(correction_key(name) for name in given.get("drop") or ()),
        )
    except (TypeError, AttributeError, ValueError) as error:
        raise InputError(source, f"not of the expected form: {error}") from error


def read_corrections(path: str | Path) -> str:
    """Return the text of a file of corrections, which `parse_corrections` takes.

    Raises
    ------
    InputError
        If it is no such file.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(path, "not a text in UTF-8") from error
    parse_corrections(text, path)
    return text


def _groups(given: Any) -> tuple[tuple[str, ...], ...]:
    groups = tuple(tuple(correction_key(name) for name in group) for group in given or ())
    if any(len(group) < 2 for group in groups) or any(isinstance(group, str) for group in given or ()):
        raise ValueError("same and apart take lists of two names or more")
    return groups


def _kind(given: Any) -> Kind:
    for kind in KINDS:
        if kind == given:
            return kind
    raise ValueError(f"{given!r} is no kind; there are {', '.join(KINDS)}")
