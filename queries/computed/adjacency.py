"""Adjacency of numbered nodes in compressed sparse rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Adjacency:
    """The distinct neighbours of each node: ``ends[starts[node]:starts[node + 1]]``."""

    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]

    @classmethod
    def of(cls, sources: IntArray, targets: IntArray, nodes: int) -> Adjacency:
        """Return the adjacency of directed links, given the number of nodes.

        Examples
        --------
        >>> links = Adjacency.of(np.array([2, 0, 2]), np.array([0, 1, 1]), nodes=3)
        >>> links.neighbours(np.array([2])).tolist(), links.degrees(np.array([0, 1])).tolist()
        ([0, 1], [1, 0])
        """
        import scipy.sparse as sp

        present = np.ones(len(sources), dtype=np.bool_)
        matrix = sp.coo_array((present, (sources, targets)), shape=(nodes, nodes)).tocsr()
        return cls(matrix.indptr, matrix.indices)

    def degrees(self, nodes: IntArray) -> IntArray:
        """Return the number of neighbours of each node."""
        return np.asarray(self.starts[nodes + 1] - self.starts[nodes], dtype=np.int64)

    def neighbours(self, nodes: IntArray) -> IntArray:
        """Return the neighbours of several nodes, concatenated."""
        counts = self.degrees(nodes)
        before = np.cumsum(counts) - counts
        places = np.arange(counts.sum()) + np.repeat(self.starts[nodes] - before, counts)
        return np.asarray(self.ends[places], dtype=np.int64)


def ends_of_lists(sources: Sequence[int], targets: Sequence[Sequence[int]]) -> tuple[IntArray, IntArray]:
    """Return the sources and targets of links, given the list of targets of each source.

    Examples
    --------
    >>> [ends.tolist() for ends in ends_of_lists([3, 5], [[1, 2], [4]])]
    [[3, 3, 5], [1, 2, 4]]
    """
    counts = np.fromiter(map(len, targets), dtype=np.int64, count=len(targets))
    first = np.repeat(np.array(sources, dtype=np.int64), counts)
    return first, np.fromiter(chain.from_iterable(targets), dtype=np.int64, count=len(first))
