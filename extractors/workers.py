"""Worker processes that extract in parallel."""

from __future__ import annotations

import gc
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from litloom.records import Extraction, Paper
from litloom.support.pools import Pool

if TYPE_CHECKING:
    from litloom.extractors.extractor import Extractor

_BATCHES_PER_PROCESS: Final = 2


class Workers(AbstractContextManager["Workers"]):
    """A pool of processes, each of which makes an extractor when its first papers come.

    Where processes are forked, they begin with all memory of the parent, and copy what either changes later:
    they are best started while the parent holds little.
    """

    def __init__(self, make: Callable[[], Extractor], processes: int) -> None:
        self._processes = processes
        self._pool = Pool(processes, _start, make)
        # The pool starts its processes with its first task.
        self._pool.submit(bool)

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the processes."""
        self._pool.end()

    def extract(self, papers: Iterable[Paper], *, batch_size: int = 32) -> Iterator[Extraction]:
        """Yield one extraction for each paper, in their order; see `Extractor.extract`.

        Batches are smaller than `batch_size` where there are few papers for each process.

        Raises
        ------
        EngineError
            If a process ended.
        """
        if isinstance(papers, Sized):
            batch_size = min(batch_size, len(papers) // (_BATCHES_PER_PROCESS * self._processes))
        texts = ((paper.id, paper.text) for paper in papers)
        waiting: deque[Future[list[Extraction]]] = deque()
        while batch := list(itertools.islice(texts, max(batch_size, 1))):
            waiting.append(self._pool.submit(_work, batch))
            if len(waiting) > _BATCHES_PER_PROCESS * self._processes:
                yield from self._pool.result(waiting.popleft())
        while waiting:
            yield from self._pool.result(waiting.popleft())


_make: Callable[[], Extractor] | None = None
_extractor: Extractor | None = None


def _start(make: Callable[[], Extractor]) -> None:
    global _make
    _make = make


def _work(texts: list[tuple[str, str]]) -> list[Extraction]:
    global _extractor
    if _extractor is None:
        assert _make is not None
        _extractor = _make()
        gc.freeze()
    return list(_extractor.extract_texts(texts))
