"""What is known of papers alone, kept for the next weaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from litloom.graph.grouped import Grouped, IntArray, ends_of, flags
from litloom.graph.vocabulary import Vocabulary, renumbered


def _groups(*names: str) -> Grouped:
    none = np.zeros(0, dtype=np.int64)
    return Grouped(np.zeros(1, dtype=np.int64), dict.fromkeys(names, none))


@dataclass(slots=True)
class OfPapers:
    """What is known of papers alone.

    Parameters
    ----------
    strings
        Whose numbers the columns hold.
    authors
        By paper: the authors and how it spells their names, in their order.
    surnames, mentioned
        By paper: those that its first author may have; those by which its abstract names works.
    by_text, by_metadata
        By paper: the ids of what it cites, as its abstract and as its references tell.
    stubs
        The ids and titles of works that are only cited.
    refers, joins
        By paper: whether it has references; whether it tells which names in sources are one person.
    same
        A digest of which names in sources are one person.
    """

    strings: Vocabulary = field(default_factory=Vocabulary)
    authors: Grouped = field(default_factory=lambda: _groups("author", "name", "position"))
    surnames: Grouped = field(default_factory=lambda: _groups("surname"))
    mentioned: Grouped = field(default_factory=lambda: _groups("surname"))
    by_text: Grouped = field(default_factory=lambda: _groups("work"))
    by_metadata: Grouped = field(default_factory=lambda: _groups("work"))
    stubs: Grouped = field(default_factory=lambda: _groups("id", "title"))
    refers: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    joins: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    same: str = ""


def coded(strings: Vocabulary, name: str, values: Sequence[Sequence[str]]) -> Grouped:
    """Return the strings of each group as a column of numbers."""
    lengths = np.array(list(map(len, values)), dtype=np.int64)
    return Grouped(ends_of(lengths), {name: strings.add([value for of in values for value in of])})


@dataclass(frozen=True, slots=True)
class Nodes:
    """Which nodes go, which are other than before, and which are new."""

    gone_ids: list[str]
    changed: pa.Table
    added: pa.Table


COLUMNS: Final = {
    "authors": ("author", "name"),
    "surnames": ("surname",),
    "mentioned": ("surname",),
    "by_text": ("work",),
    "by_metadata": ("work",),
    "stubs": ("id", "title"),
}
"""The columns that hold numbers of strings."""


def compact(of: OfPapers) -> OfPapers:
    """Return the same without strings that nothing needs."""
    columns = [(name, column) for name, of_rows in COLUMNS.items() for column in of_rows]
    used = flags(np.concatenate([getattr(of, name)[column] for name, column in columns]), len(of.strings))
    number = renumbered(used)
    for name, column in columns:
        rows = getattr(of, name)
        setattr(of, name, rows.but(**{column: number[rows[column]]}))
    of.strings = of.strings.kept(used)
    return of
