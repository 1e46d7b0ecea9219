"""Free memory, returned to the operating system.

The C library keeps freed memory for later, so that a process that extracts for hours would hold the most that
any text ever needed.
"""

from __future__ import annotations

import ctypes
import gc


def release_memory() -> None:
    """Collect garbage, and return free memory to the system where the C library can (glibc).

    Examples
    --------
    >>> release_memory()
    """
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return
