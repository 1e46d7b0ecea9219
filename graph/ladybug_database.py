"""Opening LadybugDB within a limit of address space (``ulimit -v``), of which it would reserve 8 TiB."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import ladybug

from litloom.low_memory import address_space

LEAST: Final = 64 << 20
"""Bytes with which a small graph can be opened or made."""
ROOM_FOR_OTHERS: Final = 256 << 20
"""Bytes that are left for the stacks and arenas of threads, and for what is done with the answers."""


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
    RuntimeError
        LadybugDB's own error, see `litloom.graph.ladybug_errors.store_error`.
    """
    return ladybug.Database(str(path), **_sizes(), **options)


def _sizes() -> dict[str, Any]:
    """Return how much LadybugDB may reserve: nothing is said where there is no limit."""
    free = address_space()
    if free is None:
        return {}
    room = max(free - ROOM_FOR_OTHERS, 2 * LEAST)
    most = 1 << ((room * 2 // 3).bit_length() - 1)  # it must be a power of two
    return {"max_db_size": max(most, LEAST), "buffer_pool_size": max(room - most, LEAST)}
