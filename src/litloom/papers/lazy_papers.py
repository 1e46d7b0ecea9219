"""Papers of a graph that are read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import overload

from litloom.papers.paper_index import Entry, PaperIndex, entry_of
from litloom.records import Paper

Read = Callable[[Sequence[str]], Iterable[Paper]]
"""Reads papers by their ids, in that order."""


class LazyPapers(Sequence[Paper]):
    """Papers, each once.

    Parameters
    ----------
    known
        Those by id that need not be read.
    index
        What is known of each, in their order; ``None`` where all are known, and nobody has looked what of.
    read
        Reads the others.
    """

    def __init__(
        self, known: Mapping[str, Paper], index: PaperIndex | None = None, read: Read = lambda ids: ()
    ) -> None:
        self._known = dict(known)
        self._read = read
        self.is_indexed = index is not None
        """Whether there is an index, so that no two of these papers are one."""
        if index is not None:
            self.paper_index = index

    @classmethod
    def of_all(cls, papers: Iterable[Paper]) -> LazyPapers:
        """Return papers that are all at hand."""
        return cls({paper.id: paper for paper in papers})

    @cached_property
    def paper_index(self) -> PaperIndex:
        """What is known of each, in their order."""
        return PaperIndex.of(map(entry_of, self._known.values()))

    @property
    def ids(self) -> list[str]:
        """Their ids, in their order."""
        return self.paper_index.ids if self.is_indexed else list(self._known)

    def of(self, ids: Sequence[str]) -> list[Paper]:
        """Return the papers of some ids, in that order."""
        unread = [identifier for identifier in ids if identifier not in self._known]
        if unread:
            self._known.update(zip(unread, self._read(unread), strict=True))
        return [self._known[identifier] for identifier in ids]

    def changed(self, gone: Collection[int], papers: Mapping[int, tuple[Paper, Entry]]) -> LazyPapers:
        """Return papers without those at some places and with other ones, there or at further places."""
        index = self.paper_index.changed(gone, {place: entry for place, (_, entry) in papers.items()})
        known = self._known | {paper.id: paper for paper, _ in papers.values()}
        return LazyPapers(known, index, self._read)

    def without(self, ids: Collection[str]) -> LazyPapers:
        """Return the papers but those of some ids."""
        if not self.is_indexed:
            return LazyPapers.of_all(paper for paper in self if paper.id not in ids)
        return self.changed([place for place, own in enumerate(self.ids) if own in ids], {})

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
