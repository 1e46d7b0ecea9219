"""Folders that litloom fills, and removing them."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from litloom.errors import InputError
from litloom.support.atomic_file import errors_name


def own_folder(path: Path, *, parents: bool = False) -> Path:
    """Make a folder for files of litloom's own, unless it exists, and return it.

    Raises
    ------
    InputError
        If it is a symbolic link: litloom would write and remove files elsewhere.
    """
    if path.is_symlink():
        raise InputError(path, "is a symbolic link where litloom keeps files of its own; remove the link")
    path.mkdir(parents=parents, exist_ok=True)
    return path


@contextmanager
def filled_folder(folder: Path, last: str) -> Iterator[Path]:
    """Write several files into a folder that a user names: all of them or none.

    Parameters
    ----------
    folder
        Made if it does not exist. A symbolic link is followed; links inside it are replaced.
    last
        The name of the file that is moved last, so that all others are there when it is.

    Yields
    ------
    Path
        An empty temporary folder in it. Its files move up unless an error is raised.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with errors_name(folder):
        temporary = Path(tempfile.mkdtemp(prefix=".litloom-", dir=folder))
    try:
        yield temporary
        (folder / last).unlink(missing_ok=True)
        for file in sorted(temporary.iterdir(), key=lambda file: (file.name == last, file.name)):
            file.replace(folder / file.name)
    except OSError as error:
        file = Path(str(error.filename or temporary))
        if file == temporary or temporary in file.parents:
            reason = error.strerror or str(error)
            named = folder / file.relative_to(temporary)
            raise OSError(error.errno or errno.EIO, reason, str(named)) from error
        raise
    finally:
        remove_tree(temporary)


def remove_tree(path: Path) -> None:
    """Remove a folder and its content, or a file or link of that name, as far as possible."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
