"""Reading the papers of a graph as they were before they were loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from litloom.graph.nodes import paper_from_properties
from litloom.graph.schema import PAPER, SCHEMA_VERSION
from litloom.graph.stores.base import GraphStore
from litloom.progress import Progress
from litloom.records import Paper
from litloom.support.gc_paused import gc_paused

PAGE: Final = 25_000
"""Stored papers that are read at a time: each time, all are looked through."""
FEW: Final = 2000
"""So many are asked for one by one."""
SHOWN: Final = ", ".join(f"p.`{name}` AS `{name}`" for name in PAPER)


def papers_by_id(store: GraphStore, ids: Sequence[str], progress: Progress) -> list[Paper]:
    """Return papers of a graph of this schema, in the order of `ids`."""
    if len(ids) > FEW:
        found = {paper.id: paper for paper in all_papers(store, SCHEMA_VERSION, progress)}
        return [found[identifier] for identifier in ids]
    rows = store.read(f"UNWIND $ids AS id MATCH (p:Paper) WHERE p.id = id RETURN {SHOWN}", {"ids": list(ids)})
    by_id = {row["id"]: paper_from_properties(row) for row in rows}
    return [by_id[identifier] for identifier in ids]


def all_papers(store: GraphStore, schema_version: int, progress: Progress) -> list[Paper]:
    """Return all papers of a graph, in the order of their ids."""
    # Before schema 2 all papers were known, and none said so.
    known = "AND p.known" if schema_version >= 2 else ""
    match = f"MATCH (p:Paper) WHERE p.id IS NOT NULL {known}"
    current = schema_version == SCHEMA_VERSION
    shown = f"RETURN {SHOWN if current else 'p'} ORDER BY p.id"
    ids = [row[0] for row in store.read(f"{match} RETURN p.id AS id ORDER BY id").values]
    found: list[Paper] = []
    with progress.stage("stored", len(ids)) as advance, gc_paused():
        for page in _pages(ids):
            rows = store.read(
                f"{match} AND p.id >= $first AND p.id <= $last {shown}", {"first": page[0], "last": page[-1]}
            )
            found += [paper_from_properties(row if current else row["p"]) for row in rows]
            advance(len(page))
    return found


def _pages(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))
