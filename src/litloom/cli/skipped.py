"""Records that ``--skip-bad`` skips: printed, counted, and listed in a file."""

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
"""Default file of the list."""
PRINTED: Final = 5
"""Records that are printed; all of them are in the file."""


@contextmanager
def skipped_to(
    file: Path | None, *, reads: Iterable[str | Path] = (), store: str | Path | None = None
) -> Iterator[Callable[[InputError], None]]:
    """Yield a callback for records that are skipped.

    Parameters
    ----------
    file
        The list, by default `SKIPPED`: tab-separated lines of source, line, record and reason. It is
        written at the end, if a record was skipped.
    reads, store
        Input files and the graph, which the list must not replace.
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
        if self.count <= PRINTED:
            note(f"skipped {error}")


def _copy(rows: IO[str], file: Path) -> None:
    with file.open("w", encoding="utf-8", errors="backslashreplace", newline="") as out:
        shutil.copyfileobj(rows, out)
