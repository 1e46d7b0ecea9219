"""Files that appear complete or not at all, at paths that litloom chooses."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_NAME_LENGTH: Final = 50
"""Characters of a file's name that its temporary file repeats: a longer name may leave no room for more."""


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Write a file at a path that litloom chooses; a symbolic link there is replaced, not followed.

    Parameters
    ----------
    path
        The file to create or replace. Its folder must exist.

    Yields
    ------
    Path
        An empty temporary file in the same folder. It replaces `path` unless an error is raised.

    Raises
    ------
    OSError
        If it cannot be written; the error names `path`.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic_file(Path(folder) / "a.txt") as temporary:
    ...         _ = temporary.write_text("complete")
    ...     [file.name for file in Path(folder).iterdir()]
    ['a.txt']
    """
    with temporary_file(path, path.parent, path.name) as temporary:
        yield temporary
        temporary.chmod(0o666 & ~umask())
        temporary.replace(path)


@contextmanager
def temporary_file(path: Path, folder: Path | None, name: str) -> Iterator[Path]:
    """Create an empty file in a folder, and remove it at the end if it is still there; errors name `path`."""
    temporary: Path | None = None
    try:
        with errors_name(path):
            handle, made = tempfile.mkstemp(prefix=f".{name[:_NAME_LENGTH]}.", dir=folder)
        os.close(handle)
        temporary = Path(made)
        with errors_name(path, temporary):
            yield temporary
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def errors_name(path: Path, *others: Path) -> Iterator[None]:
    """Make errors about no file, or about one of the others, name `path`."""
    try:
        yield
    except OSError as error:
        if error.filename is None or error.filename in map(str, others):
            reason = error.strerror or str(error).strip().partition("\n")[0]
            raise OSError(error.errno or errno.EIO, reason, str(path)) from error
        raise


def umask() -> int:
    """Return the umask of this process."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
