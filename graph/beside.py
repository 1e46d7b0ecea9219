"""Work that goes on in a process of its own, beside that of the process that needs its result."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from litloom.processes import Pool, cores, end_with_parent

Result = TypeVar("Result")


@contextmanager
def beside(work: Callable[[], Result], *, own_process: bool) -> Iterator[Callable[[], Result]]:
    """Begin some work; what is given waits for its result and returns it.

    Parameters
    ----------
    work
        Where processes are not forked, it is pickled.
    own_process
        Whether it is worth a process of its own, where there are two cores; else it is done when its result
        is asked for.

    Examples
    --------
    >>> with beside(lambda: 6 * 7, own_process=False) as result:
    ...     result()
    42
    """
    if not own_process or cores() < 2:
        yield work
        return
    pool = Pool(1, _start, work)
    try:
        future = pool.submit(_finish)
        yield lambda: pool.result(future)
    finally:
        pool.end()


_work: Callable[[], Any] | None = None


def _start(work: Callable[[], Any]) -> None:
    global _work
    _work = work
    gc.disable()  # looking at what is shared with the first process would copy it
    end_with_parent()


def _finish() -> Any:
    assert _work is not None
    return _work()
