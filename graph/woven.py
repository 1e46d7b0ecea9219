"""What weaving found out, by columns: kept for the next weaving, which then looks at what changed only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from litloom.graph.grouped import Grouped, IntArray, ends_of
from litloom.graph.lexis import Lexis
from litloom.graph.of_papers import OfPapers
from litloom.graph.tables import node_table
from litloom.graph.vocabulary import Vocabulary

NAMES: Final = ("name", "wording", "moved")
MENTIONS: Final = ("name", "text", "kind", "introduces", "key", "concept")
DEFINITIONS: Final = ("pair",)


@dataclass(slots=True)
class Concepts:
    """Concepts, sorted by id.

    Parameters
    ----------
    nodes
        Their rows, with the columns of `litloom.graph.schema.CONCEPT`.
    bases
        The ids that they would have if no other had the same.
    key, slot
        Their keys; 1 for the second of a key, else 0.
    offered, wanted
        By concept: the names, by number in `forms`, that it may be the family of; those of its own families,
        the nearest first.
    forms
        Normal forms of names.
    variants
        Positions of concepts, in two rows: variants and their families.
    introducer
        The position of the paper that introduced each, beyond doubt; -1 where there is none.
    """

    nodes: pa.Table
    bases: pa.Array
    key: IntArray
    slot: IntArray
    offered: Grouped
    wanted: Grouped
    forms: Vocabulary
    variants: IntArray
    introducer: IntArray

    def __len__(self) -> int:
        return len(self.key)


@dataclass(slots=True)
class Woven:
    """A woven graph.

    Parameters
    ----------
    papers
        Their ids, sorted.
    lexis
        Whose numbers the columns below hold.
    names
        By paper: what it calls its concepts, the words that each name stands for, and the key by which it
        goes in this paper.
    mentions
        By paper: the position of the name among its names, the surface form, the kind as a position in
        `KINDS_BY_NAME`, whether the paper introduces it; its final key and its concept, or -1.
    definitions
        By paper: the abbreviations that it defines.
    concepts
        All concepts.
    candidates
        By paper: the papers that telling concepts bring it together with, by position, how much they
        overlap, their cosine, and whether it is among the best.
    years
        Those of the papers, or `litloom.graph.reedges.NO_YEAR`.
    builds_on
        Positions of papers, in two rows: those that build on others, and the others.
    of_papers
        What is known of papers alone.
    """

    papers: pa.Array
    lexis: Lexis
    names: Grouped
    mentions: Grouped
    definitions: Grouped
    concepts: Concepts
    candidates: Grouped
    years: IntArray
    builds_on: IntArray
    of_papers: OfPapers


def nothing() -> Woven:
    """Return what is woven of no papers."""
    none = np.zeros(0, dtype=np.int64)
    return Woven(
        papers=pa.array([], pa.large_string()),
        lexis=Lexis(),
        names=no_rows(*NAMES),
        mentions=no_rows(*MENTIONS),
        definitions=no_rows(*DEFINITIONS),
        concepts=Concepts(
            nodes=node_table("Method", ()),
            bases=pa.array([], pa.large_string()),
            key=none,
            slot=none,
            offered=no_rows("form"),
            wanted=no_rows("form"),
            forms=Vocabulary(),
            variants=np.zeros((2, 0), dtype=np.int64),
            introducer=none,
        ),
        candidates=Grouped(
            np.zeros(1, dtype=np.int64),
            {
                "other": none,
                "overlap": np.zeros(0),
                "cosine": np.zeros(0),
                "best": np.zeros(0, dtype=bool),
            },
        ),
        years=none,
        builds_on=np.zeros((2, 0), dtype=np.int64),
        of_papers=OfPapers(),
    )


def no_rows(*names: str) -> Grouped:
    """Return columns of whole numbers without a row."""
    return grouped([], {name: [] for name in names})


def grouped(lengths: list[int], columns: dict[str, list[int]]) -> Grouped:
    """Return columns of whole numbers in groups of these lengths."""
    arrays: dict[str, npt.NDArray[np.int64]] = {
        name: np.array(values, dtype=np.int64) for name, values in columns.items()
    }
    return Grouped(ends_of(np.array(lengths, dtype=np.int64)), arrays)
