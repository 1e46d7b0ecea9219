"""Engines: run independent tasks in processes of this machine, or on a Dask cluster.

Examples
--------
>>> with open_engine("local") as engine:
...     sorted(engine.run(abs, [-3, 1, -2]))
[1, 2, 3]
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Final, Protocol, TypeVar

from litloom.engines.dask import dask_engine
from litloom.engines.local import local_engine

Task = TypeVar("Task")
Result = TypeVar("Result")


class Engine(Protocol):
    """Runs tasks."""

    def run(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Generator[Result, None, None]:
        """Yield results as tasks complete. Closing the iterator cancels the other tasks.

        The function, tasks and results are pickled.
        """

    def each_worker(self, work: Callable[[], Result]) -> Mapping[str, Result]:
        """Call a function on each worker that may have another installation; return results by address."""


Opener = Callable[[str | None, int | None], AbstractContextManager[Engine]]

ENGINES: Final[dict[str, Opener]] = {"local": local_engine, "dask": dask_engine}


def open_engine(
    name: str, *, scheduler: str | None = None, processes: int | None = None
) -> AbstractContextManager[Engine]:
    """Open an engine.

    Parameters
    ----------
    name
        One of `ENGINES`.
    scheduler
        The address of a Dask scheduler, such as ``tcp://node1:8786``; by default a cluster is started on this
        machine.
    processes
        Processes on this machine; by default 1, with Dask the number of cores.

    Raises
    ------
    EngineError
        If it is not installed, or cannot be reached.
    """
    return ENGINES[name](scheduler, processes)
