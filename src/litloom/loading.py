"""Tables that were woven elsewhere, loaded into a store."""

from __future__ import annotations

from pathlib import Path

from litloom.api import Graph
from litloom.changing import changing
from litloom.errors import StoreError
from litloom.graph.stored_tables import read_tables
from litloom.progress import Progress, silent


def load_tables(
    tables: str | Path, store: str | Path | None = None, *, replace: bool = False, progress: Progress = silent
) -> Graph:
    """Load the tables that ``litloom weave`` wrote into a store.

    Parameters
    ----------
    tables
        Their folder. All of them are held in memory meanwhile.
    store
        The path of the graph, or the address of a Neo4j server; ``None`` keeps it in memory.
    replace
        Whether they may take the place of another graph that is there.
    progress
        Told of the rows that are loaded.

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
    woven = read_tables(tables)
    (about,) = woven.nodes["Litloom"].to_pylist()
    with changing(store, must_exist=False) as change:
        if change.noted and change.noted.get("fingerprint") != about["fingerprint"] and not replace:
            raise StoreError(f"{store}: holds another graph; --replace puts this one in its place")
        with progress("load", woven.row_count) as advance:
            change.store.replace(woven, advance)
    return Graph(change.store)
