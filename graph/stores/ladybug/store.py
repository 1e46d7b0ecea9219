"""The embedded store: one LadybugDB file, opened for reading, replaced by every build.

A file is never changed in place. A build writes a new file beside it, from all tables or as a copy in which a
few rows change, and renames it when it is complete. A build that dies leaves the old file as it was, and open
readers keep reading the old graph. Each file ends in a checksum, which is verified before it is opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import ladybug

from litloom.errors import DamagedStoreError, QueryError, StoreError
from litloom.graph.cypher.gate import check_query
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.stores.base import Advance, GraphStore, Rows, followed, no_progress
from litloom.graph.stores.checksum import append_checksum, verify_checksum
from litloom.graph.stores.ladybug.changer import LadybugChanger
from litloom.graph.stores.ladybug.database import open_database
from litloom.graph.stores.ladybug.errors import ANEW, DAMAGED, store_error
from litloom.graph.stores.ladybug.tables import load_tables
from litloom.graph.stores.scratch import Scratch
from litloom.graph.tables import GraphTables
from litloom.support.folders import remove_tree
from litloom.support.low_memory import is_low_memory

ARROW_TYPES: Final = frozenset({"STRING", "INT64", "DOUBLE", "BOOL"})
"""Column types, also of lists, for which Arrow and LadybugDB return the same Python values."""
FIRST_WITH_CHECKSUM: Final = 3
"""The first schema version whose files end in a checksum."""
ARROW_CHUNK: Final = 50_000
"""Rows in one chunk, which Arrow limits to 2 GiB of text."""


class LadybugStore(GraphStore):
    """A graph in a LadybugDB file; see `litloom.graph.stores.base.open_store`.

    Graphs of older schema versions can only be opened with ``must_exist=False``, to be replaced.
    """

    dialect = "ladybug"

    def __init__(self, path: Path | None, *, must_exist: bool = True) -> None:
        self._scratch = Scratch() if path is None else None
        self._path = self._scratch.path / "graph.lbug" if self._scratch else followed(path or "")
        self._building = self._path.with_name(f"{self._path.name}.building")
        self._database: ladybug.Database | None = None
        self._connection: ladybug.Connection | None = None
        if os.path.lexists(self._path):
            if not must_exist:
                self._remove_side_files()
            self._open(to_read=must_exist)
        elif path is not None and must_exist:
            raise StoreError(f"{path}: no graph there yet; make one with: litloom build FILES --store {path}")

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run Cypher that only reads."""
        if self._connection is None:
            raise StoreError(f"{self._path}: the graph is empty or closed")
        check_query(cypher, "ladybug")
        try:
            result = self._connection.execute(cypher, dict(parameters or {}))
        except RuntimeError as error:
            raise QueryError(_first_line(error)) from error
        if isinstance(result, list):
            raise QueryError("give one statement at a time")
        with result:
            return Rows(tuple(result.get_column_names()), _values(result))

    def write(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Raise `QueryError`: only a build writes a file."""
        raise QueryError("only litloom build writes a graph in a file; a graph in Neo4j can be changed")

    def prepare(self) -> None:
        """Check that the folder exists and is writable."""
        folder = self._path.parent
        if not folder.is_dir():
            raise StoreError(f"{self._path}: the folder {folder} does not exist; make it first")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise StoreError(f"{self._path}: the folder {folder} is not writable; give another --store")

    def tidy(self) -> None:
        """Remove what a killed load left behind."""
        for leftover in (self._building, self._building.with_name(f"{self._building.name}.wal")):
            remove_tree(leftover)  # the second is from earlier versions, which built in a file
        self._remove_side_files()

    def replace(self, tables: GraphTables, advance: Advance = no_progress) -> None:
        """Load `tables` into a new file, which replaces the old one when it is complete."""
        with self._new_file() as file, self._writing():
            load_tables(file, tables, advance)

    @contextmanager
    def changing(self) -> Iterator[LadybugChanger]:
        """Change a copy of the file, which replaces the file when it is complete."""
        with self._new_file() as file, LadybugChanger(self._path, file, self._writing) as changer:
            yield changer

    @contextmanager
    def _new_file(self) -> Iterator[Path]:
        """Yield the path of a new file, which replaces the old one when it is complete."""
        building = self._building / "graph.lbug"
        try:
            with self._writing():
                self.tidy()
                self._building.mkdir()
            yield building
            with self._writing():
                append_checksum(building)
                self._close_database()
                building.replace(self._path)
        finally:
            with suppress(OSError):
                self.tidy()
        self._open()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, MemoryError, OSError) as error:
            raise store_error(self._path, error, writing=True) from error

    def is_empty(self) -> bool:
        """Return whether no graph has been loaded yet."""
        return self._connection is None

    def close(self) -> None:
        """Close the file; a temporary graph is deleted."""
        self._close_database()
        if self._scratch is not None:
            self._scratch.close()

    def _open(self, *, to_read: bool = True) -> None:
        checksum = ""
        try:
            checksum = self._verified()
            self._database = open_database(self._path, read_only=True)
            self._connection = ladybug.Connection(self._database)
            rows = self.read("MATCH (l:Litloom) RETURN l.schema_version AS version")
            version = rows[0]["version"] if rows else None
        except (RuntimeError, MemoryError, OSError, QueryError) as error:
            self._close_database()
            shown = store_error(self._path, error)
            # If the checksum is right, a RuntimeError of LadybugDB has another cause than damage.
            damaged = (
                checksum == "none"
                and (isinstance(error, RuntimeError) or self._path.stat().st_size == 0)
                and not is_low_memory(error)
            )
            raise (DamagedStoreError(str(shown)) if damaged else shown) from error
        if version is not None and version >= FIRST_WITH_CHECKSUM and checksum == "none":
            self._close_database()
            damage = f"its checksum is missing; {DAMAGED.format(path=self._path)}"
            raise DamagedStoreError(f"{self._path}: {damage}")
        if fault := self._fault_of(version, to_read):
            self._close_database()
            raise StoreError(f"{self._path}: {fault}")

    def _verified(self) -> str:
        """Verify the checksum first: LadybugDB may hang on a damaged file, or read wrong values from it."""
        if not stat.S_ISREG(self._path.stat().st_mode):
            raise StoreError(f"{self._path}: not a regular file; give the path of one, such as lit.lbug")
        if side_files := " and ".join(map(str, self._side_files())):
            raise StoreError(
                f"{self._path}: another program left {side_files} beside it; remove that, or build again, "
                f"which does so: litloom build FILES --store {self._path}"
            )
        checksum = verify_checksum(self._path)
        if checksum == "wrong":
            raise DamagedStoreError(f"{self._path}: {DAMAGED.format(path=self._path)}")
        return checksum

    def _fault_of(self, version: int | None, to_read: bool) -> str | None:
        """Return why a graph of this schema version cannot be opened, or None."""
        if version is None:
            return "a LadybugDB file, but not a litloom graph"
        if version > SCHEMA_VERSION:
            return (
                f"made by a newer litloom (schema {version}, this one knows {SCHEMA_VERSION}); upgrade "
                f"litloom, or {ANEW.format(path=self._path)}"
            )
        if version < SCHEMA_VERSION and to_read:
            return (
                f"made by an older litloom (schema {version}, this one has {SCHEMA_VERSION}); bring it up to "
                f"date by building any of its files again: litloom build FILE --store {self._path}"
            )
        return None

    def _side_files(self) -> list[Path]:
        """Return LadybugDB's files beside an incompletely written one; litloom leaves none."""
        files = (self._path.with_name(f"{self._path.name}{suffix}") for suffix in (".wal", ".shadow"))
        return [file for file in files if os.path.lexists(file)]

    def _remove_side_files(self) -> None:
        """Remove the files of another program beside a complete graph, or where there is no graph."""
        files = self._side_files()
        if files and (not self._path.exists() or verify_checksum(self._path) == "right"):
            for file in files:
                file.unlink(missing_ok=True)

    def _close_database(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._database is not None:
            self._database.close()
        self._connection = self._database = None


def _values(result: ladybug.QueryResult) -> tuple[tuple[Any, ...], ...]:
    """Return the rows of a result; plain values by way of Arrow, which takes a fifth of the time."""
    if all(kind.removesuffix("[]") in ARROW_TYPES for kind in result.get_column_data_types()):
        columns = result.get_as_arrow(chunk_size=ARROW_CHUNK).columns
        return tuple(zip(*(column.to_pylist() for column in columns), strict=True))
    return tuple(tuple(map(_plain, row)) for row in result.get_all())


def _plain(value: Any) -> Any:
    """Return nodes, relationships and paths as plain dicts without the database's own fields."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):  # a sum of whole numbers
        return int(value)
    if not isinstance(value, dict):
        return value
    if "_LABEL" not in value:
        names = {"_NODES": "nodes", "_RELS": "rels"}
        return {names.get(key, key): _plain(v) for key, v in value.items()}
    properties = {key: _plain(v) for key, v in value.items() if not key.startswith("_") and v is not None}
    return {"label": value["_LABEL"], **properties}


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
