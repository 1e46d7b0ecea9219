"""Queries for the parts of a stored graph that views draw, so that no view loads the whole graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from litloom.graph.export.networkx import known_properties
from litloom.graph.stores.base import GraphStore
from litloom.records import KINDS

CONCEPT: Final = "|".join(KINDS)
_BETWEEN_PAPERS: Final = ("CITES", "BUILDS_ON", "SHARES_CONCEPTS")


@dataclass(frozen=True, slots=True)
class Path:
    """A Cypher pattern from a node ``a`` to a neighbour ``b``, with an expression for the strength of it."""

    start: str
    pattern: str
    strength: str


#: Paths from a paper or a concept to its neighbours of any sort.
AROUND: Final = (
    Path("Paper", f"-[r:INTRODUCES]->(b:{CONCEPT})", "9.0"),
    Path("Paper", f"-[r:MENTIONS]->(b:{CONCEPT})", "r.confidence + 0.2 * r.count + b.kind_share"),
    Path("Paper", "-[r:BUILDS_ON]-(b:Paper)", "2.0 + size(r.via)"),
    Path("Paper", "-[r:CITES]-(b:Paper)", "1.5"),
    Path("Paper", "-[r:SHARES_CONCEPTS]-(b:Paper)", "r.score"),
    Path(CONCEPT, "<-[r:INTRODUCES]-(b:Paper)", "9.0"),
    Path(CONCEPT, "<-[r:MENTIONS]-(b:Paper)", "r.confidence + 0.2 * r.count"),
    Path(CONCEPT, f"-[r:VARIANT_OF]-(b:{CONCEPT})", "2.0"),
)
#: Paths to what a paper or concept builds on (`EARLIER`), and to what builds on it (`LATER`).
EARLIER, LATER = (
    (
        Path(CONCEPT, "<-[r:INTRODUCES]-(b:Paper)", "9.0"),
        Path(CONCEPT, f"{left}-[r:VARIANT_OF]-{right}(b:{CONCEPT})", "4.0"),
        Path("Paper", f"{left}-[r:BUILDS_ON]-{right}(b:Paper)", "2.0 + size(r.via)"),
        Path("Paper", f"{left}-[r:CITES]-{right}(b:Paper)", "1.5"),
    )
    for left, right in (("", ">"), ("<", ""))
)
INTRODUCED: Final = (Path("Paper", f"-[r:INTRODUCES]->(b:{CONCEPT})", "9.0"),)


def neighbours(
    store: GraphStore, ids: Collection[str], paths: Iterable[Path], *, most: int = 60
) -> dict[str, float]:
    """Return the neighbours of nodes along paths, with the strength of the strongest path to each.

    There are at most `most` neighbours for each node and path: the strongest.
    """
    found: dict[str, float] = {}
    for path in paths:
        targets: dict[str, list[tuple[float, str]]] = defaultdict(list)
        query = (
            f"UNWIND $ids AS id MATCH (a:{path.start} {{id: id}}){path.pattern} "
            f"RETURN a.id AS source, b.id AS target, {path.strength} AS strength"
        )
        for source, target, strength in read_of(store, query, ids):
            targets[source].append((-float(strength or 0), target))
        for near in targets.values():
            for strength, target in sorted(near)[:most]:
                found[target] = max(found.get(target, 0.0), -strength)
    return found


def walk(
    store: GraphStore, start: Collection[str], paths: Iterable[Path], steps: int, *, most: int = 60
) -> dict[str, float]:
    """Return the nodes within a number of steps from `start`; each step halves their strength."""
    paths = tuple(paths)
    strengths = dict.fromkeys(start, 99.0)
    frontier: Collection[str] = start
    for step in range(steps):
        if not frontier:
            break
        near = neighbours(store, frontier, paths, most=most if step == 0 else most // 3)
        fresh = {node: strength / 2**step for node, strength in near.items() if node not in strengths}
        strengths.update(fresh)
        frontier = sorted(fresh, key=lambda node: (-fresh[node], node))[: 3 * most]
    return strengths


def load(store: GraphStore, ids: Iterable[str], *, mentioned: bool = False) -> nx.MultiDiGraph[str]:
    """Return the papers and concepts with these ids, and the relationships between them.

    The graph has the form of `litloom.graph.export.networkx.to_networkx`, in a deterministic order. Unknown
    ids are ignored. With `mentioned`, all concepts that these papers mention or introduce are added.
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


def read_of(store: GraphStore, query: str, ids: Collection[str]) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a query with the parameter ``$ids``; none where there are no ids."""
    return store.read(query, {"ids": list(ids)}).values if ids else ()


def _add_nodes(graph: nx.MultiDiGraph[str], store: GraphStore, label: str, ids: list[str]) -> None:
    rows = read_of(store, f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN n", ids)
    found = {properties["id"]: properties for (properties,) in rows}
    for node in ids:
        if node in found:
            kind = "Paper" if label == "Paper" else found[node]["kind"]
            graph.add_node(node, **(known_properties(found[node]) | {"kind": kind}))


def _edges(
    store: GraphStore, start: str, label: str, end: str, ids: list[str]
) -> list[tuple[str, str, str, Mapping[str, Any]]]:
    query = f"UNWIND $ids AS id MATCH (a:{start} {{id: id}})-[r:{label}]->(b:{end}) RETURN a.id, b.id, r"
    rows = sorted(read_of(store, query, ids), key=lambda row: row[:2])
    return [(source, target, label, known_properties(properties)) for source, target, properties in rows]


def sharing_papers(store: GraphStore) -> list[tuple[str, str, float]]:
    """Return all pairs of papers that share concepts, with their scores, sorted by id."""
    rows = store.read("MATCH (a:Paper)-[r:SHARES_CONCEPTS]->(b:Paper) RETURN a.id, b.id, r.score")
    return sorted((a, b, float(score or 0)) for a, b, score in rows.values)


def paper_ids(store: GraphStore) -> list[str]:
    """Return the ids of all papers, without those that are only cited."""
    rows = store.read("MATCH (p:Paper) WHERE p.known RETURN p.id AS id ORDER BY id")
    return [paper for (paper,) in rows.values]
