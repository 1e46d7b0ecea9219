"""Which papers belong together: an IDF-weighted overlap of their concepts.

Each paper is a vector with the inverse document frequency (Spärck Jones 1972) of every concept that it
mentions; two papers score the cosine of their vectors, so a concept found in many papers links little. Pairs
come from a sparse product over the concepts that are rare enough to tell papers apart, never from comparing
all with all.

The frequency is counted in whole halvings: a concept weighs as often as the papers must be halved until only
those with the concept are left. So products of vectors are whole numbers and scores the same to the last bit,
in whatever order they are added up; and a few papers more leave nearly all weights, and so nearly all scores,
as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.signedinteger[Any]]
Matrix = sp.csr_array[np.float64]

BEST: Final = 10
"""Links kept per paper."""
BLOCK: Final = 512
"""Papers per sparse product, which bounds the memory."""
TELLING_PAPERS: Final = 500
"""A concept found in more papers than this brings no two papers together by itself."""
CANDIDATES_PER_LINK: Final = 4
"""Partners found by telling concepts alone that are then scored by all concepts, per link kept."""
DECIMALS: Final = 6
"""To which scores are rounded."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two papers that share concepts, the one with the lesser id first."""

    source: str
    target: str
    score: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """Links as columns, sorted by source and target; iterating gives one `Link` each.

    Parameters
    ----------
    papers, concepts
        Ids, sorted.
    source, target
        Positions in `papers`, the source before the target.
    score
        Cosines, above 0 and at most 1.
    shared, ends
        Positions in `concepts` of what the papers of each link share, the most telling first: those of link
        ``i`` are ``shared[ends[i]:ends[i + 1]]``.
    """

    papers: Sequence[str]
    concepts: Sequence[str]
    source: IntArray
    target: IntArray
    score: FloatArray
    shared: IntArray
    ends: IntArray

    def __len__(self) -> int:
        return len(self.source)

    def __iter__(self) -> Iterator[Link]:
        for i, (source, target, score) in enumerate(zip(self.source, self.target, self.score, strict=True)):
            shared = self.shared[self.ends[i] : self.ends[i + 1]]
            names = tuple(self.concepts[concept] for concept in shared)
            yield Link(self.papers[source], self.papers[target], float(score), names)


def shared_concept_links(
    concepts_of: Mapping[str, Sequence[str]],
    *,
    best: int = BEST,
    advance: Callable[[int], object] = lambda papers: None,
) -> Links:
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
    Links
        Each pair once.

    Examples
    --------
    >>> links = shared_concept_links({"a": ["x", "y"], "b": ["x", "y"], "c": ["z"]})
    >>> [(link.source, link.target, link.shared) for link in links]
    [('a', 'b', ('x', 'y'))]
    """
    papers = sorted(concepts_of)
    concepts = sorted({concept for mentioned in concepts_of.values() for concept in mentioned})
    column = {concept: i for i, concept in enumerate(concepts)}
    rows = [sorted({column[concept] for concept in concepts_of[paper]}) for paper in papers]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
    columns = np.fromiter((c for row in rows for c in row), dtype=np.int64, count=int(ends[-1]))
    frequency = np.bincount(columns, minlength=len(concepts))
    weight = halvings(frequency, len(papers))
    vectors = sp.csr_array((weight[columns], columns, ends), shape=(len(papers), len(concepts)))
    telling = vectors[:, np.flatnonzero(frequency <= TELLING_PAPERS)]
    source, target = _pairs(vectors, telling, best, advance)
    products, scores = compared(vectors, squared_lengths(vectors), source, target)
    link = np.repeat(np.arange(len(source)), np.diff(products.indptr))
    shared = products.indices[np.lexsort((products.indices, -weight[products.indices], link))]
    return Links(papers, concepts, source, target, np.round(scores, DECIMALS), shared, products.indptr)


def halvings(frequency: IntArray, papers: int) -> FloatArray:
    """Return how often so many papers can be halved until as many are left as have each concept.

    Parameters
    ----------
    frequency
        In how many papers each concept is, at least 1.
    papers
        How many papers there are.

    Examples
    --------
    >>> halvings(np.array([1, 2, 3, 4, 1000]), 1000)
    array([10.,  9.,  9.,  8.,  1.])
    """
    weight: FloatArray = np.ceil(np.log2(1 + papers)) - np.floor(np.log2(frequency))
    return weight


def _pairs(
    vectors: Matrix, telling: Matrix, best: int, advance: Callable[[int], object]
) -> tuple[IntArray, IntArray]:
    """Return the pairs of papers of which one is among the best of the other, each once and in order."""
    count = vectors.shape[0]
    transposed, squares = sp.csr_array(telling.T), squared_lengths(vectors)
    pairs = [np.zeros(0, dtype=np.int64)]
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        overlap = sp.csr_array(telling[start:stop] @ transposed)
        overlap.data /= np.sqrt(squares[overlap.indices])
        row, other = _best(vectors, squares, *_candidates(overlap, start, best), best)
        pairs.append(np.minimum(row, other) * count + np.maximum(row, other))
        advance(stop - start)
    source, target = np.divmod(np.unique(np.concatenate(pairs)), max(count, 1))
    return source, target


def _candidates(overlap: Matrix, start: int, best: int) -> tuple[IntArray, IntArray]:
    """Return (paper, partner) for the likeliest partners of each paper by telling concepts alone."""
    most = CANDIDATES_PER_LINK * best
    kept = []
    for row, (begin, end) in enumerate(pairwise(overlap.indptr), start):
        others, scores = overlap.indices[begin:end], overlap.data[begin:end]
        if len(others) > most + 1:  # itself is one of them
            scores[others == row] = 0
            least = np.partition(scores, -most)[-most]
            above = others[scores > least]
            level = np.sort(others[scores == least])
            others = np.concatenate([above, level[: most - len(above)]])
        kept.append(others[others != row])
    rows = np.repeat(np.arange(start, start + len(kept)), [len(others) for others in kept])
    return rows, np.concatenate(kept).astype(np.int64)


def _best(
    vectors: Matrix, squares: FloatArray, row: IntArray, other: IntArray, best: int
) -> tuple[IntArray, IntArray]:
    """Return the best of the pairs of each row by all shared concepts, common ones too, then by id."""
    _, scores = compared(vectors, squares, row, other)
    order = np.lexsort((other, -scores, row))
    row, other = row[order], other[order]
    among_best = np.arange(len(row)) - np.searchsorted(row, row) < best
    return row[among_best], other[among_best]


def compared(
    vectors: Matrix, squares: FloatArray, row: IntArray, other: IntArray
) -> tuple[Matrix, FloatArray]:
    """Return the products of what each pair of rows shares, and its cosine."""
    products = sp.csr_array(vectors[row].multiply(vectors[other]))
    dots = np.asarray(products.sum(axis=1), dtype=np.float64)
    return products, dots / np.sqrt(squares[row] * squares[other])


def squared_lengths(vectors: Matrix) -> FloatArray:
    """Return the squared length of each vector; 1 where there is none."""
    squares = np.asarray(vectors.multiply(vectors).sum(axis=1), dtype=np.float64)
    return np.maximum(squares, 1)
