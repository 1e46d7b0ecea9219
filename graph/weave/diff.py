"""The change from the tables of one graph to those of another: two ``EXCEPT`` a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from litloom.graph.change import GraphChange
from litloom.graph.parquet_tables import edge_keys
from litloom.graph.tables import EdgeKey, edge_table, node_table
from litloom.graph.weave.task import TaskTables
from litloom.records import KINDS

PARTS: Final[Sequence[tuple[tuple[str, ...], tuple[str, ...]]]] = (
    (("Paper", "Author"), ("WROTE", "CITES")),
    (KINDS, ("MENTIONS", "INTRODUCES", "VARIANT_OF")),
    ((), ("BUILDS_ON", "SHARES_CONCEPTS")),
    (("Litloom",), ()),
)
"""Labels and relationships of each part of a change: nodes before the edges between them."""


def changes(tables: TaskTables, before: Path, after: Path) -> Iterator[GraphChange]:
    """Yield the change from one graph to another, in parts, of which no two speak of the same table.

    Parameters
    ----------
    tables
        A connection to DuckDB.
    before, after
        Folders of tables; see `litloom.graph.parquet_tables`.
    """
    for labels, relationships in PARTS:
        nodes = {label: _compare_nodes(tables, before, after, label) for label in labels}
        keys = [key for key in edge_keys() if key[0] in relationships and _any_files(key, before, after)]
        edges = {key: _compare_edges(tables, before, after, key) for key in keys}
        yield GraphChange(
            removed_nodes={label: gone for label, (gone, _, _) in nodes.items()},
            changed_nodes={label: changed for label, (_, changed, _) in nodes.items()},
            added_nodes={label: added for label, (_, _, added) in nodes.items()},
            removed_edges={key: gone for key, (gone, _) in edges.items()},
            added_edges={key: added for key, (_, added) in edges.items()},
        )


def _compare_nodes(
    tables: TaskTables, before: Path, after: Path, label: str
) -> tuple[list[str], pa.Table, pa.Table]:
    """Return the ids of the nodes that are gone, the rows that changed, and those that are new."""
    schema = node_table(label, ()).schema
    _view(tables, before, after, Path("nodes", label), schema)
    gone = tables.arrow("SELECT id FROM old ANTI JOIN new USING (id) ORDER BY id")["id"].to_pylist()
    changed = tables.arrow(
        "SELECT * FROM (SELECT * FROM new EXCEPT SELECT * FROM old) SEMI JOIN old USING (id) ORDER BY id"
    )
    added = tables.arrow("SELECT * FROM new ANTI JOIN old USING (id) ORDER BY id")
    return gone, changed.cast(schema), added.cast(schema)


def _compare_edges(tables: TaskTables, before: Path, after: Path, key: EdgeKey) -> tuple[pa.Table, pa.Table]:
    """Return the ends of the edges that are gone or changed, and the rows that are new or changed."""
    schema = edge_table(key[0], ()).schema
    _view(tables, before, after, Path("edges", "-".join(key)), schema)
    gone = tables.arrow('SELECT "from", "to" FROM (SELECT * FROM old EXCEPT SELECT * FROM new) ORDER BY ALL')
    added = tables.arrow('SELECT * FROM (SELECT * FROM new EXCEPT SELECT * FROM old) ORDER BY "from", "to"')
    ends = pa.schema([schema.field("from"), schema.field("to")])
    return gone.cast(ends), added.cast(schema)


def _any_files(key: EdgeKey, *folders: Path) -> bool:
    return any((folder / "edges" / "-".join(key)).is_dir() for folder in folders)


def _view(tables: TaskTables, before: Path, after: Path, place: Path, schema: pa.Schema) -> None:
    for name, folder in (("old", before), ("new", after)):
        files = sorted((folder / place).glob("*.parquet"))
        if files:
            tables.view(name, files, {})
        else:
            tables.add(name, schema.empty_table())
