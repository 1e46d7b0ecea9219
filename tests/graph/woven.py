"""Graphs of a few papers, as rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from litloom import Paper
from litloom.graph.tables import EdgeKey, GraphTables
from litloom.graph.weave import weave
from litloom.records import Extraction

Row = dict[str, Any]
Graph = dict[Any, dict[Any, Row]]
"""Rows of nodes by label and id, and of edges by their key and ends; no tables without rows."""


def rows(tables: GraphTables) -> Graph:
    nodes = {label: {row["id"]: row for row in table.to_pylist()} for label, table in tables.nodes.items()}
    edges: dict[EdgeKey, dict[Any, Row]] = {
        key: {(row["from"], row["to"]): row for row in table.to_pylist()}
        for key, table in tables.edges.items()
    }
    return {name: found for name, found in (nodes | edges).items() if found}


def graph_of(papers: Sequence[Paper], extractions: Iterable[Extraction] = (), corrections: str = "") -> Graph:
    """Return the graph of papers, of which those without an extraction mention nothing."""
    found = {one.paper_id: one for one in extractions}
    all_found = [found.get(paper.id, Extraction(paper_id=paper.id)) for paper in papers]
    return rows(weave(papers, all_found, about={"version": "0"}, corrections=corrections))


def edges(graph: Graph, relationship: str) -> dict[tuple[str, str], Row]:
    """Return the edges of a relationship between nodes of any label."""
    return {
        ends: row
        for key, found in graph.items()
        if isinstance(key, tuple) and key[0] == relationship
        for ends, row in found.items()
    }


def concepts(graph: Graph) -> dict[str, Row]:
    """Return all concepts by id."""
    return {
        identifier: row
        for label, found in graph.items()
        if isinstance(label, str) and label not in ("Paper", "Author", "Litloom")
        for identifier, row in found.items()
    }
