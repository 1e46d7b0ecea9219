"""Input files: patterns, folders, compressed files, and standard input."""

from __future__ import annotations

import glob
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from litloom.errors import InputError
from litloom.readers.options import Options
from litloom.readers.stream import Readable, Stream

STANDARD_INPUT: Final = "-"
COMPRESSED: Final = ("", ".gz", ".zst")
Name = str | Path


def expand(sources: Name | Iterable[Name], suffixes: Iterable[str]) -> list[str]:
    """Return the files of sources in order; `suffixes` select the files of a folder."""
    endings = tuple(dict.fromkeys(suffix + packed for suffix in suffixes for packed in COMPRESSED))
    names = [sources] if isinstance(sources, str | Path) else list(sources)
    if not names:
        raise InputError("input", "give a file, a folder or a pattern")
    return [file for name in names for file in _expand_one(str(name), endings)]


def _expand_one(name: str, endings: tuple[str, ...]) -> list[str]:
    if name == STANDARD_INPUT:
        return [name]
    if not name or "\0" in name:
        raise InputError(repr(name), "not a file name")
    path = Path(name)
    if _is(path.is_dir):
        return _files_of(path, endings)
    if _is(path.exists):
        return [name]
    if not glob.has_magic(name):
        raise InputError(name, "no such file")
    matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - keeps names as they were given
    if not matches:
        raise InputError(name, "no file matches this pattern")
    return [file for match in matches for file in _expand_one(match, endings)]


def _is(test: Callable[[], bool]) -> bool:
    # The system raises an error for a name that is too long.
    try:
        return test()
    except OSError:
        return False


def _files_of(folder: Path, endings: tuple[str, ...]) -> list[str]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(folder, f"cannot read the folder ({error.strerror})") from error
    files = [
        str(entry)
        for entry in entries
        if entry.name.lower().endswith(endings) and not entry.name.startswith(".") and entry.is_file()
    ]
    if not files:
        plain = ", ".join(ending for ending in endings if not ending.endswith(COMPRESSED[1:]))
        raise InputError(folder, f"the folder has no file with suffix {plain} (or these with .gz or .zst)")
    return files


def total_size(names: Iterable[str]) -> int:
    """Return the total size of the files in bytes; 0 if it is unknown."""
    try:
        return sum(Path(name).stat().st_size for name in names if name != STANDARD_INPUT)
    except OSError:
        return 0


@dataclass(frozen=True, slots=True)
class _Metered:
    """Reports the number of bytes of each read."""

    source: Readable
    advance: Callable[[int], object]

    def read1(self, size: int, /) -> bytes:
        data = self.source.read1(size)
        self.advance(len(data))
        return data


@contextmanager
def open_stream(
    name: str, options: Options | None = None, advance: Callable[[int], object] = lambda length: None
) -> Iterator[Stream]:
    """Open a file or ``-`` for standard input; `advance` gets the number of bytes of each read."""
    try:
        if name == STANDARD_INPUT:
            yield _not_empty(Stream(cast("io.BufferedReader", sys.stdin.buffer), "<stdin>", options))
        else:
            with Path(name).open("rb") as file:
                yield _not_empty(Stream(_Metered(file, advance), name, options))
    except OSError as error:
        raise InputError(name, f"cannot read the file ({error.strerror or error})") from error


def _not_empty(stream: Stream) -> Stream:
    if not stream.head.strip():
        stream.check()
        raise InputError(stream.name, "the file is empty")
    return stream
