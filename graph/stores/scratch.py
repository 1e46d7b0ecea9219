"""Temporary folders; the next process removes those of a process that was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from filelock import FileLock, Timeout

PREFIX: Final = "litloom-"
LOCK: Final = ".lock"


class Scratch:
    """A new temporary folder, beside it a lock that its process holds.

    Examples
    --------
    >>> with Scratch() as scratch:
    ...     scratch.path.is_dir()
    True
    >>> scratch.path.exists()
    False
    """

    def __init__(self) -> None:
        handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=LOCK)
        os.close(handle)
        self._lock = FileLock(name, thread_local=False)
        self._lock.acquire()
        self.path = Path(name).with_suffix("")
        self.path.mkdir(mode=0o700)

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()
        self.path.with_suffix(LOCK).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def remove_leftovers() -> None:
    """Remove the folders of the user's processes that have ended."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*{LOCK}"):
        with suppress(OSError, Timeout):
            if _is_own(lock):
                with FileLock(lock, timeout=0):
                    shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                lock.unlink(missing_ok=True)


def _is_own(file: Path) -> bool:
    return not file.is_symlink() and (not hasattr(os, "getuid") or file.lstat().st_uid == os.getuid())
