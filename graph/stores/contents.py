"""Whether a store holds the tables that it was made from: the rows and a digest of each table.

A digest is a sum over rows, so that their order does not matter. A row adds the decimal digits at the
beginning of the MD5 of its values, which SQL and the Cypher of LadybugDB compute alike; of numbers with a
fraction, six decimals count. Neo4j has no such function: there, rows are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from litloom.graph.parquet_tables import edge_keys
from litloom.graph.schema import EDGES, NODES, PropertyType
from litloom.graph.stores.base import GraphStore
from litloom.graph.weave.task import TaskTables

Checks = Mapping[str, tuple[int, int]]
"""The rows and the digest of each table."""

BETWEEN: Final = "\x1f"
NOTHING: Final = "\x1e"
"""Stands for a value that is unknown."""
_VALUES: Final[dict[PropertyType, tuple[str, str]]] = {
    "string": ("{}", "{}"),
    "int": ("CAST({} AS STRING)", "CAST({} AS VARCHAR)"),
    "float": (
        "CAST(CAST(floor({} * 1000000.0) AS INT64) AS STRING)",
        "CAST(CAST(floor({} * 1000000.0::DOUBLE) AS BIGINT) AS VARCHAR)",
    ),
    "bool": (
        "CASE WHEN {} THEN 'true' ELSE 'false' END",
        "CASE WHEN {} THEN 'true' ELSE 'false' END",
    ),
    "strings": (f"list_to_string('{BETWEEN}', {{}})", f"array_to_string({{}}, '{BETWEEN}')"),
}
"""Values as text, in Cypher and in SQL."""


def checks_of_tables(tables: TaskTables, folder: Path) -> Checks:
    """Return the checks of a folder of tables.

    Parameters
    ----------
    tables
        A connection to DuckDB.
    folder
        See `litloom.graph.parquet_tables`.
    """
    found = {}
    for name, (place, properties) in _tables().items():
        files = sorted((folder / place).glob("*.parquet"))
        if files:
            tables.view("checked", files, {})
            row = _row([_VALUES[kind][1].format(f'"{column}"') for column, kind in properties.items()])
            ((rows, digest),) = tables.rows(f"SELECT count(*), sum({_digits(row, 'BIGINT')}) FROM checked")  # noqa: S608
            found[name] = (int(rows), int(digest or 0))
        else:
            found[name] = (0, 0)
    return found


def differing_table(store: GraphStore, expected: Checks) -> str:
    """Return the name of a table of which a store does not hold the rows; ``""`` if it holds all of them."""
    for name, (_, properties) in _tables().items():
        if _check(store, name, properties) != _comparable(store, expected[name]):
            return name
    return ""


def _check(store: GraphStore, name: str, properties: Mapping[str, PropertyType]) -> tuple[int, int]:
    label, *ends = name.split("-")
    match = f"MATCH (n:{label})" if not ends else f"MATCH (a:{ends[0]})-[n:{label}]->(b:{ends[1]})"
    if store.dialect != "ladybug":
        return int(store.read(f"{match} RETURN count(n) AS rows")[0]["rows"]), 0
    places = {"from": "a.`id`", "to": "b.`id`"} if ends else {}
    values = [_VALUES[kind][0].format(places.get(key, f"n.`{key}`")) for key, kind in properties.items()]
    found = store.read(f"{match} RETURN count(*) AS rows, sum({_digits(_row(values), 'INT64')}) AS digest")[0]
    return int(found["rows"]), int(found["digest"] or 0)


def _comparable(store: GraphStore, check: tuple[int, int]) -> tuple[int, int]:
    return check if store.dialect == "ladybug" else (check[0], 0)


def _tables() -> dict[str, tuple[Path, dict[str, PropertyType]]]:
    """Return the folder and the properties of each table, by its name."""
    ends: dict[str, PropertyType] = {"from": "string", "to": "string"}
    nodes = {label: (Path("nodes", label), properties) for label, properties in NODES.items()}
    edges = {
        "-".join(key): (Path("edges", "-".join(key)), ends | EDGES[key[0]].properties) for key in edge_keys()
    }
    return {**nodes, **edges}


def _row(values: list[str]) -> str:
    known = [f"coalesce({value}, '{NOTHING}')" for value in values]
    return f"concat({f', {chr(39)}{BETWEEN}{chr(39)}, '.join(known)})"


def _digits(text: str, kind: str) -> str:
    return f"CAST(concat('1', regexp_replace(left(md5({text}), 12), '[a-f]', '', 'g')) AS {kind})"
