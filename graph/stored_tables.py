"""The tables of a graph as Parquet files: what `litloom weave` writes, and a store loads or Neo4j imports.

::

    tables.json                                 written last: the other files and their digests
    nodes/LABEL/*.parquet                       the columns of `litloom.graph.schema.NODES`
    edges/RELATIONSHIP-SOURCE-TARGET/*.parquet  ``from``, ``to``, and those of `litloom.graph.schema.EDGES`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from litloom.errors import InputError
from litloom.graph.schema import EDGES, NODES
from litloom.graph.tables import EdgeKey, GraphTables, edge_table, node_table
from litloom.sealed import DamagedError, read_json, read_parquet, seal_of, write_json, write_parquet
from litloom.whole_file import own_folder, remove_tree

MANIFEST: Final = "tables.json"
FORMAT: Final = 2
ANEW: Final = "make the tables anew with litloom weave"
_FOLDERS: Final = ("nodes", "edges")


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
    for name in (*_FOLDERS, *(name for name in others if name.startswith(".work-"))):
        remove_tree(folder / name)


def finish_tables(folder: Path, about: Mapping[str, Any]) -> None:
    """Note that the tables are complete, of what graph they are, and the digests of their files."""
    write_table(folder, "nodes/Litloom/000000.parquet", node_table("Litloom", [about]))
    files = sorted(file for name in _FOLDERS for file in (folder / name).glob("*/*.parquet"))
    seals = {file.relative_to(folder).as_posix(): seal_of(file) for file in files}
    write_json(folder / MANIFEST, {"format": FORMAT, **about, "files": seals})


def write_table(folder: Path, name: str, table: pa.Table) -> None:
    """Write a file of the tables in a folder; its name is its path in there."""
    file = folder / name
    own_folder(file.parent.parent, parents=True)
    own_folder(file.parent)
    write_parquet(table, file, name)


def read_tables(folder: str | Path) -> GraphTables:
    """Return the tables of a folder, all in memory.

    Raises
    ------
    InputError
        If they are not complete.
    """
    files = _Files(Path(folder))
    nodes = {label: files.table(f"nodes/{label}", node_table(label, ()).schema) for label in NODES}
    edges = {
        key: files.table(f"edges/{'-'.join(key)}", edge_table(key[0], ()).schema)
        for relationship, edge in EDGES.items()
        for key in _keys(relationship, edge.sources, edge.targets)
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
        If the tables are not complete; when a file is read, if that is damaged or missing.
    """

    def __init__(self, folder: str | Path) -> None:
        self._files = _Files(Path(folder))

    def nodes(self, label: str) -> Iterator[Mapping[str, Any]]:
        """Yield the properties of all nodes of a label."""
        yield from self._files.rows(f"nodes/{label}/")

    def edges(self, relationship: str) -> Iterator[Mapping[str, Any]]:
        """Yield the properties of all edges of a type, and the ids ``from`` and ``to``."""
        yield from self._files.rows(f"edges/{relationship}-")


class _Files:
    """The files of tables that are complete, each checked when it is read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seals = _listed(folder)

    def table(self, name: str, schema: pa.Schema) -> pa.Table:
        """Return all rows of the files in a folder of the tables."""
        parts = [self._read(file, schema) for file in self._seals if file.startswith(f"{name}/")]
        return pa.concat_tables([schema.empty_table(), *parts])

    def rows(self, begins: str) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of the files whose names begin so."""
        for file in self._seals:
            if file.startswith(begins):
                for batch in self._read(file).to_batches():
                    yield from batch.to_pylist()

    def _read(self, name: str, schema: pa.Schema | None = None) -> pa.Table:
        file = self._folder / name
        try:
            if seal_of(file) != self._seals[name]:
                raise DamagedError("its digest is another one than tables.json has")
            return read_parquet(file, name, schema=schema)
        except FileNotFoundError:
            raise InputError(file, f"is missing; {ANEW}") from None
        except (DamagedError, OSError) as error:
            raise InputError(file, f"is damaged ({error}); {ANEW}") from error


def _listed(folder: Path) -> dict[str, str]:
    """Return the files of complete tables, in order, with their digests."""
    try:
        told = read_json(folder / MANIFEST)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(folder, "holds no complete tables; such folders are made by litloom weave") from None
    except DamagedError as error:
        reason = f"is damaged, or of an earlier litloom ({error}); {ANEW}"
        raise InputError(folder / MANIFEST, reason) from error
    files = told.get("files")
    if told.get("format") != FORMAT or not isinstance(files, dict):
        raise InputError(folder / MANIFEST, f"has another format than this litloom reads; {ANEW}")
    for name in files:
        if Path(name).parts[0] not in _FOLDERS or len(Path(name).parts) != 3 or ".." in Path(name).parts:
            raise InputError(folder / MANIFEST, f"names {name!r}, which is no file of the tables")
    return dict(sorted(files.items()))


def _keys(relationship: str, sources: tuple[str, ...], targets: tuple[str, ...]) -> list[EdgeKey]:
    return [(relationship, source, target) for source in sources for target in targets]
