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

from litloom.graph.grouped import distinct

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
    return linked(papers, concepts, vectors, weight, source, target)


def linked(
    papers: Sequence[str],
    concepts: Sequence[str],
    vectors: Matrix,
    weight: FloatArray,
    source: IntArray,
    target: IntArray,
) -> Links:
    """Return the links between pairs of papers.

    Parameters
    ----------
    papers, concepts
        Ids, sorted; `vectors` has a row and a column for each.
    weight
        The weight of each concept.
    source, target
        Positions of papers, the source before the target.
    """
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
        rows = np.arange(start, min(start + BLOCK, count))
        row, other, _ = likeliest(sp.csr_array(telling[rows] @ transposed), squares, rows, best)
        _, scores = compared(vectors, squares, row, other)
        kept = first_few(row, other, scores, best)
        pairs.append(paired(row[kept], other[kept], count))
        advance(len(rows))
    source, target = np.divmod(distinct(np.concatenate(pairs)), max(count, 1))
    return source, target


def paired(one: IntArray, other: IntArray, count: int) -> IntArray:
    """Return one number for each pair of so many papers, whichever of them is named first."""
    return np.minimum(one, other) * count + np.maximum(one, other)


def likeliest(
    products: Matrix, squares: FloatArray, rows: IntArray, best: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return (paper, partner, overlap) for the likeliest partners of papers by telling concepts alone.

    Parameters
    ----------
    products
        Of the telling concepts of these papers with those of all.
    squares
        The squared lengths of the vectors of all papers.
    rows
        The positions of these papers.
    best
        Links kept per paper.
    """
    most = CANDIDATES_PER_LINK * best
    overlap = products.data / np.sqrt(squares[products.indices])
    chosen = [np.zeros(0, dtype=np.int64)]
    lengths = []
    for row, (begin, end) in zip(rows.tolist(), pairwise(products.indptr.tolist()), strict=True):
        others, scores = products.indices[begin:end], overlap[begin:end]
        if len(others) > most + 1:  # itself is one of them
            scores[others == row] = 0
            least = np.partition(scores, -most)[-most]
            above, level = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
            level = level[np.argsort(others[level])]
            kept = np.concatenate([above, level[: most - len(above)]])
        else:
            kept = np.flatnonzero(others != row)
        chosen.append(begin + kept)
        lengths.append(len(kept))
    at = np.concatenate(chosen)
    return np.repeat(rows, lengths), products.indices[at].astype(np.int64), overlap[at]


def first_few(row: IntArray, other: IntArray, scores: FloatArray, few: int) -> npt.NDArray[np.bool_]:
    """Return which pairs are among the few of their row that score the most, and then by id."""
    order = np.lexsort((other, -scores, row))
    ranked = row[order]
    kept = np.zeros(len(row), dtype=bool)
    kept[order] = np.arange(len(row)) - np.searchsorted(ranked, ranked) < few
    return kept


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
