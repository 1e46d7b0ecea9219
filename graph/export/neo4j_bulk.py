"""A stored graph as the files that ``neo4j-admin database import full`` reads: the road for many papers.

There is one CSV file a label and one a relationship type, each with its header, and ``import.sh``, which has
the command line. Strings are always quoted, so that an empty one is told from a missing one. The elements of
lists are joined by `BETWEEN`, which the importer cannot escape: inside an element it becomes a space.

The importer makes no index and leaves empty lists out. So the exported graph has schema number 0, and the
first litloom command that opens it brings it up to date; see `litloom.graph.stores.neo4j.schema`.

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
# Makes a Neo4j database of the files beside this one, while no server runs it. One that is there is replaced
# with: sh import.sh NAME --overwrite-destination
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


class StoreRows:
    """The rows of an open store, read some thousand at a time."""

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
    """Write a graph into a folder.

    Parameters
    ----------
    graph
        Such as `litloom.graph.parquet_tables.StoredTables`.
    folder
        Where to write; made if it is not there. Its files are replaced when all of them are complete.

    Returns
    -------
    pathlib.Path
        The script to run.
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
    """Return the options that tell the importer what is in which file."""
    labels = {label: ":".join(dict.fromkeys([label, key_label(label)])) for label in NODES}
    return [
        *OPTIONS,
        *(f"--nodes={labels[label]}={_name(label)}" for label in NODES),
        *(f"--relationships={relationship}={_name(relationship)}" for relationship in EDGES),
    ]


def _node(node: Mapping[str, Any], label: str) -> str:
    known = {**node, "schema_version": 0} if label == "Litloom" else node
    return _line(_cell(known.get(name)) for name in NODES[label])


def _edge(row: Mapping[str, Any], properties: Mapping[str, PropertyType]) -> str:
    ends = [_cell(row["from"]), _cell(row["to"])]
    return _line([*ends, *(_cell(row.get(name)) for name in properties)])


def _cell(value: Any) -> str:
    r"""Return a value as it stands between two commas.

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
