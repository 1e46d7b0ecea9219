"""Loading a store from the tables of a graph, and checking it against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from litloom.errors import DamagedStoreError, StoreError
from litloom.graph.parquet_tables import are_whole, read_manifest, read_tables
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.stores.base import GraphStore, followed, is_uri, open_store
from litloom.graph.stores.checksum import verify_checksum
from litloom.graph.stores.contents import TABLES, Check, checks_of_tables, differing_table
from litloom.graph.stores.scratch import Scratch
from litloom.graph.weave.database import Limits, disconnect
from litloom.graph.weave.diff import changes
from litloom.graph.weave.plan import Plan
from litloom.graph.weave.task import Task, TaskTables
from litloom.progress import NO_PROGRESS, Progress
from litloom.support.notices import notice
from litloom.support.pools import cores


def make_store(store: GraphStore, folder: Path, progress: Progress, *, name: str) -> None:
    """Replace the graph in a store with that of the tables in a folder; `name` is the store in messages.

    A store that then differs from the tables is loaded once more, with a warning.

    Raises
    ------
    StoreError
        If the store differs from the tables the second time, too.
    """
    graph = read_tables(folder)
    expected = _checks(folder)
    for last in (False, True):
        with progress.stage("load", graph.row_count) as advance:
            store.replace(graph, advance)
        different = differing_table(store, expected)
        if not different:
            return
        if not last:
            _log_difference(name, different)
    raise StoreError(f"{name}: does not hold what was loaded into table {different}; build it again")


def update_store(store: GraphStore, before: Path, folder: Path, progress: Progress, *, name: str) -> None:
    """Apply the difference between the tables `before` and those in a folder to a store.

    A store that then differs from the tables is rebuilt, with a warning.
    """
    with store.changing() as changer:
        with _database(folder) as tables:
            for part in changes(tables, before, folder):
                changer.add(part)
            expected = checks_of_tables(tables, folder)
        with progress.stage("load", changer.row_count) as advance:
            changer.finish(advance)
    _repair(store, folder, expected, progress, name)


def repair_store(
    store: GraphStore, folder: Path, progress: Progress, *, name: str, check: Iterable[str] = TABLES
) -> None:
    """Rebuild the store if it does not hold the rows of the tables in a folder, which is logged.

    Labels and relationship types in `check` are compared; the other parameters are those of `make_store`.
    """
    _repair(store, folder, _checks(folder, check), progress, name)


def _repair(
    store: GraphStore, folder: Path, expected: Mapping[str, Check], progress: Progress, name: str
) -> None:
    if different := differing_table(store, expected):
        _log_difference(name, different)
        make_store(store, folder, progress, name=name)


def _log_difference(name: str, table: str) -> None:
    notice(f"{name}: does not match table {table}; it is rebuilt from the tables")


def _checks(folder: Path, names: Iterable[str] = TABLES) -> Mapping[str, Check]:
    with _database(folder) as tables:
        return checks_of_tables(tables, folder, names)


def open_or_restore(store: str | Path | None, tables: Path | None, *, must_exist: bool) -> GraphStore:
    """Open a store; a damaged one is rebuilt from its tables, with a warning.

    Raises
    ------
    StoreError
        If it cannot be opened or written.
    """
    if store is None or is_uri(store) or tables is None:
        return open_store(store, must_exist=must_exist)
    file = followed(store)
    damaged = _damaged(file)
    if damaged.exists() and not file.exists():  # the rebuilding was interrupted
        damaged.replace(file)
    try:
        return open_store(store, must_exist=must_exist)
    except DamagedStoreError:
        if not can_restore(store, tables):
            raise
        notice(f"{file}: damaged; it is rebuilt from its tables")
    if damaged.exists():  # of an earlier rebuilding
        damaged.rename(next(free for n in count(2) if not (free := Path(f"{damaged}-{n}")).exists()))
    file.replace(damaged)
    restored = open_store(file, must_exist=False)
    try:
        make_store(restored, tables, NO_PROGRESS, name=str(store))
    except BaseException:
        restored.close()
        damaged.replace(file)
        raise
    if verify_checksum(damaged) == "wrong":
        damaged.unlink()
    else:
        notice(f"{damaged}: the file that was there; remove it if it was nothing but the graph")
    return restored


def can_restore(store: str | Path, tables: Path | None) -> bool:
    """Return whether a damaged store can be restored from complete tables."""
    if tables is None or is_uri(store):
        return False
    file = followed(store)
    if not file.is_file() and not _damaged(file).exists():
        return False
    graph = read_manifest(tables) or {}
    return graph.get("schema_version") == SCHEMA_VERSION and are_whole(tables)


def _damaged(file: Path) -> Path:
    """Return the path that a damaged store is moved to while it is restored."""
    return file.with_name(f"{file.name}.damaged")


@contextmanager
def _database(folder: Path) -> Iterator[TaskTables]:
    with Scratch() as scratch:
        try:
            with Task(Plan(scratch.path, folder, (), limits=Limits(threads=cores()))).open() as tables:
                yield tables
        finally:
            disconnect()
