"""Papers of a graph that are read on first access."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import overload

from litloom.papers.paper_index import Entry, PaperIndex, entry_of
from litloom.records import Paper

Read = Callable[[Sequence[str]], Iterable[Paper]]
"""Reads papers by their ids, in that order."""


class LazyPapers(Sequence[Paper]):
    """A sequence of distinct papers, read on first access.

    Parameters
    ----------
    known
        Papers by id that need not be read.
    index
        The index of all papers; ``None`` if all are known and may not have been merged yet.
    read
        Reads the other papers.
    """

    def __init__(
        self, known: Mapping[str, Paper], index: PaperIndex | None = None, read: Read = lambda ids: ()
    ) -> None:
        self._known = dict(known)
        self._read = read
        self.is_indexed = index is not None
        """Whether there is an index, so that the papers are merged."""
        if index is not None:
            self.paper_index = index

    @classmethod
    def of_all(cls, papers: Iterable[Paper]) -> LazyPapers:
        """Return papers that are in memory."""
        return cls({paper.id: paper for paper in papers})

    @cached_property
    def paper_index(self) -> PaperIndex:
        """The index of the papers."""
        return PaperIndex.of(map(entry_of, self._known.values()))

    @property
    def ids(self) -> list[str]:
        """The ids of the papers in order."""
        return self.paper_index.ids if self.is_indexed else list(self._known)

    def of(self, ids: Sequence[str]) -> list[Paper]:
        """Return the papers of some ids, in that order."""
        unread = [key for key in ids if key not in self._known]
        if unread:
            self._known.update(zip(unread, self._read(unread), strict=True))
        return [self._known[key] for key in ids]

    def changed(self, removed: Collection[int], papers: Mapping[int, tuple[Paper, Entry]]) -> LazyPapers:
        """Return the papers without some rows, and with papers that replace rows or follow them."""
        index = self.paper_index.changed(removed, {row: entry for row, (_, entry) in papers.items()})
        known = self._known | {paper.id: paper for paper, _ in papers.values()}
        return LazyPapers(known, index, self._read)

    def without(self, ids: Collection[str]) -> LazyPapers:
        """Return the papers except those of some ids."""
        if not self.is_indexed:
            return LazyPapers.of_all(paper for paper in self if paper.id not in ids)
        return self.changed([row for row, key in enumerate(self.ids) if key in ids], {})

    def __len__(self) -> int:
        return len(self.paper_index) if self.is_indexed else len(self._known)

    def __iter__(self) -> Iterator[Paper]:
        return iter(self.of(self.ids))

    @overload
    def __getitem__(self, at: int) -> Paper: ...
    @overload
    def __getitem__(self, at: slice) -> list[Paper]: ...
    def __getitem__(self, at: int | slice) -> Paper | list[Paper]:
        return self.of(self.ids[at]) if isinstance(at, slice) else self.of([self.ids[at]])[0]
