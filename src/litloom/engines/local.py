"""Tasks in processes of this machine."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from litloom.errors import EngineError
from litloom.support.pools import Pool

Task = TypeVar("Task")
Result = TypeVar("Result")


@contextmanager
def local_engine(scheduler: str | None = None, processes: int | None = None) -> Iterator[LocalEngine]:
    """Return the engine of this machine; see `litloom.engines.open_engine`."""
    if scheduler is not None:
        raise EngineError(f"--scheduler {scheduler}: only --engine dask has a scheduler")
    yield LocalEngine(processes or 1)


class LocalEngine:
    """Runs tasks in processes; a single one is the current process."""

    def __init__(self, processes: int) -> None:
        self._processes = processes

    def run(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Generator[Result, None, None]:
        """Yield results as tasks complete."""
        if self._processes == 1:
            yield from map(work, tasks)
        else:
            with Pool(self._processes) as pool:
                yield from pool.results([pool.submit(work, task) for task in tasks])

    def each_worker(self, work: Callable[[], Result]) -> Mapping[str, Result]:
        """Return nothing: all processes have this installation."""
        return {}
