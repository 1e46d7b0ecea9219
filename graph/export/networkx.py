"""A stored graph as a `networkx.MultiDiGraph`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx

from litloom.graph.schema import EDGES, NODES
from litloom.graph.stores.base import GraphStore


def to_networkx(store: GraphStore) -> nx.MultiDiGraph[str]:
    """Return the whole graph of a store.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes by id, with their properties and ``kind`` (``Paper``, ``Author`` or a concept's kind);
        edges with their type as key and as ``label``, and their properties. Unknown values are omitted.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for label in NODES:
        if label != "Litloom":
            for row in store.read(f"MATCH (n:{label}) WHERE n.id IS NOT NULL RETURN n ORDER BY n.id"):
                properties = known_properties(row["n"])
                graph.add_node(properties["id"], **{"kind": label, **properties})
    for label, edge in EDGES.items():
        ends = f"(a:{'|'.join(edge.sources)})-[r:{label}]->(b:{'|'.join(edge.targets)})"
        pairs = f"MATCH {ends} RETURN a.id AS source, b.id AS target, r ORDER BY source, target"
        for row in store.read(pairs):
            graph.add_edge(row["source"], row["target"], key=label, label=label, **known_properties(row["r"]))
    return graph


def known_properties(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a stored node or edge that are known, without its label."""
    return {name: value for name, value in stored.items() if name != "label" and value is not None}
