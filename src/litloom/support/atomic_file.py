"""Files that are written whole or not at all.

`atomic_file` is for files that litloom names itself: nothing is ever written through a symbolic link.
`output_file` is for files that a user names: links are followed, and devices, pipes and open descriptors are
written to.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from litloom.errors import InputError

STANDARD_OUTPUT: Final = Path("/dev/stdout")
_DESCRIPTOR: Final = re.compile(r"/dev/fd/(\d+)|/proc/self/fd/(\d+)|/dev/(stdout|stderr)")
_STREAMS: Final = {"stdout": 1, "stderr": 2}
_MOST_LINKS: Final = 40
_GRAPH_BEGINS: Final = b"LBUG"
"""How a LadybugDB file begins."""
_SHOWN_NAME: Final = 50
"""Characters of a file's name that its unfinished file repeats; a longer name may leave no room for more."""


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Write a file that litloom names itself; a symbolic link of that name is replaced, not followed.

    Parameters
    ----------
    path
        The file that is to appear or to be replaced. Its folder must exist.

    Yields
    ------
    Path
        An empty file beside `path` to write to. It becomes `path` if nothing fails, and is removed otherwise.

    Raises
    ------
    OSError
        If it cannot be written; it names `path`.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic_file(Path(folder) / "a.txt") as unfinished:
    ...         _ = unfinished.write_text("all of it")
    ...     [found.name for found in Path(folder).iterdir()]
    ['a.txt']
    """
    with _unfinished(path, path.parent, path.name) as unfinished:
        yield unfinished
        unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(path)


@contextmanager
def output_file(path: str | Path, *, reads: Iterable[str | Path] = ()) -> Iterator[Path]:
    """Write a file that a user names.

    A symbolic link is followed. A regular file is replaced in one step and keeps its permissions. What is no
    regular file, such as a device, a named pipe, ``/dev/stdout`` or ``/dev/fd/63``, stays and is written to
    once the output is complete.

    Parameters
    ----------
    path
        Where the output goes.
    reads
        Files that the output is made of, which it must not replace.

    Yields
    ------
    Path
        An empty file to write to.

    Raises
    ------
    InputError
        If the output would replace one of `reads`, or a graph.
    OSError
        If it cannot be written; it names `path`.

    Examples
    --------
    >>> with output_file("/dev/null") as unfinished:
    ...     _ = unfinished.write_text("nothing to see")
    """
    path = Path(path)
    check_output(path, reads)
    with _naming(path):
        target = _resolved(path)
        if _is_written_into(target):
            with _unfinished(path, None, target.name) as unfinished:
                yield unfinished
                _copy_into(unfinished, target)
            return
        with _unfinished(path, target.parent, target.name) as unfinished:
            yield unfinished
            _take_permissions(unfinished, target)
            unfinished.replace(target)


def check_output(path: str | Path, reads: Iterable[str | Path] = ()) -> None:
    """Raise what would keep `output_file` from writing, before the work on the output begins."""
    path = Path(path)
    check_not_read(path, reads)
    with _naming(path):
        target = _resolved(path)
        if _descriptor(target) is not None:
            return
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not target.exists() and not target.parent.is_dir():
            number = errno.ENOTDIR if target.parent.exists() else errno.ENOENT
            raise OSError(number, os.strerror(number), str(path))
        if not os.access(target if target.exists() else target.parent, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    if _is_graph(target):
        raise InputError(path, "is a graph, which an output does not replace; name another file")


def check_not_read(path: Path, reads: Iterable[str | Path]) -> None:
    """Raise `InputError` if an output would replace one of the files that it is made of."""
    for other in reads:
        if _is_same(path, Path(other)):
            raise InputError(path, "is read by this command; name another file for the output")


def own_folder(path: Path, *, parents: bool = False) -> Path:
    """Make a folder that litloom fills, unless it exists, and return it.

    Raises
    ------
    InputError
        If it is a symbolic link: what litloom writes, and removes, would be elsewhere.
    """
    if path.is_symlink():
        raise InputError(path, "is a symbolic link where litloom keeps files of its own; remove the link")
    path.mkdir(parents=parents, exist_ok=True)
    return path


@contextmanager
def filled_folder(folder: Path, last: str) -> Iterator[Path]:
    """Fill a folder that a user names with files that litloom names, all of them or none.

    Parameters
    ----------
    folder
        Made if it is not there. A symbolic link is followed; links inside it are replaced.
    last
        The file that is to be there only when all others are.

    Yields
    ------
    Path
        An empty folder in it to write to. Its files move up if nothing fails, and are removed otherwise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _naming(folder):
        unfinished = Path(tempfile.mkdtemp(prefix=".litloom-", dir=folder))
    try:
        yield unfinished
        (folder / last).unlink(missing_ok=True)
        for file in sorted(unfinished.iterdir(), key=lambda file: (file.name == last, file.name)):
            file.replace(folder / file.name)
    except OSError as error:
        file = Path(str(error.filename or unfinished))
        if file == unfinished or unfinished in file.parents:
            reason = error.strerror or str(error)
            named = folder / file.relative_to(unfinished)
            raise OSError(error.errno or errno.EIO, reason, str(named)) from error
        raise
    finally:
        remove_tree(unfinished)


def remove_tree(path: Path) -> None:
    """Remove a folder with all that it holds, or a file or link of that name; what cannot go stays."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def _unfinished(path: Path, folder: Path | None, name: str) -> Iterator[Path]:
    """Give an empty file, which is removed if it is still there in the end."""
    unfinished: Path | None = None
    try:
        with _naming(path):
            handle, made = tempfile.mkstemp(prefix=f".{name[:_SHOWN_NAME]}.", dir=folder)
        os.close(handle)
        unfinished = Path(made)
        with _naming(path, unfinished):
            yield unfinished
    finally:
        if unfinished is not None:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)


@contextmanager
def _naming(path: Path, *others: Path) -> Iterator[None]:
    """Let errors name the file that was asked for, not the unfinished one."""
    try:
        yield
    except OSError as error:
        if error.filename is None or error.filename in map(str, others):
            reason = error.strerror or str(error).strip().partition("\n")[0]
            raise OSError(error.errno or errno.EIO, reason, str(path)) from error
        raise


def _descriptor(path: Path) -> int | None:
    """Return the number of an open file that a path stands for."""
    found = _DESCRIPTOR.fullmatch(path.as_posix())
    if found is None:
        return None
    return _STREAMS[found[3]] if found[3] else int(found[1] or found[2])


def _resolved(path: Path) -> Path:
    """Return what a path finally names: its links followed, up to one that stands for an open file."""
    target = path
    for _ in range(_MOST_LINKS):
        if _descriptor(target) is not None or not target.is_symlink() or _is_special(target):
            return target
        target = target.parent / target.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def _is_special(path: Path) -> bool:
    """Tell a device, pipe or socket, also behind links, from a file, a folder or nothing."""
    with suppress(OSError):
        mode = path.stat().st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
    return False


def _is_graph(path: Path) -> bool:
    with suppress(OSError):
        if path.is_file():
            with path.open("rb") as file:
                return file.read(len(_GRAPH_BEGINS)) == _GRAPH_BEGINS
    return False


def _is_written_into(path: Path) -> bool:
    return _descriptor(path) is not None or _is_special(path)


def _copy_into(unfinished: Path, target: Path) -> None:
    descriptor = _descriptor(target)
    with _naming(target), unfinished.open("rb") as source:
        if descriptor is None:
            with target.open("wb") as out:
                _copy(source, out)
            return
        if descriptor == _STREAMS["stdout"]:
            if sys.stdout is None:  # closed from the start: the number may be that of another file by now
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            sys.stdout.flush()
        with os.fdopen(os.dup(descriptor), "wb") as out:
            _copy(source, out)


def _copy(source: BinaryIO, out: BinaryIO) -> None:
    shutil.copyfileobj(source, out)
    out.flush()


def _take_permissions(unfinished: Path, target: Path) -> None:
    try:
        found = target.stat()
    except FileNotFoundError:
        unfinished.chmod(0o666 & ~_umask())
        return
    with suppress(OSError, AttributeError):  # only the superuser may, and only POSIX systems can
        os.chown(unfinished, found.st_uid, found.st_gid)
    unfinished.chmod(stat.S_IMODE(found.st_mode) & 0o777)


def _is_same(path: Path, other: Path) -> bool:
    if _is_written_into(path):
        return False
    try:
        return path.samefile(other)
    except OSError:
        return os.path.realpath(path) == os.path.realpath(other)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
