"""The CSV files of ``neo4j-admin database import full``, the fastest way to load many papers.

There is a file with a header for each label and each relationship type, and ``import.sh`` with the command
line. Strings are always quoted, so that empty and missing ones differ. The elements of lists are joined by
`BETWEEN`, which cannot be escaped: inside an element it becomes a space.

The importer creates no indexes and omits empty lists. So the exported graph has schema version 0, and the
first litloom command that opens it migrates it; see `litloom.graph.stores.neo4j.schema`.

Format: https://neo4j.com/docs/operations-manual/5/tools/neo4j-admin/neo4j-admin-import/
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

from litloom.graph.schema import EDGES, NODES, PropertyType
from litloom.graph.stores.base import GraphStore, Rows
from litloom.graph.stores.neo4j.schema import key_label
from litloom.support.folders import filled_folder

BETWEEN: Final = "\x1f"
ROWS: Final = 5000
TYPES: Final[dict[PropertyType, str]] = {
    "string": "string",
    "int": "long",
    "float": "double",
    "bool": "boolean",
    "strings": "string[]",
}
OPTIONS: Final = ("--multiline-fields=true", "--array-delimiter=U+001F")
SCRIPT_NAME: Final = "import.sh"
SCRIPT: Final = """#!/bin/sh
# Creates a Neo4j database from the files beside this one; the server must be stopped. To replace a database:
# sh import.sh NAME --overwrite-destination
cd "$(dirname "$0")" || exit 1
database=${{1:-neo4j}}
[ $# -gt 0 ] && shift
exec {command} "$database" "$@" {options}
"""


class GraphRows(Protocol):
    """A graph as rows, by label and by relationship type."""

    def nodes(self, label: str) -> Iterator[Mapping[str, Any]]:
        """Yield the properties of all nodes of a label."""

    def edges(self, relationship: str) -> Iterator[Mapping[str, Any]]:
        """Yield the properties of all edges of a type, and the ids ``from`` and ``to``."""


class StoreRows(GraphRows):
    """The rows of an open store, read in pages."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store

    def nodes(self, label: str) -> Iterator[Mapping[str, Any]]:
        """Yield the properties of all nodes of a label."""
        for page in self._pages(label):
            yield from (row["n"] for row in page)

    def edges(self, relationship: str) -> Iterator[Mapping[str, Any]]:
        """Yield the properties of all edges of a type, and the ids ``from`` and ``to``."""
        targets = "|".join(EDGES[relationship].targets)
        for source in EDGES[relationship].sources:
            query = (
                f"MATCH (a:{source})-[r:{relationship}]->(b:{targets}) "
                "WHERE a.id >= $first AND a.id <= $last "
                "RETURN a.id AS source, b.id AS target, r ORDER BY source, target"
            )
            for page in self._pages(source):
                ends = {"first": page[0]["n"]["id"], "last": page[-1]["n"]["id"]}
                for row in self._store.read(query, ends):
                    yield {**row["r"], "from": row["source"], "to": row["target"]}

    def _pages(self, label: str) -> Iterator[Rows]:
        query = f"MATCH (n:{label}) WHERE n.id > $after RETURN n ORDER BY n.id LIMIT $rows"
        after = ""
        while page := self._store.read(query, {"after": after, "rows": ROWS}):
            yield page
            after = page[-1]["n"]["id"]


def export_neo4j_import(store: GraphStore, folder: Path) -> Path:
    """Write the graph of an open store into a folder; see `export_rows`."""
    return export_rows(StoreRows(store), folder)


def export_rows(graph: GraphRows, folder: Path) -> Path:
    """Write a graph, such as `litloom.graph.parquet_tables.StoredTables`, to a folder.

    The folder is created if it does not exist, and its files are replaced when all new ones are complete.

    Returns
    -------
    pathlib.Path
        The script that imports the files.
    """
    with filled_folder(folder, last=SCRIPT_NAME) as unfinished:
        for label, properties in NODES.items():
            with _csv(unfinished, label) as file:
                file.write(_line([f"id:ID({key_label(label)})", *_header(properties)[1:]]))
                file.writelines(_node(row, label) for row in graph.nodes(label))
        for relationship, edge in EDGES.items():
            start, end = f":START_ID({key_label(edge.sources[0])})", f":END_ID({key_label(edge.targets[0])})"
            with _csv(unfinished, relationship) as file:
                file.write(_line([start, end, *_header(edge.properties)]))
                file.writelines(_edge(row, edge.properties) for row in graph.edges(relationship))
        command = shlex.join(["neo4j-admin", "database", "import", "full"])
        script = SCRIPT.format(command=command, options=shlex.join(import_options()))
        (unfinished / SCRIPT_NAME).write_text(script, encoding="utf-8")
    return folder / SCRIPT_NAME


def import_options() -> list[str]:
    """Return the options of the importer that name the files."""
    labels = {label: ":".join(dict.fromkeys([label, key_label(label)])) for label in NODES}
    return [
        *OPTIONS,
        *(f"--nodes={labels[label]}={_name(label)}" for label in NODES),
        *(f"--relationships={relationship}={_name(relationship)}" for relationship in EDGES),
    ]


def _node(node: Mapping[str, Any], label: str) -> str:
    row = {**node, "schema_version": 0} if label == "Litloom" else node
    return _line(_cell(row.get(name)) for name in NODES[label])


def _edge(row: Mapping[str, Any], properties: Mapping[str, PropertyType]) -> str:
    return _line(_cell(row.get(name)) for name in ("from", "to", *properties))


def _cell(value: Any) -> str:
    r"""Return a value as a CSV cell.

    Examples
    --------
    >>> [_cell(value) for value in (None, "", 'a "b" c', 2, 0.5, True, ["x", "y"])]
    ['', '""', '"a ""b"" c"', '2', '0.5', 'true', '"x\x1fy"']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return _cell(BETWEEN.join(str(item).replace(BETWEEN, " ") for item in value))
    return f'"{str(value).replace(chr(34), chr(34) * 2)}"'


def _line(cells: Iterable[str]) -> str:
    return ",".join(cells) + "\n"


def _header(properties: Mapping[str, PropertyType]) -> list[str]:
    return [f"{name}:{TYPES[kind]}" for name, kind in properties.items()]


def _name(label: str) -> str:
    return f"{label.lower()}.csv"


def _csv(folder: Path, label: str) -> TextIO:
    return (folder / _name(label)).open("w", encoding="utf-8", newline="")
