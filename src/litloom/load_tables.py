"""Loading the tables of ``litloom weave`` into a store."""

from __future__ import annotations

import shutil
from pathlib import Path

from litloom.api import Graph
from litloom.errors import StoreError
from litloom.graph.parquet_tables import check_tables, read_manifest
from litloom.graph.stores.scratch import Scratch
from litloom.progress import NO_PROGRESS, Progress
from litloom.store_from_tables import make_store
from litloom.update_store import changing


def load_tables(
    tables: str | Path,
    store: str | Path | None = None,
    *,
    replace: bool = False,
    progress: Progress = NO_PROGRESS,
) -> Graph:
    """Load the tables of ``litloom weave`` into a store.

    Parameters
    ----------
    tables
        The folder of tables. They must fit into memory.
    store
        The path of the graph, or the URI of a Neo4j server; ``None`` for a graph in memory.
    replace
        Replace another graph in the store.
    progress
        Progress callback of the stage ``load``.

    Returns
    -------
    Graph
        Open for reading.

    Raises
    ------
    InputError
        If the folder holds no complete tables.
    StoreError
        If the store cannot be written, or holds another graph.
    """
    check_tables(Path(tables))
    about = read_manifest(Path(tables)) or {}
    with changing(store, must_exist=False) as change:
        if change.noted and change.noted.get("fingerprint") != about.get("fingerprint") and not replace:
            raise StoreError(f"{store}: holds another graph; --replace puts this one in its place")
        with Scratch() as scratch, change.tables.replacing(scratch.path / "tables") as folder:
            shutil.copytree(tables, folder)
            make_store(change.store, folder, progress, name=change.name)
    return Graph(change.store)
