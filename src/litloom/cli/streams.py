"""Standard streams that can take any text, and that say their name when they fail."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import Final, TextIO

NAMES: Final = ("standard input", "standard output", "standard error")


def prepare_streams() -> None:
    """Make sure that output can be written, or fails with the name of the stream.

    What cannot be encoded is escaped. A stream that is closed is opened again on the null device, as the next
    file to be opened would else take its place: standard error so that it takes all, standard output so that
    writing fails.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    # A stream that somebody has put in place of the standard one is theirs.
    if sys.stdout is None or sys.stdout is sys.__stdout__:
        sys.stdout = _named(sys.stdout, 1)
    if sys.stderr is None or sys.stderr is sys.__stderr__:
        sys.stderr = _named(sys.stderr, 2)


def settle_output() -> None:
    """Write out what is left in standard output, or let it go nowhere if it cannot be written."""
    try:
        sys.stdout.flush()
    except OSError:
        give_up(1)


def give_up(number: int) -> None:
    """Let what is left in an output stream go nowhere, so that the end of the process does not fail on it."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)


class _Named(io.FileIO):
    """A file descriptor whose errors name the stream."""

    def write(self, data: object, /) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type]
        except OSError as error:
            error.filename = NAMES[self.fileno()]
            if error.errno == errno.EBADF:
                error.strerror = "closed"
            raise


def _named(stream: TextIO | None, number: int) -> io.TextIOWrapper:
    """Return a stream to the same place."""
    encoding = "utf-8" if stream is None else stream.encoding
    interactive = stream is not None and stream.isatty()
    return io.TextIOWrapper(
        io.BufferedWriter(_Named(number, "w", closefd=False)),
        encoding=encoding,
        errors="backslashreplace",
        line_buffering=interactive or number == 2,
    )
