"""Standard streams that encode any text, and whose errors name the stream."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import Final, TextIO

NAMES: Final = ("standard input", "standard output", "standard error")


def prepare_streams() -> None:
    """Escape characters that cannot be encoded, and reopen closed streams on the null device.

    Otherwise the next file to be opened would take the place of the stream. Writing to a closed standard
    output still fails; standard error discards the text.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    # A stream that the caller has replaced stays.
    if sys.stdout is None or sys.stdout is sys.__stdout__:
        sys.stdout = _named(sys.stdout, 1)
    if sys.stderr is None or sys.stderr is sys.__stderr__:
        sys.stderr = _named(sys.stderr, 2)


def settle_output() -> None:
    """Flush standard output, or discard what cannot be written."""
    try:
        sys.stdout.flush()
    except OSError:
        give_up(1)


def give_up(number: int) -> None:
    """Redirect a stream to the null device, so that the flush at exit does not fail."""
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
