"""A folder of sealed Parquet parts that together hold extractions, each part written whole.

Parts are small while they are written and few when they are tidied. One that is damaged is dropped: what it
held is processed again. So is one of an earlier version, which has no digest.
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
from litloom.support.atomic_file import own_folder
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
    """The parts in one folder.

    Parameters
    ----------
    folder
        Made when first needed. Its name is part of the digests: parts of another folder are damaged here.

    Attributes
    ----------
    dropped
        The numbers of rows of the damaged parts that were found and removed.

    Raises
    ------
    InputError
        If the folder is a symbolic link.
    """

    def __init__(self, folder: Path) -> None:
        if folder.is_symlink():
            own_folder(folder)
        self.folder = folder
        self.dropped: list[int] = []

    def __len__(self) -> int:
        """Return the number of rows."""
        return sum(map(_row_count, self._parts()))

    def add(self, extractions: Sequence[Extraction]) -> None:
        """Write one more part."""
        own_folder(self.folder, parents=True)
        try:
            write_part(extractions, self._place([one.paper_id for one in extractions]), self.folder.name)
        except OSError as error:
            raise InputError(self.folder, f"cannot be written: {error.strerror or error}") from error

    def files(self) -> list[Path]:
        """Return the files of the parts."""
        return self._parts()

    def check(self, advance: Callable[[int], object]) -> Iterator[str]:
        """Yield the ids of the parts that can be read, and remove the others.

        A part with an id that came before is removed, too, so that no id has two rows.
        """
        seen: set[str] = set()
        for part in self._parts():
            content = self._content(part)
            ids = [] if content is None else _ids(content)
            if ids and seen.isdisjoint(ids):
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
            content = self._content(part)
            if content is None:
                continue
            ids = _ids(content)
            chosen = [identifier in missing for identifier in ids]
            missing.difference_update(ids)
            if len(ids) < FULL or not all(chosen):
                to_join.append((part, chosen))
                spoilt = spoilt or not all(chosen)
        if spoilt or len(to_join) > 1:
            joined = set(self._join(to_join))
            for part in {part for part, _ in to_join} - joined:
                part.unlink(missing_ok=True)
        for leftover in set(_entries(self.folder)) - set(self._parts()):
            if leftover.is_symlink() or not leftover.is_dir():
                leftover.unlink(missing_ok=True)

    def _join(self, parts: Iterable[tuple[Path, list[bool]]]) -> Iterator[Path]:
        """Write the chosen rows of these parts into new ones, and yield their places."""
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

    def _content(self, part: Path) -> bytes | None:
        """Return the content of a part; one that is damaged is removed."""
        try:
            return read_sealed(part, self.folder.name)
        except (DamagedError, FileNotFoundError):
            self._drop(part)
            return None

    def _drop(self, part: Path) -> None:
        self.dropped.append(_row_count(part))
        part.unlink(missing_ok=True)

    def _place(self, ids: Sequence[str]) -> Path:
        digest = hashlib.sha256("".join(ids).encode()).hexdigest()[:16]
        return self.folder / f"{digest}-{len(ids)}.parquet"

    def _parts(self) -> list[Path]:
        return [
            entry
            for entry in _entries(self.folder)
            if _NAME.fullmatch(entry.name) and (entry.is_file() or entry.is_symlink())
        ]


def _row_count(part: Path) -> int:
    found = _NAME.fullmatch(part.name)
    return int(found[1]) if found else 0


def _ids(content: bytes) -> list[str]:
    ids: list[str] = parquet_table(content, ["id"])["id"].to_pylist()
    return ids


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
