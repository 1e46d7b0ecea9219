"""How a lack of memory shows, and how much address space is left."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import Final

REMEDY: Final = "close other programs, or raise the memory limit (see: ulimit -v)"
LEAST_ADDRESS_SPACE: Final = 400 << 20
"""With less, nothing but help can be had."""
_SAID: Final = re.compile(
    r"Mmap for size|buffer pool is full|Maximum database size|(?:max db|buffer pool) size should be"
    r"|bad_alloc|not enough memory|out of memory|Cannot allocate memory|can't start new thread"
    r"|[Uu]nable to allocate|\b(?:re|m)alloc of size|failed to map segment"
    r"|\AResource temporarily unavailable\Z"
)


def is_low_memory(error: BaseException) -> bool:
    """Tell whether an error, or one that it came from, is for want of memory or of threads.

    Examples
    --------
    >>> is_low_memory(MemoryError()), is_low_memory(RuntimeError("can't start new thread"))
    (True, True)
    >>> is_low_memory(FileNotFoundError(2, "No such file or directory"))
    False
    """
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if _is(cause):
            return True
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return False


def _is(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError | ImportError) and _SAID.search(str(error)) is not None
    )


def prepare_for_limit() -> None:
    """Make do with a limit of address space.

    OpenBLAS takes some for each thread, and where it gets none it ends the process in its own words.

    Raises
    ------
    MemoryError
        If the limit is too low to import what litloom needs.
    """
    limit = _limit()
    if limit is None:
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if limit < LEAST_ADDRESS_SPACE:
        raise MemoryError


def is_limited() -> bool:
    """Tell whether address space is limited."""
    return _limit() is not None


def address_space() -> int | None:
    """Return how many bytes of address space this process may still take; ``None`` without a limit."""
    limit = _limit()
    return None if limit is None else max(limit - _taken(), 0)


def _limit() -> int | None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


def _taken() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):  # macOS has no such file
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
