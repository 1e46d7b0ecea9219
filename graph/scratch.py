"""Folders for the time of one process, which are gone after it even if it is killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from filelock import FileLock, Timeout

PREFIX: Final = "litloom-"
LOCK: Final = ".lock"


class Scratch:
    """A new folder among the system's temporary files.

    It is locked as long as the process lives; by that the next one knows which are left over.

    Examples
    --------
    >>> with Scratch() as scratch:
    ...     scratch.path.is_dir()
    True
    >>> scratch.path.exists()
    False
    """

    def __init__(self) -> None:
        # It gets its name when it is locked: nobody is to take it for a leftover before.
        nameless = Path(tempfile.mkdtemp(prefix=f".{PREFIX}"))
        self._lock = FileLock(nameless / LOCK)
        self._lock.acquire()
        self.path = nameless.rename(nameless.with_name(nameless.name[1:]))

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def remove_leftovers() -> None:
    """Remove the folders of one's own processes that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, Timeout):
            if _is_own(folder) and (folder / LOCK).is_file():
                with FileLock(folder / LOCK, timeout=0):
                    shutil.rmtree(folder)


def _is_own(folder: Path) -> bool:
    return not folder.is_symlink() and (not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid())
