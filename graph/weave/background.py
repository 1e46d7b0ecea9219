"""Work in a second process, in the background of this one."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from litloom.support.pools import cores, end_with_parent

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
    with ProcessPoolExecutor(1, initializer=_start) as pool:
        yield pool.submit(work).result


def _start() -> Any:
    gc.disable()  # a search for cycles would copy the pages that are shared with the first process
    end_with_parent()
