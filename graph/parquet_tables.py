"""The tables of a graph as Parquet files: what `litloom weave` writes, and a store loads or Neo4j imports.

::

    tables.json                                 written last: the other files and their digests
    nodes/LABEL/*.parquet                       the columns of `litloom.graph.schema.NODES`
    edges/RELATIONSHIP-SOURCE-TARGET/*.parquet  ``from``, ``to``, and those of `litloom.graph.schema.EDGES`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from litloom.errors import InputError
from litloom.graph.schema import EDGES, NODES
from litloom.graph.tables import EdgeKey, GraphTables, edge_table, node_table
from litloom.support.folders import own_folder, remove_tree
from litloom.support.sealed_file import DamagedError, parquet_table, read_json, write_json

MANIFEST: Final = "tables.json"
FORMAT: Final = 2
ANEW: Final = "make the tables anew with litloom weave"
_FOLDERS: Final = ("nodes", "edges")


def start_tables(folder: Path) -> None:
    """Make a folder for tables, and remove those in it; raise `InputError` if it has anything else."""
    folder.mkdir(parents=True, exist_ok=True)
    others = {entry.name for entry in folder.iterdir()} - {MANIFEST, *_FOLDERS}
    if strange := sorted(name for name in others if not name.startswith(".")):
        raise InputError(folder, f"holds {strange[0]}, which is no table; give a folder of its own")
    (folder / MANIFEST).unlink(missing_ok=True)
    for name in (*_FOLDERS, *(name for name in others if name.startswith(".work-"))):
        remove_tree(folder / name)


def finish_tables(folder: Path, about: Mapping[str, Any]) -> None:
    """Write the `Litloom` node, with the properties `about`, and the manifest: the tables are complete."""
    own_folder(folder / "nodes")
    own_folder(folder / "nodes" / "Litloom")
    pq.write_table(node_table("Litloom", [about]), folder / "nodes" / "Litloom" / "000000.parquet")
    write_json(folder / MANIFEST, {"format": FORMAT, **about, "files": _digests(folder)})


def are_whole(folder: Path) -> bool:
    """Return whether a folder has complete tables, and each file is as it was written."""
    known = read_manifest(folder)
    return known is not None and known.get("files") == _digests(folder)


def read_manifest(folder: Path) -> Mapping[str, Any] | None:
    """Return the properties of the graph that a folder holds; ``None`` where its tables are not complete."""
    try:
        return read_json(folder / MANIFEST)
    except (DamagedError, OSError):
        return None


def edge_keys() -> list[EdgeKey]:
    """Return the keys of all edge tables."""
    return [(name, *ends) for name, edge in EDGES.items() for ends in product(edge.sources, edge.targets)]


def read_tables(folder: str | Path) -> GraphTables:
    """Return the tables of a folder, all in memory; see `StoredTables` for the errors."""
    stored = StoredTables(folder)
    nodes = {label: stored.table(f"nodes/{label}/", node_table(label, ()).schema) for label in NODES}
    edges = {
        key: stored.table(f"edges/{'-'.join(key)}/", edge_table(key[0], ()).schema) for key in edge_keys()
    }
    return GraphTables(nodes, edges)


def check_tables(folder: Path) -> None:
    """Raise `InputError` if the tables of a folder are not complete, or a file of them is damaged."""
    StoredTables(folder).check()


class StoredTables:
    """The tables in a folder that ``litloom weave`` wrote; each file is checked when it is read.

    Raises
    ------
    InputError
        If the tables are not complete; when a file is read, if that is damaged or missing.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._digests = _listed(self._folder)

    def nodes(self, label: str) -> Iterator[Mapping[str, Any]]:
        """Yield the properties of all nodes of a label."""
        yield from self._rows(f"nodes/{label}/")

    def edges(self, relationship: str) -> Iterator[Mapping[str, Any]]:
        """Yield the properties of all edges of a type, and the ids ``from`` and ``to``."""
        yield from self._rows(f"edges/{relationship}-")

    def table(self, prefix: str, schema: pa.Schema) -> pa.Table:
        """Return all rows of the files whose names begin so."""
        parts = (part.select(schema.names).cast(schema) for part in self._files(prefix))
        return pa.concat_tables([schema.empty_table(), *parts])

    def check(self) -> None:
        """Raise `InputError` if a file is damaged or missing."""
        for name in self._digests:
            self._content(name)

    def _rows(self, prefix: str) -> Iterator[Mapping[str, Any]]:
        for table in self._files(prefix):
            for batch in table.to_batches():
                yield from batch.to_pylist()

    def _files(self, prefix: str) -> Iterator[pa.Table]:
        return (parquet_table(self._content(name)) for name in self._digests if name.startswith(prefix))

    def _content(self, name: str) -> bytes:
        file = self._folder / name
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            raise InputError(file, f"is missing; {ANEW}") from None
        except OSError as error:
            raise InputError(file, f"is damaged ({error}); {ANEW}") from error
        if _digest(content) != self._digests[name]:
            raise InputError(file, f"is damaged (its digest is another one than tables.json has); {ANEW}")
        return content


def _listed(folder: Path) -> dict[str, str]:
    """Return the files of complete tables, in order, with their digests."""
    try:
        manifest = read_json(folder / MANIFEST)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(folder, "holds no complete tables; such folders are made by litloom weave") from None
    except DamagedError as error:
        reason = f"is damaged, or of an earlier litloom ({error}); {ANEW}"
        raise InputError(folder / MANIFEST, reason) from error
    files = manifest.get("files")
    if manifest.get("format") != FORMAT or not isinstance(files, dict):
        raise InputError(folder / MANIFEST, f"has another format than this litloom reads; {ANEW}")
    for name in files:
        parts = Path(name).parts
        if parts[0] not in _FOLDERS or len(parts) != 3 or ".." in parts:
            raise InputError(folder / MANIFEST, f"names {name!r}, which is no file of the tables")
    return dict(sorted(files.items()))


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(file for name in _FOLDERS for file in (folder / name).glob("*/*.parquet"))
    return {file.relative_to(folder).as_posix(): _digest(file.read_bytes()) for file in files}


def _digest(content: bytes) -> str:
    return xxhash.xxh3_128_hexdigest(content)
