"""Where work is done that falls into independent tasks: in processes of this machine, or on a Dask cluster.

An engine runs one function over many tasks and hands the results on as they are ready. It knows nothing of
papers. Both engines give the same results, since a task depends on nothing but itself.

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
    """Runs tasks somewhere."""

    def run(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Generator[Result, None, None]:
        """Yield the result of every task, in the order in which they are ready.

        Functions, tasks and results travel pickled. Leaving the iterator early cancels what is not done.
        """

    def each_worker(self, work: Callable[[], Result]) -> Mapping[str, Result]:
        """Return what a function returns on each worker that is another installation, by its address."""


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
        The address of a Dask scheduler, such as ``tcp://node1:8786``; without it, the engine ``dask`` starts
        processes on this machine.
    processes
        Processes on this machine: one if not given, for Dask as many as cores.

    Raises
    ------
    EngineError
        If it is not installed, or cannot be reached.
    """
    return ENGINES[name](scheduler, processes)
