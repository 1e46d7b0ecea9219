"""Exceptions, each with a message of one line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from litloom.support.printable import printable
from litloom.support.redact import redact

LONGEST: Final = 4000
"""Characters of a message."""
LONGEST_REASON: Final = 500
"""Characters of the reason of an `InputError`, which may quote the file."""


class LitloomError(Exception):
    r"""Base class of errors that a user can act on. The message is one line, without passwords.

    Examples
    --------
    >>> str(LitloomError("no concept called \x1b[2J"))
    'no concept called  [2J'
    """

    def __init__(self, text: str) -> None:
        super().__init__(_shown(text))


class InputError(LitloomError):
    """A file cannot be read as papers.

    Parameters
    ----------
    source
        The file, or the name of the stream.
    reason
        What is wrong and what to do, without a full stop.
    line
        Line number, from 1.
    record
        Record number, from 1, in files whose records are not lines.
    """

    def __init__(
        self, source: str | Path, reason: str, line: int | None = None, record: int | None = None
    ) -> None:
        self.source = str(source)
        self.reason = _shown(reason, LONGEST_REASON)
        self.line = line
        self.record = record
        place = _shown(self.source, LONGEST_REASON)
        place += "" if line is None else f":{line}"
        if record is not None:
            place += f", record {record}"
        super().__init__(f"{place}: {self.reason}")

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str, int | None, int | None]]:
        return (type(self), (self.source, self.reason, self.line, self.record))


class ModelError(LitloomError):
    """A recognition model cannot be found or loaded."""


class StoreError(LitloomError):
    """A graph store cannot be opened, read or written."""


class DamagedStoreError(StoreError):
    """The file of a graph is damaged."""


class EngineError(LitloomError):
    """Worker processes or a Dask cluster failed, or have different versions."""


class QueryError(LitloomError):
    """A query is unknown or invalid, or an argument is."""


def _shown(text: str, most: int = LONGEST) -> str:
    if len(text) > most:
        text = f"{text[: most - 1]}…"
    return redact(printable(text))
