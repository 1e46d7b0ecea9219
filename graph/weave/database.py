"""DuckDB as the plan uses it: in memory, within limits, without extensions from the network."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import duckdb

from litloom.processes import cores

MEMORY: Final = 1500
"""MiB that DuckDB may use; what needs more goes to the folder for spilled rows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may use.

    Parameters
    ----------
    memory
        MiB for DuckDB.
    threads
        Threads of DuckDB.
    """

    memory: int = MEMORY
    threads: int = field(default_factory=cores)


def connect(limits: Limits, spill: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection of its own to this process's database.

    Parameters
    ----------
    limits
        What the database may use.
    spill
        A folder for rows that do not fit into memory.

    Examples
    --------
    >>> connect(Limits(), Path("spill")).sql("SELECT 6 * 7").fetchall()
    [(42,)]
    """
    return _database(limits, spill, os.getpid()).cursor()


@lru_cache(maxsize=1)
def _database(limits: Limits, spill: Path, process: int) -> duckdb.DuckDBPyConnection:
    """Return the database of a process: one that was forked must not use its parent's."""
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{limits.memory}MiB",
            "threads": str(limits.threads),
            "temp_directory": str(spill),
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
        },
    )


def quoted(text: str | Path) -> str:
    """Return a text as an SQL literal.

    Examples
    --------
    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + str(text).replace("'", "''") + "'"
