"""What ``--skip-bad`` leaves out: told, counted, and listed in a file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from litloom.cli.output import note
from litloom.cli.spreadsheet import cell
from litloom.errors import InputError

TOLD: Final = 5
"""So many are told one by one; a list of thousands is for the file."""


@contextmanager
def skipped_to(file: Path) -> Iterator[Callable[[InputError], None]]:
    """Give what is to be called for each record that is left out.

    Parameters
    ----------
    file
        Tab-separated lines of source, line, record and reason; written only if a record is left out.
    """
    listing = _Listing(file)
    try:
        yield listing.add
    finally:
        listing.close()


class _Listing:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._open: IO[str] | None = None
        self._count = 0

    def add(self, error: InputError) -> None:
        if self._open is None:
            self._open = self._file.open("w", encoding="utf-8", errors="backslashreplace", newline="")
            _write(self._open, "source", "line", "record", "reason")
        self._count += 1
        _write(self._open, error.source, error.line, error.record, error.reason)
        if self._count <= TOLD:
            note(f"skipped {error}")

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            left_out = "1 was" if self._count == 1 else f"{self._count:,} were"
            note(f"{left_out} left out: see {self._file}")


def _write(file: IO[str], *cells: object) -> None:
    csv.writer(file, delimiter="\t", lineterminator="\n").writerow(map(cell, cells))
