"""A folder of sealed Parquet parts that together hold extractions.

Parts are small while they are written, and few when they are tidied. One that is damaged, or has no digest
since an earlier version wrote it, is dropped: its texts are processed again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from litloom.errors import InputError
from litloom.extractors.files import write_part
from litloom.records import Extraction
from litloom.support.folders import own_folder
from litloom.support.sealed_file import (
    DamagedError,
    parquet_table,
    read_parquet,
    read_sealed,
    write_parquet,
)

FULL: Final = 8192
"""Rows of a part that is not joined with others any more; no part has more than twice as many."""
_NAME: Final = re.compile(r"[0-9a-f]{16}-(\d+)\.parquet")
"""A digest of the ids of a part, and how many there are."""


class Parts:
    """The parts in one folder, whose name is part of the seals: parts of other folders count as damaged."""

    def __init__(self, folder: Path) -> None:
        if folder.is_symlink():
            own_folder(folder)
        self.folder = folder
        self.dropped: list[int] = []
        """The numbers of rows of the damaged parts that were removed."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return sum(map(_row_count, self.files()))

    def add(self, extractions: Sequence[Extraction]) -> None:
        """Write one more part."""
        own_folder(self.folder, parents=True)
        try:
            write_part(extractions, self._place([one.paper_id for one in extractions]), self.folder.name)
        except OSError as error:
            raise InputError(self.folder, f"cannot be written: {error.strerror or error}") from error

    def files(self) -> list[Path]:
        """Return the files of the parts."""
        return [
            entry
            for entry in self._entries()
            if _NAME.fullmatch(entry.name) and (entry.is_file() or entry.is_symlink())
        ]

    def check(self, advance: Callable[[int], object]) -> Iterator[str]:
        """Yield the ids of the intact parts, and remove the others, and those that repeat an id."""
        seen: set[str] = set()
        for part in self.files():
            ids = self._ids(part) or []
            if ids and seen.isdisjoint(ids):
                seen.update(ids)
                yield from ids
            else:
                part.unlink(missing_ok=True)
            advance(len(ids))

    def tidy(self, wanted: Iterable[str]) -> None:
        """Keep each of the wanted ids once, and nothing else, in few parts.

        Call it only while nobody else writes here: unfinished files are removed, too.
        """
        missing = set(wanted)
        to_join: list[tuple[Path, list[bool]]] = []
        has_unwanted = False
        for part in self.files():
            ids = self._ids(part)
            if ids is None:
                continue
            chosen = [identifier in missing for identifier in ids]
            missing.difference_update(ids)
            if len(ids) < FULL or not all(chosen):
                to_join.append((part, chosen))
                has_unwanted = has_unwanted or not all(chosen)
        if has_unwanted or len(to_join) > 1:
            joined = set(self._join(to_join))
            for part in {part for part, _ in to_join} - joined:
                part.unlink(missing_ok=True)
        for leftover in set(self._entries()) - set(self.files()):
            if leftover.is_symlink() or not leftover.is_dir():
                leftover.unlink(missing_ok=True)

    def _join(self, parts: Iterable[tuple[Path, list[bool]]]) -> Iterator[Path]:
        """Write the chosen rows of these parts into new ones, and yield their paths."""
        waiting: list[pa.Table] = []
        for part, chosen in parts:
            try:
                table = read_parquet(part, self.folder.name)
            except (DamagedError, FileNotFoundError):
                self._drop(part)
                continue
            waiting.append(table.filter(pa.array(chosen, pa.bool_())))
            if sum(table.num_rows for table in waiting) >= FULL:
                yield self._write(pa.concat_tables(waiting))
                waiting = []
        if sum(table.num_rows for table in waiting):
            yield self._write(pa.concat_tables(waiting))

    def _write(self, table: pa.Table) -> Path:
        place = self._place(table["id"].to_pylist())
        write_parquet(table.replace_schema_metadata(None), place, self.folder.name)
        return place

    def _ids(self, part: Path) -> list[str] | None:
        """Return the ids of a part; one that is damaged is removed."""
        try:
            content = read_sealed(part, self.folder.name)
        except (DamagedError, FileNotFoundError):
            self._drop(part)
            return None
        ids: list[str] = parquet_table(content, ["id"])["id"].to_pylist()
        return ids

    def _drop(self, part: Path) -> None:
        self.dropped.append(_row_count(part))
        part.unlink(missing_ok=True)

    def _place(self, ids: Sequence[str]) -> Path:
        digest = hashlib.sha256("".join(ids).encode()).hexdigest()[:16]
        return self.folder / f"{digest}-{len(ids)}.parquet"

    def _entries(self) -> list[Path]:
        return sorted(self.folder.iterdir()) if self.folder.is_dir() else []


def _row_count(part: Path) -> int:
    found = _NAME.fullmatch(part.name)
    return int(found[1]) if found else 0
