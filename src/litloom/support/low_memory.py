"""Recognising a lack of memory, and limits of address space."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import Final

REMEDY: Final = "close other programs, or raise the memory limit (see: ulimit -v)"
LEAST_ADDRESS_SPACE: Final = 400 << 20
"""Bytes that are needed to import the dependencies."""
_MESSAGES: Final = re.compile(
    r"Mmap for size|buffer pool is full|Maximum database size|(?:max db|buffer pool) size should be"
    r"|bad_alloc|not enough memory|out of memory|Cannot allocate memory|can't start new thread"
    r"|[Uu]nable to allocate|\b(?:re|m)alloc of size|failed to map segment"
    r"|\AResource temporarily unavailable\Z"
)


def is_low_memory(error: BaseException) -> bool:
    """Return whether an error, or one of its causes, is due to a lack of memory or threads.

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
        if _is_itself(cause):
            return True
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return False


def _is_itself(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError | ImportError) and _MESSAGES.search(str(error)) is not None
    )


def prepare_for_limit() -> None:
    """Prepare for a limit of address space: OpenBLAS aborts where it cannot allocate buffers for each thread.

    Raises
    ------
    MemoryError
        If the limit is below `LEAST_ADDRESS_SPACE`.
    """
    limit = _limit()
    if limit is None:
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if limit < LEAST_ADDRESS_SPACE:
        raise MemoryError


def is_limited() -> bool:
    """Return whether address space is limited."""
    return _limit() is not None


def address_space() -> int | None:
    """Return the bytes of address space that are left; ``None`` without a limit."""
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
