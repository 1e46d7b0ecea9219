"""Writing the tables of a graph, or a change of them, to a LadybugDB file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import ladybug
import pyarrow as pa
import pyarrow.parquet as pq

from litloom.graph.change import GraphChange
from litloom.graph.schema import EDGES, NODES, EdgeType, PropertyType
from litloom.graph.stores.base import Advance
from litloom.graph.stores.ladybug.database import open_database
from litloom.graph.stores.scratch import Scratch
from litloom.graph.tables import EdgeKey, GraphTables

DDL_TYPES: Final[dict[PropertyType, str]] = {
    "string": "STRING",
    "int": "INT64",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "strings": "STRING[]",
}

ForEach = Callable[[pa.Table, str], None]
"""Runs a statement on a table; in the statement, ``{rows}`` is the file of the table."""


def load_tables(file: Path, tables: GraphTables, advance: Advance) -> None:
    """Create a file with a whole graph; raises `RuntimeError` if it cannot be written."""
    with _opened(file) as connection, _for_each(connection, advance) as for_each:
        for label, properties in NODES.items():
            connection.execute(f"CREATE NODE TABLE {label}({_columns(properties)}, PRIMARY KEY(`id`))")
        for relationship, edge in EDGES.items():
            connection.execute(f"CREATE REL TABLE {relationship}({_edge_columns(edge)})")
        _copy(for_each, tables.nodes, tables.edges)


def change_tables(file: Path, parts: Iterable[GraphChange], advance: Advance) -> None:
    """Change the graph in a file that nobody else has open, part by part.

    Rows that the graph lacks are neither removed nor changed. Raises `RuntimeError` if the file cannot be
    written, which leaves it incomplete.
    """
    # A part is kept in memory until its end, so that each of its tables is written once.
    with _opened(file, auto_checkpoint=False) as connection, _for_each(connection, advance) as for_each:
        for part in parts:
            _change(for_each, part)
            connection.execute("CHECKPOINT")


def _change(for_each: ForEach, change: GraphChange) -> None:
    for (relationship, source, target), ends in change.removed_edges.items():
        # One end after the other: a match of both ends at once scans all edges.
        for_each(
            ends,
            f"LOAD FROM {{rows}} MATCH (a:{source}) WHERE a.`id` = `from` WITH a, `to` "
            f"MATCH (a)-[r:{relationship}]->(b:{target}) WHERE b.`id` = `to` DELETE r",
        )
    for label, ids in change.removed_nodes.items():
        gone = pa.table({"id": pa.array(ids, pa.string())})
        for_each(gone, f"LOAD FROM {{rows}} MATCH (n:{label}) WHERE n.`id` = `id` DETACH DELETE n")
    for label, rows in change.changed_nodes.items():
        values = ", ".join(f"n.`{name}` = `{name}`" for name in NODES[label] if name != "id")
        for_each(rows, f"LOAD FROM {{rows}} MATCH (n:{label}) WHERE n.`id` = `id` SET {values}")
    _copy(for_each, change.added_nodes, change.added_edges)


def _copy(for_each: ForEach, nodes: Mapping[str, pa.Table], edges: Mapping[EdgeKey, pa.Table]) -> None:
    for label, rows in nodes.items():
        for_each(rows, f"COPY {label} FROM {{rows}}")
    for (relationship, source, target), rows in edges.items():
        for_each(rows, f"COPY {relationship} FROM {{rows}} (from='{source}', to='{target}')")


@contextmanager
def _opened(file: Path, *, auto_checkpoint: bool = True) -> Iterator[ladybug.Connection]:
    """Open a file, and write all changes to it at the end, leaving no write-ahead log."""
    database = open_database(file, auto_checkpoint=auto_checkpoint)
    connection = ladybug.Connection(database)
    try:
        yield connection
        connection.execute("CHECKPOINT")
    finally:
        connection.close()
        database.close()


@contextmanager
def _for_each(connection: ladybug.Connection, advance: Advance) -> Iterator[ForEach]:
    with Scratch() as scratch:
        parquet = scratch.path / "table.parquet"

        def run(rows: pa.Table, statement: str) -> None:
            if rows.num_rows:
                pq.write_table(rows, parquet)
                connection.execute(statement.format(rows=_quoted(parquet)))
                advance(rows.num_rows)

        yield run


def _columns(properties: Mapping[str, PropertyType]) -> str:
    return ", ".join(f"`{name}` {DDL_TYPES[kind]}" for name, kind in properties.items())


def _edge_columns(edge: EdgeType) -> str:
    endpoints = [f"FROM {source} TO {target}" for source in edge.sources for target in edge.targets]
    return ", ".join(filter(None, [*endpoints, _columns(edge.properties)]))


def _quoted(path: Path) -> str:
    return "'" + path.as_posix().replace("\\", "\\\\").replace("'", "\\'") + "'"
