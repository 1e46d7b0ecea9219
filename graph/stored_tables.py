"""The tables of a graph as Parquet files: what `litloom weave` writes, and a store loads or Neo4j imports.

::

    tables.json                                 written last, when all others are complete
    nodes/LABEL/*.parquet                       the columns of `litloom.graph.schema.NODES`
    edges/RELATIONSHIP-SOURCE-TARGET/*.parquet  ``from``, ``to``, and those of `litloom.graph.schema.EDGES`
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from litloom.errors import InputError
from litloom.graph.schema import EDGES, NODES
from litloom.graph.tables import EdgeKey, GraphTables, edge_table, node_table
from litloom.whole_file import whole_file

MANIFEST: Final = "tables.json"
FORMAT: Final = 1


def start_tables(folder: Path) -> None:
    """Make a folder for tables, and remove those that it holds.

    Raises
    ------
    InputError
        If it holds anything else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    others = {entry.name for entry in folder.iterdir()} - {MANIFEST, "nodes", "edges"}
    if strange := sorted(name for name in others if not name.startswith(".")):
        raise InputError(folder, f"holds {strange[0]}, which is no table; give a folder of its own")
    (folder / MANIFEST).unlink(missing_ok=True)
    for name in ("nodes", "edges", *(name for name in others if name.startswith(".work-"))):
        shutil.rmtree(folder / name, ignore_errors=True)


def finish_tables(folder: Path, about: Mapping[str, Any]) -> None:
    """Note that the tables are complete, of what graph, and a digest of each file."""
    (folder / "nodes" / "Litloom").mkdir(parents=True, exist_ok=True)
    pq.write_table(node_table("Litloom", [about]), folder / "nodes" / "Litloom" / "000000.parquet")
    known = {"format": FORMAT, **about, "files": _digests(folder)}
    with whole_file(folder / MANIFEST) as unfinished:
        unfinished.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def are_whole(folder: Path) -> bool:
    """Return whether a folder has complete tables, and each file is as it was written."""
    known = read_manifest(folder)
    return known is not None and known.get("files") == _digests(folder)


def _digests(folder: Path) -> dict[str, str]:
    files = sorted((folder / "nodes").rglob("*.parquet")) + sorted((folder / "edges").rglob("*.parquet"))
    return {file.relative_to(folder).as_posix(): _digest(file) for file in files}


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "blake2b").hexdigest()[:32]


def read_tables(folder: str | Path) -> GraphTables:
    """Return the tables of a folder, all in memory.

    Raises
    ------
    InputError
        If they are not complete.
    """
    folder = Path(folder)
    check_tables(folder)
    nodes = {label: _table(folder / "nodes" / label, node_table(label, ()).schema) for label in NODES}
    edges = {
        key: _table(folder / "edges" / "-".join(key), edge_table(key[0], ()).schema) for key in edge_keys()
    }
    return GraphTables(nodes, edges)


class StoredTables:
    """The rows of the tables in a folder, read as they are asked for; see `litloom.graph.neo4j_export`.

    Parameters
    ----------
    folder
        What ``litloom weave`` wrote.

    Raises
    ------
    InputError
        If the tables are not complete.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        check_tables(self._folder)

    def nodes(self, label: str) -> Iterator[Mapping[str, Any]]:
        """Yield the properties of all nodes of a label."""
        yield from _rows((self._folder / "nodes" / label).glob("*.parquet"))

    def edges(self, relationship: str) -> Iterator[Mapping[str, Any]]:
        """Yield the properties of all edges of a type, and the ids ``from`` and ``to``."""
        yield from _rows((self._folder / "edges").glob(f"{relationship}-*/*.parquet"))


def check_tables(folder: Path) -> None:
    """Raise `InputError` if a folder holds no complete tables."""
    known = read_manifest(folder)
    if known is None:
        raise InputError(folder, "holds no complete tables; such folders are made by litloom weave")
    if known.get("format") != FORMAT:
        raise InputError(
            folder, f"has tables of format {known.get('format')}, and this litloom reads {FORMAT}"
        )


def read_manifest(folder: Path) -> Mapping[str, Any] | None:
    """Return the properties of the graph that a folder holds; ``None`` where its tables are not complete."""
    try:
        known: Mapping[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return known if isinstance(known, dict) else None


def _rows(parts: Iterable[Path]) -> Iterator[Mapping[str, Any]]:
    for part in sorted(parts):
        for batch in pq.ParquetFile(part).iter_batches():
            yield from batch.to_pylist()


def edge_keys() -> list[EdgeKey]:
    """Return the keys of all edge tables."""
    return [
        (relationship, source, target)
        for relationship, edge in EDGES.items()
        for source in edge.sources
        for target in edge.targets
    ]


def _table(folder: Path, schema: pa.Schema) -> pa.Table:
    parts = sorted(folder.glob("*.parquet"))
    return pa.concat_tables([schema.empty_table(), *(pq.read_table(part, schema=schema) for part in parts)])
