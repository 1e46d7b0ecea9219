"""Output files that a user names: links are followed, and devices, pipes and open descriptors written to."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from litloom.errors import InputError
from litloom.support.atomic_file import errors_name, temporary_file, umask

STANDARD_OUTPUT: Final = Path("/dev/stdout")
_DESCRIPTOR: Final = re.compile(r"/dev/fd/(\d+)|/proc/self/fd/(\d+)|/dev/(stdout|stderr)")
_STREAMS: Final = {"stdout": 1, "stderr": 2}
_MAX_LINKS: Final = 40
_GRAPH_MAGIC: Final = b"LBUG"
"""The first bytes of a LadybugDB file."""


@contextmanager
def output_file(path: str | Path, *, reads: Iterable[str | Path] = ()) -> Iterator[Path]:
    """Write a file that a user names.

    A symbolic link is followed. A regular file is replaced in one step and keeps its permissions. Anything
    else, such as a device, a named pipe, ``/dev/stdout`` or ``/dev/fd/63``, is written to when the output is
    complete.

    Parameters
    ----------
    path
        Where the output goes.
    reads
        Input files of the command, which the output must not replace.

    Yields
    ------
    Path
        An empty temporary file to write to.

    Raises
    ------
    InputError
        If the output would replace one of `reads`, or a graph.
    OSError
        If it cannot be written; the error names `path`.

    Examples
    --------
    >>> with output_file("/dev/null") as temporary:
    ...     _ = temporary.write_text("nothing to see")
    """
    path = Path(path)
    check_output(path, reads)
    with errors_name(path):
        target = _resolved(path)
        special = _descriptor(target) is not None or _is_special(target)
        with temporary_file(path, None if special else target.parent, target.name) as temporary:
            yield temporary
            if special:
                _copy_into(temporary, target)
            else:
                _copy_permissions(target, temporary)
                temporary.replace(target)


def check_output(path: str | Path, reads: Iterable[str | Path] = ()) -> None:
    """Raise the errors of `output_file` before the output is computed."""
    path = Path(path)
    check_not_read(path, reads)
    with errors_name(path):
        target = _resolved(path)
        if _descriptor(target) is not None:
            return
        number = 0
        if target.is_dir():
            number = errno.EISDIR
        elif not target.exists() and not target.parent.is_dir():
            number = errno.ENOTDIR if target.parent.exists() else errno.ENOENT
        elif not os.access(target if target.exists() else target.parent, os.W_OK):
            number = errno.EACCES
        if number:
            raise OSError(number, os.strerror(number), str(path))
    if _is_graph(target):
        raise InputError(path, "is a graph, which an output does not replace; name another file")


def check_not_read(path: Path, reads: Iterable[str | Path]) -> None:
    """Raise `InputError` if an output would replace one of the input files."""
    if any(_is_same(path, Path(other)) for other in reads):
        raise InputError(path, "is read by this command; name another file for the output")


def _descriptor(path: Path) -> int | None:
    """Return the number of the open file that a path stands for."""
    found = _DESCRIPTOR.fullmatch(path.as_posix())
    if found is None:
        return None
    return _STREAMS[found[3]] if found[3] else int(found[1] or found[2])


def _resolved(path: Path) -> Path:
    """Follow the links of a path, up to one that stands for an open file."""
    target = path
    for _ in range(_MAX_LINKS):
        if _descriptor(target) is not None or not target.is_symlink() or _is_special(target):
            return target
        target = target.parent / target.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def _is_special(path: Path) -> bool:
    """Return whether a path is a device, pipe or socket, or a link to one."""
    with suppress(OSError):
        mode = path.stat().st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
    return False


def _is_graph(path: Path) -> bool:
    with suppress(OSError):
        if path.is_file():
            with path.open("rb") as file:
                return file.read(len(_GRAPH_MAGIC)) == _GRAPH_MAGIC
    return False


def _copy_into(temporary: Path, target: Path) -> None:
    descriptor = _descriptor(target)
    with errors_name(target), temporary.open("rb") as source:
        if descriptor == _STREAMS["stdout"]:
            if sys.stdout is None:  # closed at the start: another file may have this number by now
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            sys.stdout.flush()
        out = target.open("wb") if descriptor is None else os.fdopen(os.dup(descriptor), "wb")
        with out:
            shutil.copyfileobj(source, out)


def _copy_permissions(target: Path, temporary: Path) -> None:
    try:
        found = target.stat()
    except FileNotFoundError:
        temporary.chmod(0o666 & ~umask())
        return
    with suppress(OSError, AttributeError):  # only the superuser may, and only POSIX systems can
        os.chown(temporary, found.st_uid, found.st_gid)
    temporary.chmod(stat.S_IMODE(found.st_mode) & 0o777)


def _is_same(path: Path, other: Path) -> bool:
    if _descriptor(path) is not None or _is_special(path):
        return False
    try:
        return path.samefile(other)
    except OSError:
        return os.path.realpath(path) == os.path.realpath(other)
