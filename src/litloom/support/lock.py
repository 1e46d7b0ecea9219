"""A lock on a folder, so that one process at a time changes what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def locked(folder: Path, busy: Exception, *, timeout: float = 0) -> Iterator[None]:
    """Hold the lock of a folder; raise `busy` if another process still holds it after `timeout` seconds."""
    try:
        with FileLock(folder / ".lock", timeout=timeout):
            yield
    except Timeout as error:
        raise busy from error
