"""The parts of a stored graph that views need, so that no view reads all of a great one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from litloom.graph.networkx_graph import known_properties
from litloom.graph.store import GraphStore
from litloom.records import KINDS

CONCEPT: Final = "|".join(KINDS)
_BETWEEN_PAPERS: Final = ("CITES", "BUILDS_ON", "SHARES_CONCEPTS")


@dataclass(frozen=True, slots=True)
class Road:
    """A way from a node to its neighbours: a pattern from ``a`` to ``b``, and how strong each one is."""

    start: str
    pattern: str
    strength: str


#: All ways from a paper or a concept to what is around it.
AROUND: Final = (
    Road("Paper", f"-[r:INTRODUCES]->(b:{CONCEPT})", "9.0"),
    Road("Paper", f"-[r:MENTIONS]->(b:{CONCEPT})", "r.confidence + 0.2 * r.count + b.kind_share"),
    Road("Paper", "-[r:BUILDS_ON]-(b:Paper)", "2.0 + size(r.via)"),
    Road("Paper", "-[r:CITES]-(b:Paper)", "1.5"),
    Road("Paper", "-[r:SHARES_CONCEPTS]-(b:Paper)", "r.score"),
    Road(CONCEPT, "<-[r:INTRODUCES]-(b:Paper)", "9.0"),
    Road(CONCEPT, "<-[r:MENTIONS]-(b:Paper)", "r.confidence + 0.2 * r.count"),
    Road(CONCEPT, f"-[r:VARIANT_OF]-(b:{CONCEPT})", "2.0"),
)
#: What a thing rests on, and, the other way, what rests on it.
EARLIER: Final = (
    Road(CONCEPT, "<-[r:INTRODUCES]-(b:Paper)", "9.0"),
    Road(CONCEPT, f"-[r:VARIANT_OF]->(b:{CONCEPT})", "4.0"),
    Road("Paper", "-[r:BUILDS_ON]->(b:Paper)", "2.0 + size(r.via)"),
    Road("Paper", "-[r:CITES]->(b:Paper)", "1.5"),
)
LATER: Final = (
    Road(CONCEPT, "<-[r:INTRODUCES]-(b:Paper)", "9.0"),
    Road(CONCEPT, f"<-[r:VARIANT_OF]-(b:{CONCEPT})", "4.0"),
    Road("Paper", "<-[r:BUILDS_ON]-(b:Paper)", "2.0 + size(r.via)"),
    Road("Paper", "<-[r:CITES]-(b:Paper)", "1.5"),
)
INTRODUCED: Final = (Road("Paper", f"-[r:INTRODUCES]->(b:{CONCEPT})", "9.0"),)


def reach(
    store: GraphStore, ids: Collection[str], roads: Iterable[Road], *, most: int = 60
) -> dict[str, float]:
    """Return the neighbours of some nodes with the strength of their strongest link.

    Parameters
    ----------
    store
        An open graph.
    ids
        Where to start.
    roads
        Which ways to go.
    most
        Neighbours kept for each node and road: the strongest.
    """
    found: dict[str, float] = {}
    for road in roads:
        ways: dict[str, list[tuple[float, str]]] = defaultdict(list)
        rows = store.read(
            f"UNWIND $ids AS id MATCH (a:{road.start} {{id: id}}){road.pattern} "
            f"RETURN a.id AS source, b.id AS target, {road.strength} AS strength",
            {"ids": list(ids)},
        )
        for source, target, strength in rows.values:
            ways[source].append((-float(strength or 0), target))
        for near in ways.values():
            for strength, target in sorted(near)[:most]:
                found[target] = max(found.get(target, 0.0), -strength)
    return found


def steps(
    store: GraphStore, start: Collection[str], roads: Iterable[Road], count: int, *, most: int = 60
) -> dict[str, float]:
    """Return what can be reached from some nodes in so many steps, with a strength that halves each step."""
    roads = tuple(roads)
    strengths = dict.fromkeys(start, 99.0)
    frontier: Collection[str] = start
    for step in range(count):
        if not frontier:
            break
        near = reach(store, frontier, roads, most=most if step == 0 else most // 3)
        fresh = {node: strength / 2**step for node, strength in near.items() if node not in strengths}
        strengths.update(fresh)
        frontier = sorted(fresh, key=lambda node: (-fresh[node], node))[: 3 * most]
    return strengths


def load(store: GraphStore, ids: Iterable[str], *, mentioned: bool = False) -> nx.MultiDiGraph[str]:
    """Return the papers and concepts of these ids and the relationships among them.

    Parameters
    ----------
    store
        An open graph.
    ids
        Ids of nodes; what is neither a paper nor a concept is left out.
    mentioned
        Take in all concepts that these papers mention or introduce, too.

    Returns
    -------
    networkx.MultiDiGraph
        As `litloom.graph.networkx_graph.to_networkx` gives it, in a settled order.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    _add_nodes(graph, store, "Paper", ids := list(dict.fromkeys(ids)))
    papers = list(graph)
    _add_nodes(graph, store, CONCEPT, ids)
    concepts = list(graph)[len(papers) :]
    edges: list[tuple[str, str, str, Mapping[str, Any]]] = []
    for label in ("MENTIONS", "INTRODUCES"):
        edges += _edges(store, "Paper", label, CONCEPT, papers)
    if mentioned:
        _add_nodes(graph, store, CONCEPT, sorted({edge[1] for edge in edges}.difference(graph)))
    for label in _BETWEEN_PAPERS:
        edges += _edges(store, "Paper", label, "Paper", papers)
    edges += _edges(store, CONCEPT, "VARIANT_OF", CONCEPT, concepts)
    for source, target, label, properties in edges:
        if target in graph:
            graph.add_edge(source, target, key=label, label=label, **properties)
    return graph


def _add_nodes(graph: nx.MultiDiGraph[str], store: GraphStore, label: str, ids: list[str]) -> None:
    if not ids:
        return
    rows = store.read(f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN n", {"ids": ids})
    found = {properties["id"]: properties for (properties,) in rows.values}
    for node in ids:
        if node in found:
            kind = "Paper" if label == "Paper" else found[node]["kind"]
            graph.add_node(node, **(known_properties(found[node]) | {"kind": kind}))


def _edges(
    store: GraphStore, start: str, label: str, end: str, ids: list[str]
) -> list[tuple[str, str, str, Mapping[str, Any]]]:
    if not ids:
        return []
    rows = store.read(
        f"UNWIND $ids AS id MATCH (a:{start} {{id: id}})-[r:{label}]->(b:{end}) "
        "RETURN a.id AS source, b.id AS target, r",
        {"ids": ids},
    )
    return sorted(
        ((source, target, label, known_properties(properties)) for source, target, properties in rows.values),
        key=lambda edge: edge[:2],
    )


def sharing_papers(store: GraphStore) -> list[tuple[str, str, float]]:
    """Return all pairs of papers that share concepts, with their scores, in the order of ids."""
    rows = store.read(
        "MATCH (a:Paper)-[r:SHARES_CONCEPTS]->(b:Paper) RETURN a.id AS a, b.id AS b, r.score AS score"
    )
    return sorted((a, b, float(score or 0)) for a, b, score in rows.values)


def paper_ids(store: GraphStore) -> list[str]:
    """Return the ids of all papers but those that are known only because others cite them."""
    rows = store.read("MATCH (p:Paper) WHERE p.known RETURN p.id AS id ORDER BY id")
    return [paper for (paper,) in rows.values]
