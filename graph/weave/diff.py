"""The change from the tables of one graph to those of another: one join a table."""

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
"""Labels and relationship types of each part of a change: nodes before the edges between them."""


def changes(tables: TaskTables, before: Path, after: Path) -> Iterator[GraphChange]:
    """Yield the change from one graph to another in parts, each of tables of its own.

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
    _write_difference(tables, before, after, Path("nodes", label), schema, ["id"])
    gone = tables.arrow("SELECT old.id FROM difference WHERE new IS NULL ORDER BY ALL")["id"].to_pylist()
    changed, added = (
        tables.arrow(f"SELECT unnest(new) FROM difference WHERE new IS NOT NULL AND {which} ORDER BY new.id")
        for which in ("old IS NOT NULL", "old IS NULL")
    )
    return gone, changed.cast(schema), added.cast(schema)


def _compare_edges(tables: TaskTables, before: Path, after: Path, key: EdgeKey) -> tuple[pa.Table, pa.Table]:
    """Return the ends of the edges that are gone or changed, and the rows that are new or changed."""
    schema = edge_table(key[0], ()).schema
    _write_difference(tables, before, after, Path("edges", "-".join(key)), schema, ["from", "to"])
    gone = tables.arrow("SELECT unnest(old) FROM difference WHERE old IS NOT NULL ORDER BY ALL")
    added = tables.arrow(
        'SELECT unnest(new) FROM difference WHERE new IS NOT NULL ORDER BY new."from", new."to"'
    )
    return gone.cast(pa.schema([schema.field("from"), schema.field("to")])), added.cast(schema)


def _any_files(key: EdgeKey, *folders: Path) -> bool:
    return any((folder / "edges" / "-".join(key)).is_dir() for folder in folders)


def _write_difference(
    tables: TaskTables, before: Path, after: Path, place: Path, schema: pa.Schema, key: Sequence[str]
) -> None:
    """Make the table ``difference``: ``old``, the key of a row that is gone or changed, and ``new``, a row.

    Where a row is new, ``old`` is NULL; where it is gone, ``new`` is.
    """
    for name, folder in (("old", before), ("new", after)):
        files = sorted((folder / place).glob("*.parquet"))
        if files:
            tables.view(name, files, {})
        else:
            tables.add(name, schema.empty_table())
    old_key, new_row = (
        "{" + ", ".join(f"'{column}': {name}.\"{column}\"" for column in columns) + "}"
        for name, columns in (("old", key), ("new", schema.names))
    )
    same = " AND ".join(f'old."{column}" = new."{column}"' for column in key)
    values = [column for column in schema.names if column not in key]
    changed = [f'old."{column}" IS DISTINCT FROM new."{column}"' for column in values]
    either = [f'{name}."{key[0]}" IS NULL' for name in ("old", "new")]
    tables.run(f"""
        CREATE OR REPLACE TEMP TABLE difference AS
        SELECT if({either[0]}, NULL, {old_key}) AS old, if({either[1]}, NULL, {new_row}) AS new
        FROM old FULL JOIN new ON {same} WHERE {" OR ".join([*either, *changed])}
    """)
