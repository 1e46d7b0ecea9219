"""Papers as they are now, and where each of them was before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from litloom.graph.grouped import Grouped, IntArray, flags
from litloom.records import Paper

Read = Callable[[Sequence[str]], Sequence[Paper]]
"""Returns papers by their ids, in that order."""


class PapersByPlace(Sequence[Paper]):
    """Papers that are read when they are first asked for.

    Parameters
    ----------
    ids
        Their ids, sorted.
    read
        Reads some of them.
    """

    def __init__(self, ids: Sequence[str], read: Read) -> None:
        self.ids = ids
        self._read = read
        self._known: dict[int, Paper] = {}

    def of(self, places: IntArray) -> list[Paper]:
        """Return the papers at some places."""
        unread = [place for place in places.tolist() if place not in self._known]
        if unread:
            self._known.update(zip(unread, self._read([self.ids[place] for place in unread]), strict=True))
        return [self._known[place] for place in places.tolist()]

    def read_all(self) -> list[Paper]:
        """Return all papers; from now on, none of them is read again."""
        papers = self.of(np.arange(len(self.ids)))
        self._read = _no_more
        return papers

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Paper: ...
    @overload
    def __getitem__(self, at: slice) -> list[Paper]: ...
    def __getitem__(self, at: int | slice) -> Paper | list[Paper]:
        return self.of(np.arange(len(self.ids))[at]) if isinstance(at, slice) else self.of(np.array([at]))[0]


def _no_more(ids: Sequence[str]) -> Sequence[Paper]:
    raise AssertionError(f"{len(ids)} papers are read twice")


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

    papers: PapersByPlace
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

    def values(self, before: IntArray, fresh: IntArray) -> IntArray:
        """Return a value for each paper, of which those of fresh papers are new."""
        now = np.append(before, 0)[self.was]
        now[self.fresh] = fresh
        return now

    def merged(self, before: Grouped, fresh: Grouped) -> Grouped:
        """Return the rows of all papers, of which those of fresh papers are new."""
        source = self.was.copy()
        source[self.fresh] = self.before + np.arange(len(self.fresh))
        return before.followed_by(fresh).taken(source)


def order_of(ids: Collection[str], read: Read, before: pa.Array, changed: Container[str]) -> Order:
    """Return the order of papers.

    Parameters
    ----------
    ids
        Those of the papers that there are now.
    read
        Reads papers.
    before
        The ids of those that there were, sorted.
    changed
        The ids of those that are not as they were.
    """
    ordered = sorted(ids)
    now = pa.array(ordered, pa.large_string())
    was = np.array(pc.index_in(now, before).fill_null(-1), dtype=np.int64)
    by_id = np.full(len(before), -1, dtype=np.int64)
    by_id[was[was >= 0]] = np.flatnonzero(was >= 0)
    was[[at for at, identifier in enumerate(ordered) if identifier in changed]] = -1
    return Order(PapersByPlace(ordered, read), now, was, by_id)
