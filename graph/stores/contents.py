"""Whether a store holds the tables that it was made from: the number of rows and a digest of each table.

A table is that of a label, or of a relationship type with all its ends. The digest is a sum over its rows,
whatever their order, of the decimal digits at the beginning of the MD5 of a row's values as text; of a number
with a fraction, six decimals count. DuckDB and LadybugDB compute it in their query languages. Neo4j has no
such function: it returns the rows as text, a page at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from litloom.graph.schema import EDGES, NODES, PropertyType
from litloom.graph.stores.base import GraphStore
from litloom.graph.stores.neo4j.schema import key_label
from litloom.graph.tables import ENDS
from litloom.graph.weave.task import SQL_TYPES, TaskTables

Check = tuple[int, int]
"""The number of rows of a table and their digest."""

PAGE: Final = 2000
"""Nodes in a page, with their edges."""
BETWEEN: Final = "\x1f"
NOTHING: Final = "\x1e"
"""Stands for a value that is unknown."""
TABLES: Final[dict[str, dict[str, PropertyType]]] = {
    **NODES,
    **{relationship: ENDS | edge.properties for relationship, edge in EDGES.items()},
}
"""The columns of each table."""
_SQL: Final[dict[PropertyType, str]] = {
    "string": "{}",
    "int": "CAST({} AS VARCHAR)",
    "float": "CAST(CAST(floor({} * 1000000.0::DOUBLE) AS BIGINT) AS VARCHAR)",
    "bool": "CASE WHEN {} THEN 'true' ELSE 'false' END",
    "strings": f"array_to_string({{}}, '{BETWEEN}')",
}
_LADYBUG: Final[dict[PropertyType, str]] = {
    "string": "{}",
    "int": "CAST({} AS STRING)",
    "float": "CAST(CAST(floor({} * 1000000.0) AS INT64) AS STRING)",
    "bool": "CASE WHEN {} THEN 'true' ELSE 'false' END",
    "strings": f"list_to_string('{BETWEEN}', {{}})",
}
_NEO4J: Final[dict[PropertyType, tuple[str, str]]] = {
    "string": ("STRING", "{}"),
    "int": ("INTEGER", "toString({})"),
    "float": ("FLOAT", "toString(toInteger(floor({} * 1000000.0)))"),
    "bool": ("BOOLEAN", "toString({})"),
    "strings": ("LIST<STRING>", f"substring(reduce(s = '', item IN {{}} | s + '{BETWEEN}' + item), 1)"),
}
"""The type that a property must have, since a server holds any, and its value as text."""
_LETTERS: Final = str.maketrans("", "", "abcdef")


def checks_of_tables(
    tables: TaskTables, folder: Path, names: Iterable[str] = tuple(TABLES)
) -> Mapping[str, Check]:
    """Return the checks of a folder of tables, by label or relationship type.

    Parameters
    ----------
    tables
        A connection to DuckDB.
    folder
        See `litloom.graph.parquet_tables`.
    names
        The labels and relationship types to check.
    """
    checks = {}
    for name in names:
        columns = TABLES[name]
        files = sorted(
            folder.glob(f"edges/{name}-*/*.parquet" if name in EDGES else f"nodes/{name}/*.parquet")
        )
        tables.view("checked", files, {column: SQL_TYPES[kind] for column, kind in columns.items()})
        row = _row(_SQL[kind].format(f'"{column}"') for column, kind in columns.items())
        ((rows, digest),) = tables.rows(f"SELECT count(*), sum({_digits(row, 'BIGINT')}) FROM checked")  # noqa: S608
        checks[name] = (int(rows), int(digest or 0))
    return checks


def differing_table(store: GraphStore, expected: Mapping[str, Check]) -> str:
    """Return the label or relationship type of which a store holds other rows; ``""`` if there is none."""
    return next((name for name, known in expected.items() if check_of_store(store, name) != known), "")


def check_of_store(store: GraphStore, name: str) -> Check:
    """Return the check of the nodes of a label, or of the edges of a relationship type, in a store."""
    return (_check_ladybug if store.dialect == "ladybug" else _check_neo4j)(store, name)


def _check_ladybug(store: GraphStore, name: str) -> Check:
    places = {"from": "a.`id`", "to": "b.`id`"} if name in EDGES else {}
    match = f"MATCH (a)-[n:{name}]->(b)" if name in EDGES else f"MATCH (n:{name})"
    row = _row(_LADYBUG[kind].format(places.get(key, f"n.`{key}`")) for key, kind in TABLES[name].items())
    found = store.read(f"{match} RETURN count(*) AS rows, sum({_digits(row, 'INT64')}) AS digest")[0]
    return int(found["rows"]), int(found["digest"] or 0)


def _check_neo4j(store: GraphStore, name: str) -> Check:
    """Read the nodes that have an id, or the edges between such nodes: no others are litloom's."""
    rows = digest = 0
    after: str | None = ""
    statement = _neo4j_page(name)
    while True:
        page = store.read(statement, {"after": after, "nodes": PAGE})[0]
        if (after := page["last"]) is None:
            return rows, digest
        rows += len(page["rows"])
        for text in page["rows"]:
            digest += int("1" + hashlib.md5(text.encode()).hexdigest()[:12].translate(_LETTERS))


def _neo4j_page(name: str) -> str:
    if name in EDGES:
        source, target = key_label(EDGES[name].sources[0]), key_label(EDGES[name].targets[0])
        edges = f"OPTIONAL MATCH (a)-[n:{name}]->(b:{target}) WHERE b.id > ''"
        places = {"from": "a.id", "to": "b.id"}
    else:
        source, edges, places = name, "WITH a, a AS n", {}
    values = []
    for key, kind in TABLES[name].items():
        value, (type_, text) = places.get(key, f"n.{key}"), _NEO4J[kind]
        known = f"CASE WHEN ({value} IS :: {type_}) THEN {text.format(value)} ELSE '?' END"
        values.append(f"coalesce({known}, '{NOTHING}')")
    row = f" + '{BETWEEN}' + ".join(values)
    return (
        f"MATCH (a:{source}) WHERE a.id > $after WITH a ORDER BY a.id LIMIT $nodes {edges} "
        f"RETURN max(a.id) AS last, collect(CASE WHEN n IS NOT NULL THEN {row} END) AS rows"
    )


def _row(values: Iterable[str]) -> str:
    known = [f"coalesce({value}, '{NOTHING}')" for value in values]
    return f"concat({f', {chr(39)}{BETWEEN}{chr(39)}, '.join(known)})"


def _digits(text: str, kind: str) -> str:
    return f"CAST(concat('1', regexp_replace(left(md5({text}), 12), '[a-f]', '', 'g')) AS {kind})"
