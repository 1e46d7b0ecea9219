"""Opening LadybugDB within a limit of address space (``ulimit -v``); by default it reserves 8 TiB."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import ladybug

from litloom.support.low_memory import address_space

LIBRARY: Final = "ladybug._lbug"
"""Imported when a database is first opened."""
LEAST: Final = 64 << 20
"""Bytes that a small graph needs."""
FIRST_TIME: Final = 192 << 20
"""Bytes for LadybugDB's code and heap."""
ROOM_FOR_OTHERS: Final = 192 << 20
"""Bytes for threads and results; with less, LadybugDB is likely to crash."""


def open_database(path: str | Path, **options: Any) -> ladybug.Database:
    """Open or create a LadybugDB file, with the options of `ladybug.Database`.

    Raises
    ------
    MemoryError
        If the limit is too low.
    RuntimeError
        An error of LadybugDB; see `litloom.graph.stores.ladybug.errors.store_error`.
    """
    return ladybug.Database(str(path), **_sizes(), **options)


def _sizes() -> dict[str, Any]:
    """Return the options that limit LadybugDB's address space, if there is a limit."""
    free = address_space()
    if free is None:
        return {}
    room = free - ROOM_FOR_OTHERS - (0 if LIBRARY in sys.modules else FIRST_TIME)
    if room < 2 * LEAST:
        raise MemoryError
    most = 1 << (room // 2).bit_length() - 1  # it must be a power of two
    return {"max_db_size": most, "buffer_pool_size": most}
