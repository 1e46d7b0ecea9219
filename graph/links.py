"""Which papers belong together: an IDF-weighted overlap of their concepts.

Each paper is a vector with the inverse document frequency (Spärck Jones 1972) of every concept that it
mentions; two papers score the cosine of their vectors, so a concept found in many papers links little. Pairs
come from a sparse product over the concepts that are rare enough to tell papers apart, never from comparing
all with all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.signedinteger[Any]]

BEST: Final = 10
"""Links kept per paper."""
BLOCK: Final = 512
"""Papers per sparse product, which bounds the memory."""
TELLING_PAPERS: Final = 500
"""A concept found in more papers than this brings no two papers together by itself."""
CANDIDATES_PER_LINK: Final = 4
"""Partners found by telling concepts alone that are then scored by all concepts, per link kept."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two papers that share concepts, the one with the lesser id first."""

    source: str
    target: str
    score: float
    shared: tuple[str, ...]


def shared_concept_links(
    concepts_of: Mapping[str, Sequence[str]],
    *,
    best: int = BEST,
    advance: Callable[[int], object] = lambda papers: None,
) -> list[Link]:
    """Return, for every paper, its links to the papers that it shares the most telling concepts with.

    Parameters
    ----------
    concepts_of
        Concept ids by paper id.
    best
        Links per paper; a link that either end counts among its best is kept.
    advance
        Called with the number of papers done since the last call.

    Returns
    -------
    list of Link
        Each pair once, sorted by ids; ``shared`` has the concept ids, the most telling first.

    Examples
    --------
    >>> links = shared_concept_links({"a": ["x", "y"], "b": ["x", "y"], "c": ["z"]})
    >>> [(link.source, link.target, link.shared) for link in links]
    [('a', 'b', ('x', 'y'))]
    """
    vectors = _vectors(concepts_of)
    scores: dict[tuple[int, int], float] = {}
    for row, column, score in _best_pairs(vectors, best, advance):
        scores[min(row, column), max(row, column)] = score
    return [
        Link(vectors.papers[i], vectors.papers[j], round(score, 6), vectors.shared(i, j))
        for (i, j), score in sorted(scores.items())
    ]


@dataclass(frozen=True, slots=True)
class _Vectors:
    """Papers × concepts: `unit` has the rows at length 1, `idf` a weight a column."""

    papers: list[str]
    names: list[str]
    idf: FloatArray
    frequency: IntArray
    unit: sp.csr_array[np.float64]

    def concepts(self, row: int) -> IntArray:
        columns: IntArray = self.unit.indices[self.unit.indptr[row] : self.unit.indptr[row + 1]]
        return columns

    def shared(self, row: int, other: int) -> tuple[str, ...]:
        """Ids of the concepts that two papers share, the rarest first."""
        common = np.intersect1d(self.concepts(row), self.concepts(other))
        return tuple(self.names[c] for c in sorted(common, key=lambda c: (-self.idf[c], self.names[c])))


def _vectors(concepts_of: Mapping[str, Sequence[str]]) -> _Vectors:
    papers = sorted(concepts_of)
    names = sorted({concept for concepts in concepts_of.values() for concept in concepts})
    column = {concept: i for i, concept in enumerate(names)}
    rows = [sorted({column[concept] for concept in concepts_of[paper]}) for paper in papers]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
    indices = np.fromiter((c for row in rows for c in row), dtype=np.int64, count=int(indptr[-1]))
    frequency = np.bincount(indices, minlength=len(names))
    idf = np.log((1 + len(papers)) / np.maximum(frequency, 1))
    weights = sp.csr_array((idf[indices], indices, indptr), shape=(len(papers), len(names)))
    lengths = np.sqrt(weights.multiply(weights).sum(axis=1))
    unit = sp.csr_array(sp.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ weights)
    return _Vectors(papers, names, idf, frequency, unit)


def _best_pairs(
    vectors: _Vectors, best: int, advance: Callable[[int], object]
) -> Iterator[tuple[int, int, float]]:
    count = len(vectors.papers)
    telling = vectors.unit[:, np.flatnonzero(vectors.frequency <= TELLING_PAPERS)]
    transposed = sp.csr_array(telling.T)
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        overlap = sp.csr_array(telling[start:stop] @ transposed)
        for row in range(start, stop):
            span = slice(overlap.indptr[row - start], overlap.indptr[row - start + 1])
            yield from _best_of_row(vectors.unit, row, overlap.indices[span], overlap.data[span], best)
        advance(stop - start)


def _best_of_row(
    unit: sp.csr_array[np.float64], row: int, others: IntArray, overlap: FloatArray, best: int
) -> Iterator[tuple[int, int, float]]:
    """Yield the best partners of one paper, scored by all shared concepts, common ones too."""
    others, overlap = others[others != row], overlap[others != row]
    most = CANDIDATES_PER_LINK * best
    if len(others) > most:
        others = others[np.argpartition(-overlap, most)[:most]]
    others = np.sort(others)
    scores = (unit[others] @ unit[[row]].T).toarray().ravel()
    for place in np.lexsort((others, -scores))[:best]:
        if scores[place] > 0:
            yield row, int(others[place]), float(scores[place])
