"""Files as people name and store them: patterns, folders, gzip, and bytes that may not be text.

Everything that can be wrong with a file before its format matters is found here, and said in one line.
"""

from __future__ import annotations

import glob
import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from litloom.errors import InputError

GZIP_MAGIC: Final = b"\x1f\x8b"
UTF8_BOM: Final = b"\xef\xbb\xbf"
UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
BINARY: Final = "this is a binary file, not text"
LONGEST_LINE: Final = 64 * 2**20
Name = str | Path


def expand(sources: Name | Iterable[Name], suffixes: Iterable[str]) -> list[str]:
    """Return the names of the files that the sources mean, in order.

    Parameters
    ----------
    sources
        Files, folders, or patterns such as ``seeds/*.txt``.
    suffixes
        The endings (each also with ``.gz``) by which a folder's files are picked.

    Returns
    -------
    list of str
        Names as given; those of a pattern or folder sorted.
    """
    endings = tuple(e for s in suffixes for e in (s, f"{s}.gz"))
    names = [sources] if isinstance(sources, str | Path) else list(sources)
    if not names:
        raise InputError("input", "no file was named")
    return [found for name in names for found in _expand_one(str(name), endings)]


def _expand_one(name: str, endings: tuple[str, ...]) -> list[str]:
    if not name or "\0" in name:
        raise InputError(repr(name), "is not a file name")
    path = Path(name)
    if _is(path.is_dir):
        return _files_of(path, endings)
    if _is(path.exists):
        return [name]
    if not glob.has_magic(name):
        raise InputError(name, "there is no such file")
    found = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - keeps names as they were given
    if not found:
        raise InputError(name, "no file matches this pattern")
    return [file for match in found for file in _expand_one(match, endings)]


def _is(test: Callable[[], bool]) -> bool:
    # A name longer than the system allows is the name of nothing.
    try:
        return test()
    except OSError:
        return False


def _files_of(folder: Path, endings: tuple[str, ...]) -> list[str]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(folder, f"the folder cannot be read ({error.strerror})") from error
    files = [
        str(entry)
        for entry in entries
        if entry.name.lower().endswith(endings) and not entry.name.startswith(".") and entry.is_file()
    ]
    if not files:
        raise InputError(folder, f"the folder holds no file ending in {', '.join(endings)}")
    return files


@contextmanager
def open_lines(name: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Open a file, plain or gzip, as (the beginning of its text, the iterator of its lines).

    Lines come without their ends; the file is read as they are asked for.
    """
    try:
        with Path(name).open("rb") as raw:
            start = raw.peek()
            packed = start.startswith(GZIP_MAGIC)
            if not packed and not start.startswith(UTF16_BOMS) and b"\0" in start:
                raise InputError(name, BINARY, 1 + start[: start.index(b"\0")].count(b"\n"))
            lines = _lines(gzip.GzipFile(fileobj=raw) if packed else raw, name)
            head: list[str] = []
            for line in lines:
                head.append(line)
                if len(head) >= 200 or len(line) > 2**16:
                    break
            if not any(line.strip() for line in head):
                head = _skip_blank(head, lines, name)
            yield "\n".join(head), _chain(head, lines)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(name, f"the file cannot be read ({reason})") from error


def _skip_blank(head: list[str], lines: Iterator[str], name: str) -> list[str]:
    # Blank lines are kept, so that line numbers stay true.
    for line in lines:
        head.append(line)
        if line.strip():
            return head
    raise InputError(name, "the file is empty")


def _chain(head: list[str], lines: Iterator[str]) -> Iterator[str]:
    yield from head
    yield from lines


def _lines(stream: BinaryIO | gzip.GzipFile, name: str) -> Iterator[str]:
    number = 0
    while raw := _readline(stream, name, number + 1):
        if number == 0:
            raw = _without_bom(raw, name)
        for part in raw.rstrip(b"\r\n").split(b"\r"):
            number += 1
            yield _decoded(part, name, number)


def _readline(stream: BinaryIO | gzip.GzipFile, name: str, number: int) -> bytes:
    try:
        raw = stream.readline(LONGEST_LINE)
    except EOFError as error:
        raise InputError(name, "the gzip file is cut short; fetch or copy it again", number) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            name, f"the gzip file is damaged ({error}); fetch or copy it again", number
        ) from error
    if len(raw) >= LONGEST_LINE:
        raise InputError(name, "this line is too long to be text; is this a file of papers?", number)
    return raw


def _without_bom(raw: bytes, name: str) -> bytes:
    if raw.startswith(UTF16_BOMS):
        raise InputError(name, "the text is UTF-16; save it as UTF-8", 1)
    return raw.removeprefix(UTF8_BOM)


def _decoded(raw: bytes, name: str, number: int) -> str:
    if b"\0" in raw:
        raise InputError(name, BINARY, number)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"byte 0x{raw[error.start]:02x} at column {error.start + 1}"
        raise InputError(name, f"{byte} is not UTF-8; save the file as UTF-8", number) from error
