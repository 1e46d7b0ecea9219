"""Papers as they are now, and where each of them was before."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from litloom.graph.grouped import Grouped, IntArray, flags
from litloom.records import Paper


@dataclass(slots=True)
class Order:
    """Papers as they are now, by position among those that they were.

    Parameters
    ----------
    papers
        Sorted by id.
    ids
        Their ids.
    was
        The position that each had; -1 for those that are new or other than before.
    by_id
        The position now of each that there was, changed or not; -1 where it is gone.
    """

    papers: Sequence[Paper]
    ids: pa.Array
    was: IntArray
    by_id: IntArray

    @property
    def before(self) -> int:
        """How many there were."""
        return len(self.by_id)

    @property
    def fresh(self) -> IntArray:
        """The positions of those that are new or changed."""
        return np.flatnonzero(self.was < 0)

    @property
    def stayed(self) -> IntArray:
        """The positions of those that are as they were."""
        return np.flatnonzero(self.was >= 0)

    @property
    def gone(self) -> IntArray:
        """The former positions of those that are gone or changed."""
        return np.flatnonzero(~flags(self.was[self.stayed], self.before))

    @property
    def now(self) -> IntArray:
        """The position of each former paper; -1 for those that are gone or changed."""
        now = np.full(self.before, -1, dtype=np.int64)
        now[self.was[self.stayed]] = self.stayed
        return now

    def merged(self, before: Grouped, fresh: Grouped) -> Grouped:
        """Return the rows of all papers, of which those of fresh papers are new."""
        source = self.was.copy()
        source[self.fresh] = self.before + np.arange(len(self.fresh))
        return before.followed_by(fresh).taken(source)


def order_of(papers: Sequence[Paper], before: pa.Array, changed: Container[str]) -> Order:
    """Return the order of papers.

    Parameters
    ----------
    papers
        Sorted by id.
    before
        The ids of those that there were, sorted.
    changed
        The ids of those that are not as they were.
    """
    ids = pa.array([paper.id for paper in papers], pa.large_string())
    was = np.array(pc.index_in(ids, before).fill_null(-1), dtype=np.int64)
    by_id = np.full(len(before), -1, dtype=np.int64)
    by_id[was[was >= 0]] = np.flatnonzero(was >= 0)
    was[[at for at, paper in enumerate(papers) if paper.id in changed]] = -1
    return Order(papers, ids, was, by_id)
