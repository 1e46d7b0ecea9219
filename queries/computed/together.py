"""Pairs of concepts that never occur together, or less often than expected.

Only the most frequent concepts are used (see ``gaps.cypher``): others are in too few papers for their absence
to be significant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from litloom.graph.stores.base import Rows

FIELD: Final = 2
"""Papers in which two concepts must occur together to be neighbours."""
EXAMPLES: Final = 3

Counts = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Cooccurrence:
    """Concepts, sorted by id, with the number of papers of each pair, and of all papers."""

    ids: list[str]
    names: list[str]
    kinds: npt.NDArray[np.str_]
    papers: npt.NDArray[np.float64]
    together: Counts
    total: int
    papers_of: list[list[str]]
    titles: Mapping[str, str]

    @cached_property
    def meets(self) -> Counts:
        """1 for neighbours, else 0."""
        return (self.together >= FIELD).astype(np.float32)

    @cached_property
    def common(self) -> Counts:
        """Number of common neighbours."""
        return self.meets @ self.meets

    @cached_property
    def expected(self) -> npt.NDArray[np.float64]:
        """Expected number of papers by chance."""
        return np.round(np.outer(self.papers, self.papers) / max(self.total, 1), 2)


def titled_cooccurrence(rows: Rows) -> Cooccurrence:
    """Return the co-occurrence of rows (id, name, kind, papers); those of kind ``Paper`` have the titles."""
    titles = {row[0]: row[1] for row in rows.values if row[2] == "Paper"}
    concepts = tuple((*row, len(titles)) for row in rows.values if row[2] != "Paper")
    return cooccurrence(Rows((*rows.columns, "total"), concepts), titles)


def cooccurrence(rows: Rows, titles: Mapping[str, str] | None = None) -> Cooccurrence:
    """Return the co-occurrence of rows (id, name, kind, papers, total), ``papers`` being a list of ids."""
    import scipy.sparse as sp

    ordered = sorted(rows.values)
    papers_of = [row[3] for row in ordered]
    columns = {paper: column for column, paper in enumerate(dict.fromkeys(chain.from_iterable(papers_of)))}
    indices = np.fromiter(map(columns.__getitem__, chain.from_iterable(papers_of)), dtype=np.int64)
    indptr = np.cumsum([0, *map(len, papers_of)], dtype=np.int64)
    ones = np.ones(len(indices), dtype=np.float32)
    matrix = sp.csr_array((ones, indices, indptr), shape=(len(ordered), len(columns)))
    together = (matrix @ matrix.T).toarray()
    papers = together.diagonal().astype(np.float64)
    np.fill_diagonal(together, 0)
    return Cooccurrence(
        ids=[row[0] for row in ordered],
        names=[row[1] for row in ordered],
        kinds=np.array([row[2] for row in ordered], dtype=str),
        papers=papers,
        together=together,
        total=max((row[4] for row in ordered), default=0),
        papers_of=papers_of,
        titles=titles or {},
    )


def gaps(known: Cooccurrence, arguments: Mapping[str, Any]) -> Rows:
    """Return pairs that never occur together, by number of common neighbours."""
    meets, common, expected = known.meets, known.common, known.expected
    wanted = (known.together == 0) & (common > 0) & _kinds(known, arguments)
    found = []
    for i, j in _best(wanted, common, arguments["top"]):
        between = np.flatnonzero(meets[i] * meets[j])
        telling = sorted(
            between, key=lambda k: (-min(known.together[i, k], known.together[j, k]), known.ids[k])
        )
        examples = [known.names[k] for k in telling[:EXAMPLES]]
        names, ids = (known.names[i], known.names[j]), (known.ids[i], known.ids[j])
        count, chance = int(common[i, j]), float(expected[i, j])
        found.append(((-count, -chance, *names, *ids), (*names, count, chance, examples)))
    return _rows(("concept", "other", "common_neighbours", "expected", "neighbours"), found, arguments["top"])


def rare_pairs(known: Cooccurrence, arguments: Mapping[str, Any]) -> Rows:
    """Return pairs in few papers, by expected number of papers."""
    expected = known.expected
    rare = (known.together > 0) & (known.together <= arguments["at_most"])
    wanted = rare & (expected > known.together) & _kinds(known, arguments)
    found = []
    for i, j in _best(wanted, expected, arguments["top"]):
        paper = known.titles[min(set(known.papers_of[i]) & set(known.papers_of[j]))]
        names, ids = (known.names[i], known.names[j]), (known.ids[i], known.ids[j])
        chance = float(expected[i, j])
        found.append(((-chance, *names, *ids), (*names, int(known.together[i, j]), chance, paper)))
    return _rows(("concept", "other", "together", "expected", "example"), found, arguments["top"])


def _kinds(known: Cooccurrence, arguments: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
    """Return a mask of the pairs of the kinds in the arguments, each pair once."""
    one, other = (
        np.ones(len(known.ids), dtype=bool) if arguments[name] == "any" else known.kinds == arguments[name]
        for name in ("kind", "other_kind")
    )
    either = np.outer(one, other)
    enough = known.papers >= arguments["at_least"]
    return np.triu(either | either.T, 1) & np.outer(enough, enough)


def _best(wanted: npt.NDArray[np.bool_], score: npt.NDArray[Any], top: int) -> list[tuple[int, int]]:
    """Return the pairs of the best scores, with all ties of the last one."""
    rows, columns = np.nonzero(wanted)
    values = score[rows, columns]
    if len(values) > top:
        keep = values >= np.partition(values, -top)[-top] if top else np.zeros(len(values), dtype=bool)
        rows, columns = rows[keep], columns[keep]
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _rows(columns: tuple[str, ...], found: list[tuple[Any, tuple[Any, ...]]], top: int) -> Rows:
    return Rows(columns, tuple(row for _, row in sorted(found, key=lambda pair: pair[0])[:top]))
