"""Errors of LadybugDB as one line that says what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from litloom.errors import StoreError
from litloom.support.low_memory import REMEDY, is_low_memory

ANEW: Final = "move it away and build it again: litloom build FILES --store {path}"
DAMAGED: Final = (
    "the file is damaged; build it again: litloom build FILES --store {path} "
    "(without {path}.tables, move the file away first)"
)
CUT_OFF: Final = "it cannot be written completely; the disk may be full, or a limit too low (ulimit -f)"
FAULTS: Final[tuple[tuple[str, str], ...]] = (
    ("No space left on device", "the disk is full (No space left on device); free some space and try again"),
    ("Disk quota exceeded", "the disk quota is exceeded; free some space and try again"),
    ("File too large", "larger than the file size limit; raise it (see: ulimit -f) or use another disk"),
    ("Read-only file system", "the file system is read-only; choose another place"),
    ("Permission denied|Operation not permitted", "no permission; change its mode or owner"),
    ("Input/output error", "the disk reports an input/output error; check the disk"),
    ("Cannot write to file", CUT_OFF),
    ("Too many open files", "too many open files; raise the limit (see: ulimit -n)"),
    ("Could not set lock", "another program{holder} has it open for writing; wait until it ends"),
    (
        "a different version",
        "written by another version of LadybugDB{versions}; install that version, or " + ANEW,
    ),
    ("cannot be a directory|Is a directory", "a folder, not a graph; give a file such as lit.lbug"),
    ("not a valid Lbug database|empty database under READ ONLY", "not a litloom graph; give another file"),
    ("Table \\S+ does not exist|Cannot find property", "a LadybugDB file, but not a litloom graph"),
    (
        r"checkpoint recovery is pending|WAL|[Ww]al file|shadow file|recovery artifacts|checkpoint bundle",
        "another program left {path}.wal or {path}.shadow beside it; remove these files and try again",
    ),
    (
        r"corrupt|Cannot (?:read|load)|past the end of the file|out of bounds|Invalid|[Cc]hecksum|codec",
        DAMAGED,
    ),
    ("No such file or directory", "no such file or folder; check the path"),
)
"""Patterns of error messages, and what to show instead; the first match counts.

A full disk is first: LadybugDB adds that the data is durable, which a half-written graph is not.
"""


def store_error(path: str | Path, error: BaseException, *, writing: bool = False) -> StoreError:
    """Return the error to show for one of LadybugDB or the system: a line with the file and what to do.

    `path` is the file as the user named it. With `writing`, the error occurred while writing the graph.

    Examples
    --------
    >>> print(store_error("lit.lbug", RuntimeError("IO exception: Cannot open file: Permission denied")))
    lit.lbug: no permission; change its mode or owner
    >>> print(store_error("lit.lbug", RuntimeError("Buffer manager exception: Mmap for size 1024 failed.")))
    lit.lbug: too little memory; close other programs, or raise the memory limit (see: ulimit -v)
    """
    begin = f"{path}: cannot be written: " if writing else f"{path}: "
    text = _without(path, str(error))
    if is_low_memory(error):
        # Reading a damaged file may allocate any amount of memory.
        damaged = (
            "" if writing or "bad_alloc" not in text else f". If there is enough, {DAMAGED.format(path=path)}"
        )
        return StoreError(f"{begin}too little memory; {REMEDY}{damaged}")
    for pattern, words in FAULTS:
        if re.search(pattern, text):
            if writing and words == DAMAGED:
                words = CUT_OFF  # the new file cannot be read, not the existing one
            shown = words.format(path=path, holder=_holder(text), versions=_versions(text))
            return StoreError(f"{begin}{shown}")
    first_line = next(iter(text.strip().splitlines()), type(error).__name__)
    return StoreError(f"{begin}{first_line}" if writing else f"{begin}cannot be read: {first_line}")


def _without(path: str | Path, text: str) -> str:
    """Return a text without the path, whose words could match a pattern."""
    for name in (str(Path(path).absolute()), str(path)):
        text = text.replace(name, "it") if name not in ("", ".") else text
    return text


def _holder(text: str) -> str:
    found = re.search(r"held by PID (\d+)", text)
    return f" (process {found[1]})" if found else ""


def _versions(text: str) -> str:
    found = re.search(r"file version: (\d+), Current build storage version: (\d+)", text)
    return f" (storage version {found[1]}; this one reads {found[2]})" if found else ""
