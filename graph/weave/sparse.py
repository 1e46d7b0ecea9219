"""Sparse matrices of SciPy: connected components, and vectors of papers over concepts.

A paper is a vector with the inverse document frequency (Spärck Jones 1972) of every concept that it mentions.
The frequency is counted in whole halvings, so that products of vectors are whole numbers, and scores the same
to the last bit in whatever order they are added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.signedinteger[Any]]
Matrix = csr_array[np.float64]

NO_NUMBERS: Final[IntArray] = np.zeros(0, dtype=np.int64)


def components(one: pa.ChunkedArray, other: pa.ChunkedArray, count: int) -> pa.Table:
    """Return the connected component of each of `count` nodes of a graph.

    Parameters
    ----------
    one, other
        The ends of its edges, int64 of length ``n_edges``: numbers of nodes.

    Returns
    -------
    pyarrow.Table
        ``number`` and ``component``, int64, of each node.

    Examples
    --------
    >>> components(pa.chunked_array([[0, 3]]), pa.chunked_array([[1, 1]]), 4)["component"].to_pylist()
    [0, 0, 1, 0]
    """
    ends = (one.to_numpy(), other.to_numpy())
    adjacency = coo_array((np.ones(len(one)), ends), shape=(count, count))
    labels = connected_components(adjacency, directed=False)[1] if count else np.zeros(0)
    return pa.table({"number": np.arange(count), "component": labels.astype(np.int64)})


@dataclass(frozen=True, slots=True)
class Block:
    """Vectors of some papers.

    Parameters
    ----------
    vectors
        Of shape ``(n_papers, n_concepts)``: the weight of each concept that a paper mentions.
    squares
        Of shape ``(n_papers,)``: the squared length of each vector; 1 where it is 0.
    """

    vectors: Matrix
    squares: FloatArray

    @classmethod
    def of(cls, papers: IntArray, concepts: IntArray, weight: FloatArray, count: int) -> Block:
        """Return the block of so many papers from (paper, concept) pairs, sorted, and weights of concepts."""
        ends = np.concatenate([[0], np.cumsum(np.bincount(papers, minlength=count))])
        vectors = csr_array((weight[concepts], concepts, ends), shape=(count, len(weight)))
        squares = np.asarray(vectors.multiply(vectors).sum(axis=1), dtype=np.float64)
        return cls(vectors, np.maximum(squares, 1))


def halvings(frequency: IntArray, papers: int) -> FloatArray:
    """Return how often so many papers can be halved until as many are left as have each concept.

    `frequency`, in how many papers each concept is (at least 1), and the result have the shape
    ``(n_concepts,)``.

    Examples
    --------
    >>> halvings(np.array([1, 2, 3, 4, 1000]), 1000)
    array([10.,  9.,  9.,  8.,  1.])
    """
    weight: FloatArray = np.ceil(np.log2(1 + papers)) - np.floor(np.log2(frequency))
    return weight


def cosines(own: Block, block: Block, row: IntArray, other: IntArray) -> tuple[Matrix, FloatArray]:
    """Return what each pair of papers shares.

    Parameters
    ----------
    own, block
        The blocks of the one and of the other papers.
    row, other
        Of shape ``(n_pairs,)``: positions in these blocks.

    Returns
    -------
    products, cosines
        Products of weights, of shape ``(n_pairs, n_concepts)``, and cosines, of shape ``(n_pairs,)``.
    """
    products = csr_array(own.vectors[row].multiply(block.vectors[other]))
    dots = np.asarray(products.sum(axis=1), dtype=np.float64)
    return products, dots / np.sqrt(own.squares[row] * block.squares[other])


def nearest(
    products: Matrix, squares: FloatArray, rows: IntArray, few: int, *, same_block: bool
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the few partners of each paper whose overlap is largest, and then those first in their block.

    Parameters
    ----------
    products
        Of shape ``(n_papers, n_partners)``: products of vectors over some concepts.
    squares
        Of shape ``(n_partners,)``: the squared lengths of the partners' whole vectors.
    rows
        Of shape ``(n_papers,)``: positions of the papers.
    few
        Partners a paper.
    same_block
        Whether partners are the papers of the same block, so that each paper is one of them.

    Returns
    -------
    row, partner, overlap
        Of shape ``(n_pairs,)``: two positions, and the product by the length of the partner's vector.
    """
    overlap = products.data / np.sqrt(squares[products.indices])
    chosen = [NO_NUMBERS]
    lengths = []
    for row, (begin, end) in zip(rows.tolist(), pairwise(products.indptr.tolist()), strict=True):
        others, scores = products.indices[begin:end], overlap[begin:end]
        own = row if same_block else -1
        if len(others) > few + 1:
            scores[others == own] = 0
            least = np.partition(scores, -few)[-few]
            above, level = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
            level = level[np.argsort(others[level])]
            kept = np.concatenate([above, level[: few - len(above)]])
        else:
            kept = np.flatnonzero(others != own)
        chosen.append(begin + kept)
        lengths.append(len(kept))
    at = np.concatenate(chosen)
    return np.repeat(rows, lengths), products.indices[at].astype(np.int64), overlap[at]


def largest(row: IntArray, other: IntArray, scores: FloatArray, few: int) -> npt.NDArray[np.bool_]:
    """Return which pairs are among the few of their row with the largest scores, and then by number.

    All arrays have the shape ``(n_pairs,)``.
    """
    order = np.lexsort((other, -scores, row))
    ranked = row[order]
    kept = np.zeros(len(row), dtype=bool)
    kept[order] = np.arange(len(row)) - np.searchsorted(ranked, ranked) < few
    return kept
