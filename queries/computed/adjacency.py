"""Links among numbered nodes, as the sparse arrays that computations on a whole graph go through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Adjacency:
    """To each node its neighbours: ``ends[starts[node]:starts[node + 1]]``.

    Parameters
    ----------
    starts
        One more than there are nodes.
    ends
        The neighbours of all nodes, one node after the other, each once.
    """

    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]

    @classmethod
    def of(cls, sources: IntArray, targets: IntArray, nodes: int) -> Adjacency:
        """Return links as they point, from source to target, among that many nodes.

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
        """Return how many neighbours each node has."""
        return np.asarray(self.starts[nodes + 1] - self.starts[nodes], dtype=np.int64)

    def neighbours(self, nodes: IntArray) -> IntArray:
        """Return the neighbours of nodes, one node after the other, of several of them several times."""
        counts = self.degrees(nodes)
        before = np.cumsum(counts) - counts
        places = np.arange(counts.sum()) + np.repeat(self.starts[nodes] - before, counts)
        return np.asarray(self.ends[places], dtype=np.int64)


def ends_of_lists(sources: Sequence[int], targets: Sequence[Sequence[int]]) -> tuple[IntArray, IntArray]:
    """Return both ends of each link, given each source with the list of its targets.

    Examples
    --------
    >>> [ends.tolist() for ends in ends_of_lists([3, 5], [[1, 2], [4]])]
    [[3, 3, 5], [1, 2, 4]]
    """
    counts = np.fromiter(map(len, targets), dtype=np.int64, count=len(targets))
    first = np.repeat(np.array(sources, dtype=np.int64), counts)
    return first, np.fromiter(chain.from_iterable(targets), dtype=np.int64, count=len(first))
