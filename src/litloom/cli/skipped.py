"""What ``--skip-bad`` leaves out: told, counted, and listed in a file."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from litloom.cli.output import note
from litloom.cli.spreadsheet import cell
from litloom.errors import InputError
from litloom.store_files import check_apart
from litloom.support.atomic_file import atomic_file
from litloom.support.output_file import check_not_read, check_output, output_file

SKIPPED: Final = Path("skipped.tsv")
"""Where records that are left out are listed if no file is named."""
TOLD: Final = 5
"""So many are told one by one; a list of thousands is for the file."""


@contextmanager
def skipped_to(
    file: Path | None, *, reads: Iterable[str | Path] = (), store: str | Path | None = None
) -> Iterator[Callable[[InputError], None]]:
    """Give what is to be called for each record that is left out.

    Parameters
    ----------
    file
        Tab-separated lines of source, line, record and reason; written at the end, and only if a
        record is left out. ``None`` for `SKIPPED`.
    reads
        Files that it must not replace.
    store
        The graph that it must not replace.
    """
    if file is None:
        check_not_read(SKIPPED, reads)
    else:
        check_apart(file, store)
        check_output(file, reads)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace", newline="") as rows:
        listing = _Listing(rows)
        try:
            yield listing.add
        finally:
            if listing.count:
                rows.seek(0)
                with atomic_file(SKIPPED) if file is None else output_file(file) as unfinished:
                    _copy(rows, unfinished)
                left_out = "1 was" if listing.count == 1 else f"{listing.count:,} were"
                note(f"{left_out} left out: see {file or SKIPPED}")


class _Listing:
    def __init__(self, rows: IO[str]) -> None:
        self._rows = csv.writer(rows, delimiter="\t", lineterminator="\n")
        self.count = 0

    def add(self, error: InputError) -> None:
        if not self.count:
            self._rows.writerow(("source", "line", "record", "reason"))
        self.count += 1
        self._rows.writerow(map(cell, (error.source, error.line, error.record, error.reason)))
        if self.count <= TOLD:
            note(f"skipped {error}")


def _copy(rows: IO[str], file: Path) -> None:
    with file.open("w", encoding="utf-8", errors="backslashreplace", newline="") as out:
        shutil.copyfileobj(rows, out)
