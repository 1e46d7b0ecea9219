"""A folder of Parquet parts that together hold extractions, each part written whole.

Parts are small while they are written and few when they are tidied. One that cannot be read, as a machine
that lost its power may leave behind, is dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from litloom.extractors import write_extractions
from litloom.records import Extraction
from litloom.whole_file import whole_file

FULL: Final = 8192
"""Rows of a part that is not joined with others any more; no part has more than twice as many."""


class Parts:
    """The parts in one folder.

    Parameters
    ----------
    folder
        Made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __len__(self) -> int:
        """Return the number of rows."""
        return sum(map(_row_count, self._parts()))

    def add(self, extractions: Sequence[Extraction]) -> None:
        """Write one more part."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_extractions(extractions, self._place(one.paper_id for one in extractions), "parquet")

    def files(self) -> list[Path]:
        """Return the files of the parts."""
        return self._parts()

    def check(self, advance: Callable[[int], object]) -> Iterator[str]:
        """Yield the ids of the parts that can be read, and remove the others.

        A part with an id that came before is removed, too, so that no id has two rows.
        """
        seen: set[str] = set()
        for part in self._parts():
            try:
                ids: list[str] = pq.ParquetFile(part).read()["id"].to_pylist()
            except (pa.ArrowException, OSError, KeyError):
                ids = []
            if seen.isdisjoint(ids) and ids:
                seen.update(ids)
                yield from ids
            else:
                part.unlink(missing_ok=True)
            advance(len(ids))

    def tidy(self, wanted: Iterable[str]) -> None:
        """Keep each of the wanted ids once, and nothing else, in as few parts as is cheap.

        Only while nobody else writes here: what has not become a part by now is taken for a leftover.
        """
        missing = set(wanted)
        to_join: list[tuple[Path, list[bool]]] = []
        spoilt = False
        for part in self._parts():
            ids = _ids(part)
            chosen = [identifier in missing for identifier in ids]
            missing.difference_update(ids)
            if len(ids) < FULL or not all(chosen):
                to_join.append((part, chosen))
                spoilt = spoilt or not ids or not all(chosen)
        if spoilt or len(to_join) > 1:
            joined = set(self._join(to_join))
            for part in {part for part, _ in to_join} - joined:
                part.unlink(missing_ok=True)
        for leftover in _entries(self.folder, hidden=True):
            leftover.unlink(missing_ok=True)

    def _join(self, parts: Iterable[tuple[Path, list[bool]]]) -> Iterator[Path]:
        """Write the chosen rows of these parts into new ones, and yield their places."""
        waiting: list[pa.Table] = []
        for part, chosen in parts:
            with suppress(pa.ArrowException, OSError):
                waiting.append(pq.ParquetFile(part).read().filter(pa.array(chosen, pa.bool_())))
            if sum(table.num_rows for table in waiting) >= FULL:
                yield self._write(pa.concat_tables(waiting))
                waiting = []
        if sum(table.num_rows for table in waiting):
            yield self._write(pa.concat_tables(waiting))

    def _write(self, table: pa.Table) -> Path:
        place = self._place(table["id"].to_pylist())
        with whole_file(place) as unfinished:
            pq.write_table(table, unfinished, compression="zstd")
        return place

    def _place(self, ids: Iterable[str]) -> Path:
        return self.folder / f"{hashlib.sha256(''.join(ids).encode()).hexdigest()[:16]}.parquet"

    def _parts(self) -> list[Path]:
        return [entry for entry in _entries(self.folder, hidden=False) if entry.suffix == ".parquet"]


def _row_count(part: Path) -> int:
    try:
        return int(pq.ParquetFile(part).metadata.num_rows)
    except (pa.ArrowException, OSError):
        return 0


def _ids(part: Path) -> list[str]:
    """Return the ids of a part; none of one that cannot be read."""
    try:
        ids: list[str] = pq.ParquetFile(part).read(columns=["id"])["id"].to_pylist()
    except (pa.ArrowException, OSError, KeyError):
        return []
    return ids


def _entries(folder: Path, *, hidden: bool) -> list[Path]:
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    return [entry for entry in entries if entry.name.startswith(".") is hidden]
