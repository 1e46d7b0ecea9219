"""DuckDB as the plan uses it: in memory, within limits, without extensions from the network."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from litloom.support.pools import cores

MEMORY: Final = 1200
"""MiB of memory."""
PAPERS_FOR_THREADS: Final = 2000
"""Papers from which threads are worth their start."""


@dataclass(frozen=True, slots=True)
class Limits:
    """MiB of memory and threads that the DuckDB of one process may use."""

    memory: int = MEMORY
    threads: int = 1


def limits_for(papers: int) -> Limits:
    """Return the limits for so many papers on this machine."""
    return Limits(threads=cores() if papers >= PAPERS_FOR_THREADS else 1)


_open: dict[tuple[Limits, Path, int], duckdb.DuckDBPyConnection] = {}
"""The database of this process, by its id: one that was forked must not use its parent's."""


def connect(limits: Limits, spill: Path) -> duckdb.DuckDBPyConnection:
    """Return a new connection to this process's database, which is opened if need be.

    Rows that do not fit into memory go to a folder of the process in the folder `spill`.

    Examples
    --------
    >>> connect(Limits(), Path("spill")).sql("SELECT 6 * 7").fetchall()
    [(42,)]
    >>> disconnect()
    """
    key = (limits, spill, os.getpid())
    if key not in _open:
        disconnect()
        spill.mkdir(parents=True, exist_ok=True)  # DuckDB makes only the last folder of a path
        _open[key] = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{limits.memory}MiB",
                "threads": str(limits.threads),
                "temp_directory": str(spill / f"{socket.gethostname()}-{os.getpid()}"),
                "preserve_insertion_order": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
            },
        )
    return _open[key].cursor()


def disconnect() -> None:
    """Close this process's database, and end its threads."""
    for key in [key for key in _open if key[2] == os.getpid()]:
        _open.pop(key).close()


def quoted(text: str | Path) -> str:
    """Return a text as an SQL literal.

    Examples
    --------
    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + str(text).replace("'", "''") + "'"
