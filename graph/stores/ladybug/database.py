"""Opening LadybugDB within a limit of address space (``ulimit -v``), of which it would reserve 8 TiB."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import ladybug

from litloom.support.low_memory import address_space

LIBRARY: Final = "ladybug._lbug"
"""Is imported when a database is first opened."""
LEAST: Final = 64 << 20
"""Bytes with which a small graph can be opened or made."""
FIRST_TIME: Final = 192 << 20
"""Bytes for LadybugDB's code and its heap, which the process then keeps."""
ROOM_FOR_OTHERS: Final = 192 << 20
"""Bytes for threads and answers; with less, LadybugDB is likely to crash."""


def open_database(path: str | Path, **options: Any) -> ladybug.Database:
    """Open a LadybugDB file, or make one.

    Parameters
    ----------
    path
        The file.
    options
        As `ladybug.Database` takes them.

    Raises
    ------
    MemoryError
        If the limit is too low.
    RuntimeError
        LadybugDB's own error, see `litloom.graph.stores.ladybug.errors.store_error`.
    """
    return ladybug.Database(str(path), **_sizes(), **options)


def _sizes() -> dict[str, Any]:
    """Return how much LadybugDB may reserve: nothing is said where there is no limit."""
    free = address_space()
    if free is None:
        return {}
    room = free - ROOM_FOR_OTHERS - (0 if LIBRARY in sys.modules else FIRST_TIME)
    if room < 2 * LEAST:
        raise MemoryError
    most = 1 << (room // 2).bit_length() - 1  # it must be a power of two
    return {"max_db_size": most, "buffer_pool_size": most}
