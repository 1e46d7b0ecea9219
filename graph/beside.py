"""Work that goes on in a process of its own, beside that of the process that needs its result."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final, TypeVar

Result = TypeVar("Result")

_LOOKS_AFTER: Final = 0.5
"""Seconds after which the process looks whether the one that started it is still there."""


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
    if not own_process or (os.cpu_count() or 1) < 2:
        yield work
        return
    with ProcessPoolExecutor(1, initializer=_start, initargs=(work,)) as pool:
        yield pool.submit(_finish).result


_work: Callable[[], Any] | None = None


def _start(work: Callable[[], Any]) -> None:
    global _work
    _work = work
    gc.disable()  # looking at what is shared with the first process would copy it
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process soon after its parent, which may be killed without a chance to say so."""
    while os.getppid() == parent:
        time.sleep(_LOOKS_AFTER)
    os._exit(1)


def _finish() -> Any:
    assert _work is not None
    return _work()
