"""Processes that read papers side by side."""

from __future__ import annotations

import gc
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Final, Protocol

from litloom.records import Extraction, Paper
from litloom.support.pools import Pool

_BATCHES_PER_PROCESS: Final = 2


class OneProcessReader(Protocol):
    """Reads texts in the process that it is in."""

    def extract_texts(self, texts: Iterable[tuple[str, str]]) -> Iterator[Extraction]:
        """Yield what is found in each text, given with the id of its paper."""


class Workers(AbstractContextManager["Workers"]):
    """Processes with a reader each, which wait for papers.

    Where processes are forked, they begin with all that the first one holds, and get a copy of their own of
    whatever that changes later: they are best started while it holds little. Each makes its reader when the
    first papers come.

    Parameters
    ----------
    make
        Makes a reader; it travels to the processes.
    processes
        How many there are; each uses one core.
    """

    def __init__(self, make: Callable[[], OneProcessReader], processes: int) -> None:
        self._processes = processes
        self._pool = Pool(processes, _start, make)
        # The pool starts its processes with the first thing that they are to do.
        self._pool.submit(_nothing)

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the processes, and with them what they hold."""
        self._pool.end()

    def extract(self, papers: Iterable[Paper], *, batch_size: int = 32) -> Iterator[Extraction]:
        """Find the concepts of papers, one extraction for each, in their order.

        Parameters
        ----------
        papers
            Read as results are taken, never all at once.
        batch_size
            How many papers travel to a process together, at most; fewer, where there are few for each
            process. It changes no result.

        Raises
        ------
        EngineError
            If a process ended.
        """
        if isinstance(papers, Sized):
            batch_size = min(batch_size, len(papers) // (_BATCHES_PER_PROCESS * self._processes))
        texts = ((paper.id, paper.text) for paper in papers)
        batches = iter(lambda: list(itertools.islice(texts, max(batch_size, 1))), [])
        waiting: deque[Future[list[Extraction]]] = deque()
        for batch in batches:
            waiting.append(self._pool.submit(_work, batch))
            if len(waiting) > _BATCHES_PER_PROCESS * self._processes:
                yield from self._pool.result(waiting.popleft())
        while waiting:
            yield from self._pool.result(waiting.popleft())


_make: Callable[[], OneProcessReader] | None = None
_reader: OneProcessReader | None = None


def _start(make: Callable[[], OneProcessReader]) -> None:
    global _make
    _make = make


def _nothing() -> None:
    pass


def _ready() -> OneProcessReader:
    global _reader
    if _reader is None:
        assert _make is not None
        _reader = _make()
        gc.freeze()
    return _reader


def _work(texts: list[tuple[str, str]]) -> list[Extraction]:
    return list(_ready().extract_texts(texts))
