"""Selection of the part of a graph to draw, if the whole would not be readable.

A picture has a maximum number of nodes and of edges. If a graph exceeds them, concepts that only one paper
mentions are dropped first, because they link nothing, then the weakest concepts, papers and edges. An edge
is weak if it is unspecific: a mention of a concept that most papers mention has a low weight. Each node
keeps its strongest edge before others are chosen by weight, so that few nodes become isolated.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

import networkx as nx

from litloom.graph.views.page.options import PageOptions
from litloom.graph.views.page.scene import (
    RELATIONS,
    DrawnEdge,
    Scene,
    counted,
    is_drawable,
    is_paper,
    notes_of,
    weakest,
)

_MOST_EDGES: Final = 1_200
_WORTH: Final = dict(zip(RELATIONS, (4.0, 3.0, 1.2, 2.0, 1.0, 0.15, 1.0, 5.0), strict=True))


def select(
    graph: nx.MultiDiGraph[str],
    *,
    of: Collection[str] | None = None,
    keep: Collection[str] = (),
    marked: Collection[str] = (),
    relations: Collection[str] | None = None,
    max_nodes: int = 700,
    max_edges: int | None = None,
) -> Scene:
    """Select the part of a graph to draw.

    Parameters
    ----------
    graph
        Papers, concepts and their relationships.
    of
        Candidate nodes; by default all concepts, and all papers that are not only cited.
    keep, marked
        Nodes that have priority, and nodes whose edges have priority.
    relations
        Relationships to draw; by default all.
    max_nodes, max_edges
        Maximum number of nodes and edges; by default five edges for every two nodes, but at least 400 and at
        most 1,200.

    Examples
    --------
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_nodes_from([("p", {"kind": "Paper"}), ("q", {"kind": "Paper"})])
    >>> graph.add_nodes_from([("method:lora", {"kind": "Method"}), ("metric:f1", {"kind": "Metric"})])
    >>> for paper, concept in [("p", "method:lora"), ("q", "method:lora"), ("q", "metric:f1")]:
    ...     _ = graph.add_edge(paper, concept, "MENTIONS", label="MENTIONS")
    >>> select(graph).nodes
    ('p', 'q', 'method:lora', 'metric:f1')
    >>> select(graph, max_nodes=3).nodes
    ('p', 'q', 'method:lora')
    >>> print(*select(graph, max_nodes=3).notes)
    2 papers, 1 concept and 2 edges. Left out: 1 concept that only one paper mentions.
    """
    kept = {n for n, a in graph.nodes(data=True) if is_drawable(a)} if of is None else set(of)
    holders = _holders(graph)
    edges = _edges(graph, kept, holders, relations)
    lone = weak = papers_left = 0
    if len(kept) > max_nodes or len(edges) > (_MOST_EDGES if max_edges is None else max_edges):
        single = {n for n in kept if not is_paper(graph.nodes[n]) and len(holders[n]) < 2}.difference(keep)
        # If little would remain, the graph is a neighbourhood, and such concepts are what it is about.
        if len(kept) > max_nodes or len(kept) - len(single) > max_nodes // 4:
            kept -= single
            lone = len(single)
    if len(kept) > max_nodes:
        chosen = _strongest_nodes(graph, kept, edges, max_nodes, keep)
        gone = Counter(is_paper(graph.nodes[n]) for n in kept - chosen)
        papers_left, weak = gone[True], gone[False]
        kept = chosen
    within = [edge for edge in edges if edge.source in kept and edge.target in kept]
    informative = _without_repeats(within, holders, kept)
    budget = min(max(400, len(kept) * 5 // 2), _MOST_EDGES) if max_edges is None else max_edges
    drawn = strongest_edges(informative, budget, marked)
    nodes = tuple(n for n in graph if n in kept)
    left = [
        counted(lone, "concept", rest=" that only one paper mentions"),
        counted(weak, "concept that links little", "concepts that link little"),
        counted(papers_left, "paper", rest=" with few links"),
        weakest(len(drawn), len(informative)),
        counted(len(within) - len(informative), "edge", rest=" between papers that share a drawn concept"),
    ]
    notes = notes_of(graph, nodes, len(drawn), left)
    return Scene(graph=graph, nodes=nodes, edges=tuple(drawn), notes=notes, marked=frozenset(marked))


def thinned(
    graph: nx.MultiDiGraph[str],
    options: PageOptions = PageOptions(),  # noqa: B008 - it is immutable
    *,
    of: Collection[str] | None = None,
    keep: Collection[str] = (),
    marked: Collection[str] = (),
) -> Scene:
    """Select the part of a graph to draw, by the options of a page; see `select`."""
    scene = select(
        graph, of=of, keep=keep, marked=marked, max_nodes=options.max_nodes, max_edges=options.max_edges
    )
    return replace(scene, title=options.title or "litloom")


def _holders(graph: nx.MultiDiGraph[str]) -> dict[str, set[str]]:
    """Return the papers that mention or introduce each concept."""
    holders: dict[str, set[str]] = defaultdict(set)
    for source, target, attributes in graph.edges(data=True):
        if attributes.get("label") in {"MENTIONS", "INTRODUCES"}:
            holders[target].add(source)
    return holders


def _edges(
    graph: nx.MultiDiGraph[str],
    of: Collection[str],
    holders: dict[str, set[str]],
    relations: Collection[str] | None,
) -> list[DrawnEdge]:
    """Return one edge for each pair of linked nodes, with its weight."""
    papers = sum(is_paper(a) for _, a in graph.nodes(data=True))
    pairs: dict[tuple[str, str], list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
    for source, target, attributes in graph.edges(data=True):
        drawable = source != target and source in of and target in of
        if drawable and (relations is None or attributes.get("label") in relations):
            pairs[min(source, target), max(source, target)].append((source, target, attributes))
    edges = []
    for bundle in pairs.values():
        bundle.sort(key=lambda edge: _rank(edge[2].get("label")))
        source, target, _ = bundle[0]
        labels = tuple(dict.fromkeys(str(a.get("label") or "") for _, _, a in bundle))
        weight = sum(_weight(a, papers, len(holders.get(t, ()))) for _, t, a in bundle)
        edges.append(DrawnEdge(source, target, labels, weight))
    return edges


def _rank(label: object) -> int:
    return RELATIONS.index(label) if label in RELATIONS else len(RELATIONS)


def _weight(attributes: dict[str, Any], papers: int, holders: int) -> float:
    """Return the weight of a relationship; a mention of a rare concept weighs more."""
    label = attributes.get("label")
    worth = _WORTH.get(str(label), 0.5)
    if label == "MENTIONS":
        rarity = math.log((1 + papers) / (1 + holders)) + 0.1
        certainty = _number(attributes.get("confidence"), 0.5)
        repeats = max(0.0, _number(attributes.get("count"), 1.0) - 1)
        emphasis = (2.0 if attributes.get("in_title") else 1.0) + math.log1p(repeats)
        return worth * max(rarity, 0.05) * certainty * emphasis
    if label == "SHARES_CONCEPTS":
        return worth * (1 + _number(attributes.get("score"), 0.0))
    return worth


def _number(value: object, missing: float) -> float:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else missing


def _strongest_nodes(
    graph: nx.MultiDiGraph[str], kept: set[str], edges: list[DrawnEdge], budget: int, keep: Collection[str]
) -> set[str]:
    """Return the best linked nodes: three fifths papers, more if there are few concepts."""
    strength: dict[str, float] = dict.fromkeys(kept, 0.0)
    for edge in edges:
        if edge.source in kept and edge.target in kept:
            strength[edge.source] += edge.weight
            strength[edge.target] += edge.weight
    ranked = sorted((n for n in graph if n in kept), key=lambda n: (n not in keep, -strength[n]))
    papers = [n for n in ranked if is_paper(graph.nodes[n])]
    concepts = [n for n in ranked if not is_paper(graph.nodes[n])]
    room = max(budget * 3 // 5, budget - len(concepts))
    chosen = papers[:room]
    return {*chosen, *concepts[: budget - len(chosen)]}


def _without_repeats(edges: list[DrawnEdge], holders: dict[str, set[str]], kept: set[str]) -> list[DrawnEdge]:
    """Return the edges without those between papers that share a drawn concept and nothing else."""
    holds: dict[str, set[str]] = defaultdict(set)
    for concept in kept & holders.keys():
        for paper in holders[concept]:
            holds[paper].add(concept)
    only_shares = ("SHARES_CONCEPTS",)
    return [e for e in edges if e.labels != only_shares or not holds[e.source] & holds[e.target]]


def strongest_edges(edges: list[DrawnEdge], budget: int, marked: Collection[str] = ()) -> list[DrawnEdge]:
    """Return at most `budget` edges: the strongest of each node, then the second of each, and so on."""
    if len(edges) <= budget:
        return edges
    order = sorted(range(len(edges)), key=lambda i: (-edges[i].weight, i))
    seen: Counter[str] = Counter()
    turns = {}
    for i in order:
        edge = edges[i]
        first = edge.source in marked or edge.target in marked
        turns[i] = -1 if first else min(seen[edge.source], seen[edge.target])
        seen.update((edge.source, edge.target))
    order.sort(key=lambda i: turns[i])
    return [edges[i] for i in sorted(order[:budget])]
