"""The Parquet tables beside a store, ``lit.lbug.tables``, which the store is loaded from.

New tables are written to a temporary folder, which replaces the old one when they are in the store. See
`litloom.graph.parquet_tables`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from litloom.graph.nodes import paper_properties
from litloom.graph.parquet_tables import are_whole, read_manifest
from litloom.graph.schema import PAPER
from litloom.graph.tables import node_table
from litloom.graph.weave.plan import Plan
from litloom.graph.weave.task import SQL_TYPES, Task
from litloom.papers.lazy_papers import LazyPapers
from litloom.papers.paper_index import PaperIndex
from litloom.support.folders import remove_tree

PAPERS_AT_ONCE: Final = 5000
MADE_OF: Final = ("schema_version", "version", "model", "fingerprint", "corrections")
"""Properties that a graph and its tables have in common."""


def tables_folder(extractions: Path) -> Path:
    """Return the folder of the tables, given that of the extractions.

    Examples
    --------
    >>> tables_folder(Path("lit.lbug.extractions")).name
    'lit.lbug.tables'
    """
    return extractions.with_name(extractions.name.removesuffix(".extractions") + ".tables")


class KeptTables:
    """The tables of a store in `folder`; ``None`` for a graph in memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def of(self, graph: Mapping[str, Any]) -> Path | None:
        """Return the folder, if its tables are complete and belong to a graph with these properties."""
        if self._folder is None or not graph:
            return None
        made_of = read_manifest(self._folder)
        if made_of is None or any(made_of.get(name) != graph.get(name) for name in MADE_OF):
            return None
        return self._folder if are_whole(self._folder) else None

    def tidy(self) -> None:
        """Remove the remains of a killed build."""
        if self._folder is None:
            return
        old, new = self._places(self._folder)
        if old.exists() and not self._folder.exists():
            old.rename(self._folder)
        for leftover in (old, new):
            remove_tree(leftover)

    @contextmanager
    def replacing(self, scratch: Path) -> Iterator[Path]:
        """Yield a folder for new tables, which replace the old ones unless an error is raised.

        For a graph in memory, that is the folder `scratch`.
        """
        if self._folder is None:
            yield scratch
            return
        self.tidy()
        old, new = self._places(self._folder)
        try:
            yield new
            if self._folder.exists():
                self._folder.rename(old)
            new.rename(self._folder)
        finally:
            self.tidy()

    @staticmethod
    def _places(folder: Path) -> tuple[Path, Path]:
        return folder.with_name(f".{folder.name}.old"), folder.with_name(f".{folder.name}.new")


def write_papers(plan: Plan, papers: LazyPapers, before: Path | None, index: PaperIndex | None) -> None:
    """Write the only part of a plan, with a column ``text`` for the digest of each paper's text.

    Papers that are unchanged since the tables `before`, with their paper index, are copied from these.
    """
    (part,) = plan.parts
    (file,) = part.papers
    if before is None or index is None:
        ids = papers.ids
    else:
        _, changed, added = papers.paper_index.since(index)
        ids = [*changed, *added]
    schema = node_table("Paper", ()).schema
    with Task(plan).open() as tables:
        new = file.with_name("fresh.parquet")
        with pq.ParquetWriter(new, schema) as writer:
            for start in range(0, len(ids), PAPERS_AT_ONCE):
                some = papers.of(ids[start : start + PAPERS_AT_ONCE])
                writer.write_table(node_table("Paper", map(paper_properties, some)))
        tables.view("fresh", [new], {})
        if before is None or index is None:
            tables.add("former", schema.empty_table())
        else:
            columns = {name: SQL_TYPES[kind] for name, kind in PAPER.items()}
            tables.view("former", sorted((before / "nodes" / "Paper").glob("*.parquet")), columns)
        tables.add("text", papers.paper_index.texts)
        tables.copy(
            """
            SELECT paper.*, text.text FROM text JOIN (
                SELECT * FROM fresh UNION ALL
                SELECT * FROM former WHERE known AND id NOT IN (SELECT id FROM fresh)) paper USING (id)
            """,
            file,
        )
