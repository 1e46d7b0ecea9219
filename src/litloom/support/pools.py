"""Worker processes, and how many to start."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Final, Self, TypeVar

from litloom.errors import EngineError
from litloom.support.debugging import debugging

Result = TypeVar("Result")

ENDED: Final = (
    "a process was ended from outside, perhaps for want of memory; the same command again keeps what is done"
)

_POLL_SECONDS: Final = 0.5
"""How often a worker checks its parent, and the parent its workers."""

_PAPERS_PER_PROCESS: Final = 30
"""For fewer papers than this, starting another process costs more time than it saves."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes_for(papers: Sized) -> int:
    """Return the number of processes that extract papers in the least time."""
    return max(1, min(cores(), len(papers) // _PAPERS_PER_PROCESS))


def end_with_parent() -> None:
    """End this process soon after its parent, even if the parent is killed."""
    Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os._exit(1)


class Pool:
    """Worker processes that run tasks.

    Unlike `concurrent.futures.ProcessPoolExecutor`, it raises where a worker, or the thread that hands out
    tasks, ended for lack of memory: the executor would wait for ever, in its shutdown, too.

    Parameters
    ----------
    processes
        Number of workers.
    begin
        Called first in each worker.
    arguments
        Arguments of `begin`.

    Raises
    ------
    OSError, RuntimeError
        If there is no memory for another process or thread.
    """

    def __init__(
        self, processes: int, begin: Callable[..., object] | None = None, *arguments: object
    ) -> None:
        self._own: set[BaseProcess] = set()
        self._executor = ProcessPoolExecutor(processes, initializer=_begin, initargs=(begin, arguments))

    def submit(self, work: Callable[..., Result], *arguments: object) -> Future[Result]:
        """Queue a task for the next idle worker."""
        before = set(active_children())
        try:
            return self._executor.submit(work, *arguments)
        except BaseException as error:
            self._own |= set(active_children()) - before
            self.end()
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
            If a worker ended.
        """
        while not wait([future], timeout=_POLL_SECONDS).done:
            self._check()
        try:
            return future.result()
        except BrokenProcessPool as error:
            self.end()
            raise EngineError(ENDED) from error

    def results(self, futures: Iterable[Future[Result]]) -> Iterator[Result]:
        """Yield the results of tasks as they complete."""
        waiting = set(futures)
        while waiting:
            ready, waiting = wait(waiting, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
            for future in ready:
                yield self.result(future)
            if not ready:
                self._check()

    def end(self) -> None:
        """Kill the workers; tasks without a result are lost."""
        # The executor ends workers by a message; where memory is too low to send it, it waits for ever.
        for process in self._own & set(active_children()):
            process.kill()
            process.join()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _check(self) -> None:
        # Python has no public way to ask whether the thread that hands out tasks is alive.
        thread: Thread | None = getattr(self._executor, "_executor_manager_thread", None)
        if thread is None or not thread.is_alive():
            self.end()
            raise EngineError(ENDED)


def _begin(begin: Callable[..., object] | None, arguments: tuple[object, ...]) -> None:
    # A terminal interrupts all processes at once; only the first of them reports it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()
    if not debugging():
        # The process that waits for the result reports errors.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if begin is not None:
        begin(*arguments)
