"""Work in a second process, in the background of this one."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from litloom.support.pools import Pool, cores

Result = TypeVar("Result")


@contextmanager
def background(work: Callable[[], Result], *, own_process: bool) -> Iterator[Callable[[], Result]]:
    """Start some work; what is yielded waits for its result and returns it.

    Parameters
    ----------
    work
        The work; it is pickled.
    own_process
        Whether it is worth a process of its own, where there are two cores; else it is done when its result
        is asked for.

    Examples
    --------
    >>> with background(lambda: 6 * 7, own_process=False) as result:
    ...     result()
    42
    """
    if not own_process or cores() < 2:
        yield work
        return
    # A search for cycles in the worker would copy the memory pages that it shares with this process.
    with Pool(1, gc.disable) as pool:
        future = pool.submit(work)
        yield lambda: pool.result(future)
