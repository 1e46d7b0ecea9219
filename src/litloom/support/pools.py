"""Processes that help the one that started them, and are of no use without it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Final, TypeVar

from litloom.errors import EngineError
from litloom.support.debugging import debugging

Result = TypeVar("Result")

ENDED: Final = (
    "a process was ended from outside, perhaps for want of memory; the same command again keeps what is done"
)

_LOOKS_AFTER: Final = 0.5
"""Seconds after which a process looks whether the one that started it is still there."""

_PAPERS_PER_PROCESS: Final = 30
"""Fewer than this are read sooner by one process than by starting another."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes_for(papers: Sized) -> int:
    """Return how many processes read so many papers soonest."""
    return max(1, min(cores(), len(papers) // _PAPERS_PER_PROCESS))


def end_with_parent() -> None:
    """Let this process end soon after its parent, which may be killed without a chance to say so."""
    Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_AFTER)
    os._exit(1)


class Pool:
    """Processes that do tasks; when one of them ends, or none can be reached any more, that is an error.

    An executor of Python's waits for ever where its own thread ended, or could not be started, for want of
    memory; and so does Python's exit, for processes that wait for tasks.

    Parameters
    ----------
    processes
        How many there are.
    begin
        What each does first.
    arguments
        What `begin` is called with.

    Raises
    ------
    OSError, RuntimeError
        If there is no memory for another process or thread.
    """

    def __init__(self, processes: int, begin: Callable[..., object], *arguments: object) -> None:
        self._own: set[BaseProcess] = set()
        self._executor = ProcessPoolExecutor(processes, initializer=_begin, initargs=(begin, arguments))

    def submit(self, work: Callable[..., Result], *arguments: object) -> Future[Result]:
        """Give a task to the next process that is free."""
        before = set(active_children())
        try:
            return self._executor.submit(work, *arguments)
        except BaseException as error:
            self._own |= set(active_children()) - before
            self.kill()
            if isinstance(error, BrokenProcessPool):
                raise EngineError(ENDED) from error
            raise
        finally:
            self._own |= set(active_children()) - before

    def result(self, future: Future[Result]) -> Result:
        """Wait for a task, and return its result.

        Raises
        ------
        EngineError
            If a process ended.
        """
        while not wait([future], timeout=_LOOKS_AFTER).done:
            self._check()
        try:
            return future.result()
        except BrokenProcessPool as error:
            self.kill()
            raise EngineError(ENDED) from error

    def results(self, futures: Iterable[Future[Result]]) -> Iterator[Result]:
        """Yield the results of tasks, in the order in which they are ready."""
        waiting = set(futures)
        while waiting:
            ready, waiting = wait(waiting, timeout=_LOOKS_AFTER, return_when=FIRST_COMPLETED)
            for future in ready:
                yield self.result(future)
            if not ready:
                self._check()

    def end(self) -> None:
        """End the processes when they have done the tasks that they are at; others are not begun."""
        if self._works():
            self._executor.shutdown(cancel_futures=True)
        else:
            self.kill()

    def kill(self) -> None:
        """End the processes at once."""
        for process in self._own & set(active_children()):
            process.kill()
            process.join()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _check(self) -> None:
        if not self._works():
            self.kill()
            raise EngineError(ENDED)

    def _works(self) -> bool:
        """Tell whether the thread that hands out tasks is there; Python does not tell."""
        thread: Thread | None = getattr(self._executor, "_executor_manager_thread", None)
        return thread is not None and thread.is_alive()


def _begin(begin: Callable[..., object], arguments: tuple[object, ...]) -> None:
    if not debugging():
        # What goes wrong is told by the process that waits for the result.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    begin(*arguments)
