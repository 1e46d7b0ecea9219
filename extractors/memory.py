"""Memory that is free, given back to the system.

The C library keeps what a long text needed for the next one, and what an old vocabulary held in scattered
pieces: a process that reads papers for hours would come to hold the most that it ever needed, and more.
"""

from __future__ import annotations

import ctypes
import gc


def give_back() -> None:
    """Collect what is no longer used, and give its memory back where the C library can (glibc).

    Examples
    --------
    >>> give_back()
    """
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return
