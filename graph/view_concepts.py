"""Which concepts occur together: linked where papers mention both, as wide as the lift."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Final

import networkx as nx

from litloom.graph.store import GraphStore
from litloom.graph.view_scene import Line, Scene, counted, listed, notes_of, weakest
from litloom.graph.view_select import strongest_lines
from litloom.graph.view_source import load
from litloom.records import KINDS

_MOST_PAPERS: Final = 600
_LEAST_TOGETHER: Final = 2


def concepts_view(
    store: GraphStore,
    *,
    kinds: Collection[str] = KINDS,
    across: bool = False,
    title: str = "",
    max_nodes: int = 150,
    max_edges: int | None = None,
) -> Scene:
    """Return the concepts that most papers mention, and which of them occur together.

    Parameters
    ----------
    store
        An open graph.
    kinds
        The kinds of concepts drawn.
    across
        Link only concepts of different kinds.
    title
        The heading.
    max_nodes, max_edges
        How much is drawn at most: the concepts of most papers, and of each concept the best lines.
    """
    label = "|".join(kind for kind in KINDS if kind in kinds)
    counts = store.read(
        f"MATCH (c:{label}) WHERE c.paper_count > 1 RETURN c.id AS id, c.paper_count AS n ORDER BY n DESC, id"
    )
    chosen = [concept for concept, _ in counts.values[:max_nodes]]
    total = int(
        store.read("MATCH (p:Paper) WHERE EXISTS { MATCH (p)-[:MENTIONS]->() } RETURN count(p) AS n")[0]["n"]
    )
    held = _papers_of(store, chosen)
    graph = load(store, [*chosen, *_telling_papers(held)])
    missing = len(counts) - len(chosen)
    scene = concepts_scene(graph, held, total, across=across, max_edges=max_edges, missing=missing)
    named = listed(f"{kind}s" if kind != "Hardware" else kind for kind in KINDS if kind in kinds)
    heading = title or ("Concepts together" if set(kinds) == set(KINDS) else f"{named} together")
    return replace(scene, title=heading)


def concepts_scene(
    graph: nx.MultiDiGraph[str],
    held: dict[str, set[str]],
    total: int,
    *,
    across: bool = False,
    max_edges: int | None = None,
    missing: int = 0,
) -> Scene:
    """Return the scene of some concepts, linked where their lift is above 1.

    The lift of two concepts is how many more papers mention both than would if the one had nothing to do
    with the other: ``papers(a and b) × papers / (papers(a) × papers(b))``. Lines are thinned by
    ``papers(a and b) × log(lift)``, for a high lift of two papers says little.

    Parameters
    ----------
    graph
        The concepts, and papers that mention them.
    held
        The papers that mention each drawn concept.
    total
        How many papers mention anything.
    across
        Link only concepts of different kinds.
    max_edges
        The greatest number of lines: two for every concept where none is given.
    missing
        How many concepts were left out before.
    """
    graph = graph.copy()
    together: Counter[tuple[str, str]] = Counter()
    for concepts in _turned(held).values():
        together.update(itertools.combinations(sorted(concepts), 2))
    lines = []
    for (one, other), papers in sorted(together.items()):
        lift = papers * total / (len(held[one]) * len(held[other]))
        same = graph.nodes[one].get("kind") == graph.nodes[other].get("kind")
        if papers < _LEAST_TOGETHER or lift <= 1 or (across and same):
            continue
        graph.add_edge(one, other, "TOGETHER", label="TOGETHER", papers=papers, lift=round(lift, 2))
        lines.append(Line(one, other, ("TOGETHER",), papers * math.log(lift)))
    linked = {end for line in lines for end in (line.source, line.target)}
    nodes = tuple(concept for concept in held if concept in linked)
    best = strongest_lines(lines, 2 * len(nodes) if max_edges is None else max_edges)
    drawn = [
        Line(x.source, x.target, x.labels, graph.edges[x.source, x.target, "TOGETHER"]["lift"]) for x in best
    ]
    lone = len(held) - len(nodes)
    left = [
        counted(missing, "concept", rest=" that fewer papers mention"),
        counted(lone, "concept that stands by itself", "concepts that stand by themselves"),
        weakest(len(drawn), len(lines)),
    ]
    return Scene(
        graph=graph,
        nodes=nodes,
        lines=tuple(drawn),
        notes=notes_of(graph, nodes, len(drawn), left),
        title="Concepts together",
        weighted=True,
    )


def _papers_of(store: GraphStore, concepts: list[str]) -> dict[str, set[str]]:
    held: dict[str, set[str]] = {concept: set() for concept in concepts}
    label = "|".join(KINDS)
    if concepts:
        rows = store.read(
            f"UNWIND $ids AS id MATCH (c:{label} {{id: id}})<-[:MENTIONS]-(p:Paper) "
            "RETURN c.id AS c, p.id AS p",
            {"ids": concepts},
        )
        for concept, paper in rows.values:
            held[concept].add(paper)
    return held


def _telling_papers(held: dict[str, set[str]]) -> list[str]:
    """Return the papers that mention the most of these concepts, for the panel to show."""
    mentions = {paper: len(concepts) for paper, concepts in _turned(held).items()}
    return sorted(mentions, key=lambda paper: (-mentions[paper], paper))[:_MOST_PAPERS]


def _turned(held: dict[str, set[str]]) -> dict[str, list[str]]:
    concepts_of: dict[str, list[str]] = defaultdict(list)
    for concept, papers in held.items():
        for paper in sorted(papers):
            concepts_of[paper].append(concept)
    return concepts_of
