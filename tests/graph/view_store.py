"""A networkx graph in a store, so that views of it need no recognition model."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import networkx as nx

from litloom import Graph
from litloom.graph.schema import EDGES, NODES, SCHEMA_VERSION
from litloom.graph.stores.base import open_store
from litloom.graph.tables import GraphTables, edge_table, node_table


def stored(graph: nx.MultiDiGraph, place: Path | str | None = None) -> Graph:
    """Return the graph in a store, in memory where no place is given, as far as the schema knows it."""
    store = open_store(place, must_exist=False)
    store.replace(tables_of(graph))
    return Graph(store)


def tables_of(graph: nx.MultiDiGraph) -> GraphTables:
    nodes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for node, attributes in graph.nodes(data=True):
        label = attributes["kind"]
        given = {
            name: value for name, value in attributes.items() if name in NODES[label] and value is not None
        }
        always = (
            {"title": node, "known": True}
            if label == "Paper"
            else {"aliases": [], "paper_count": 1, "kind_share": 1.0}
        )
        nodes[label].append({**always, **given, "id": node})
    edges: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for source, target, attributes in graph.edges(data=True):
        label = attributes["label"]
        key = (label, graph.nodes[source]["kind"], graph.nodes[target]["kind"])
        known = {name: attributes.get(name) for name in EDGES[label].properties}
        edges[key].append({**known, "from": source, "to": target})
    nodes["Litloom"] = [{"id": "litloom", "schema_version": SCHEMA_VERSION}]
    return GraphTables(
        {label: node_table(label, rows) for label, rows in nodes.items()},
        {key: edge_table(key[0], rows) for key, rows in edges.items()},
    )
