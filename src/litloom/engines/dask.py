"""Tasks on a Dask cluster (Rocklin 2015, https://doi.org/10.25080/Majora-7b98e3ed-013).

Dask repeats the task of a lost worker on another one. Tasks name files, so that the scheduler holds little.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from litloom.errors import EngineError

if TYPE_CHECKING:
    from distributed import Client

Task = TypeVar("Task")
Result = TypeVar("Result")

CONNECT_SECONDS: Final = 10
"""Time limit for the scheduler to answer."""


@contextmanager
def dask_engine(scheduler: str | None = None, processes: int | None = None) -> Iterator[DaskEngine]:
    """Connect to a Dask scheduler, or start a local cluster; see `litloom.engines.open_engine`."""
    try:
        from distributed import LocalCluster
    except ImportError as error:
        raise EngineError('--engine dask needs Dask: pip install "litloom[dask]"') from error
    with ExitStack() as stack:
        address = scheduler
        if address is None:
            with _children_ignore_interrupts():
                here = LocalCluster(
                    n_workers=processes,
                    threads_per_worker=1,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
            address = stack.enter_context(here).scheduler_address
        yield DaskEngine(stack.enter_context(_connected(address)), address)


@contextmanager
def _children_ignore_interrupts() -> Iterator[None]:
    # A terminal interrupts all processes at once; the workers end when this process closes the cluster.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    from distributed import Client

    try:
        client = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise EngineError(f"{address}: no Dask scheduler answers there ({_first_line(error)})") from error
    with client:
        yield client


class DaskEngine:
    """Runs tasks on the workers of a scheduler."""

    def __init__(self, client: Client, address: str) -> None:
        self._client = client
        self._address = address
        threads = client.nthreads()
        many = next((worker for worker, count in threads.items() if count > 1), None)
        if many is not None:
            raise EngineError(
                f"worker {many} has {threads[many]} threads, and recognition needs a process for each task: "
                f"start it with --nthreads 1 --nworkers {threads[many]}"
            )
        if not threads:
            logging.getLogger(__name__).warning("%s has no workers yet; waiting for them", address)

    def run(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Generator[Result, None, None]:
        """Yield results as tasks complete."""
        from distributed import KilledWorker, as_completed

        futures = self._client.map(work, list(tasks), pure=False)
        try:
            for future in as_completed(futures):
                result = future.result()
                future.release()
                yield result
        except KilledWorker as error:
            raise EngineError(
                f"{self._address}: one task ended several workers, perhaps for lack of memory "
                f"({_first_line(error)})"
            ) from error
        except CancelledError as error:
            raise EngineError(
                f"{self._address}: the scheduler went away; run the same command again to resume"
            ) from error
        finally:
            self._client.cancel([future for future in futures if not future.done()])

    def each_worker(self, work: Callable[[], Result]) -> Mapping[str, Result]:
        """Call a function on each worker, and return results by address."""
        answers = self._client.run(work, on_error="return")
        for worker, answer in answers.items():
            if isinstance(answer, BaseException):
                raise EngineError(f"worker {worker} cannot take part: {_first_line(answer)}")
        return dict(answers)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
