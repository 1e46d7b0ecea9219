"""Read the papers of a graph back from its store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from litloom.graph.nodes import paper_from_properties
from litloom.graph.schema import PAPER, SCHEMA_VERSION
from litloom.graph.stores.base import GraphStore
from litloom.progress import Progress
from litloom.records import Paper
from litloom.support.gc_paused import gc_paused

PAGE: Final = 25_000
"""Papers per query; each query scans all papers."""
FEW: Final = 2000
"""The most papers that are read by id."""
PROPERTIES: Final = ", ".join(f"p.`{name}` AS `{name}`" for name in PAPER)


def papers_by_id(store: GraphStore, ids: Sequence[str], progress: Progress) -> list[Paper]:
    """Return papers of a graph of the current schema, in the order of `ids`."""
    if len(ids) > FEW:
        by_id = {paper.id: paper for paper in all_papers(store, SCHEMA_VERSION, progress)}
    else:
        query = f"UNWIND $ids AS id MATCH (p:Paper) WHERE p.id = id RETURN {PROPERTIES}"
        by_id = {row["id"]: paper_from_properties(row) for row in store.read(query, {"ids": list(ids)})}
    return [by_id[key] for key in ids]


def all_papers(store: GraphStore, schema_version: int, progress: Progress) -> list[Paper]:
    """Return all papers of a graph, ordered by id."""
    # Before schema 2 all papers were known, and had no such property.
    known = "AND p.known" if schema_version >= 2 else ""
    match = f"MATCH (p:Paper) WHERE p.id IS NOT NULL {known}"
    is_current = schema_version == SCHEMA_VERSION
    returned = f"RETURN {PROPERTIES if is_current else 'p'} ORDER BY p.id"
    ids = [row[0] for row in store.read(f"{match} RETURN p.id AS id ORDER BY id").values]
    papers: list[Paper] = []
    with progress.stage("stored", len(ids)) as advance, gc_paused():
        for page in (ids[start : start + PAGE] for start in range(0, len(ids), PAGE)):
            bounds = {"first": page[0], "last": page[-1]}
            rows = store.read(f"{match} AND p.id >= $first AND p.id <= $last {returned}", bounds)
            papers += [paper_from_properties(row if is_current else row["p"]) for row in rows]
            advance(len(page))
    return papers
