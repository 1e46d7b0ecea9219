"""Concepts that occur together: linked if papers mention both; the width of an edge is its lift."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Final

import networkx as nx

from litloom.graph.stores.base import GraphStore
from litloom.graph.views.declaration import Option, PageOptions, Questions, ViewDeclaration
from litloom.graph.views.page.fetch import CONCEPT, load, read_of
from litloom.graph.views.page.scene import DrawnEdge, Scene, counted, listed, notes_of, weakest
from litloom.graph.views.page.selection import strongest_edges
from litloom.records import KINDS

_MOST_PAPERS: Final = 600
_LEAST_TOGETHER: Final = 2

Kinds = Annotated[
    Sequence[str],
    Option(
        help="Kinds of concepts to draw; all if not given.", choices=KINDS, flags=("--kind",), metavar="KIND"
    ),
]
Across = Annotated[bool, Option(help="Link only concepts of different kinds.")]


def draw(
    questions: Questions, options: PageOptions, *, kinds: Kinds = KINDS, across: Across = False
) -> Scene:
    """Draw the concepts that occur together in papers; the width of an edge is its lift.

    The concepts mentioned by the most papers are drawn, with the strongest edges of each.
    """
    store = questions.store
    label = "|".join(kind for kind in KINDS if kind in kinds)
    counts = store.read(
        f"MATCH (c:{label}) WHERE c.paper_count > 1 RETURN c.id AS id, c.paper_count AS n ORDER BY n DESC, id"
    )
    chosen = [concept for concept, _ in counts.values[: options.max_nodes]]
    ((total,),) = store.read(
        "MATCH (p:Paper) WHERE EXISTS { MATCH (p)-[:MENTIONS]->() } RETURN count(p) AS n"
    ).values
    papers_of = _papers_of(store, chosen)
    graph = load(store, [*chosen, *_exemplary_papers(papers_of)])
    missing = len(counts) - len(chosen)
    scene = concepts_scene(
        graph, papers_of, int(total), across=across, max_edges=options.max_edges, missing=missing
    )
    named = listed(f"{kind}s" if kind != "Hardware" else kind for kind in KINDS if kind in kinds)
    heading = "Concepts together" if set(kinds) == set(KINDS) else f"{named} together"
    return replace(scene, title=options.title or heading)


def concepts_scene(
    graph: nx.MultiDiGraph[str],
    papers_of: Mapping[str, set[str]],
    total: int,
    *,
    across: bool = False,
    max_edges: int | None = None,
    missing: int = 0,
) -> Scene:
    """Return a scene of concepts, linked if their lift is above 1.

    The lift of two concepts is the number of papers that mention both, divided by the number expected if
    they were independent: ``papers(a and b) × papers / (papers(a) × papers(b))``. The strongest edges are
    those with the greatest ``papers(a and b) × log(lift)``: a high lift of two papers means little.

    `papers_of` has the papers that mention each concept; `total` is the number of papers that mention any.
    With `across`, only concepts of different kinds are linked. By default there are at most two edges per
    concept. The notes count the concepts that are `missing` from `papers_of`.
    """
    graph = graph.copy()
    concepts_of: dict[str, list[str]] = defaultdict(list)
    for concept, papers in sorted(papers_of.items()):
        for paper in papers:
            concepts_of[paper].append(concept)
    together = Counter(pair for found in concepts_of.values() for pair in itertools.combinations(found, 2))
    edges = []
    for (one, other), both in sorted(together.items()):
        lift = both * total / (len(papers_of[one]) * len(papers_of[other]))
        same = graph.nodes[one].get("kind") == graph.nodes[other].get("kind")
        if both < _LEAST_TOGETHER or lift <= 1 or (across and same):
            continue
        graph.add_edge(one, other, "TOGETHER", label="TOGETHER", papers=both, lift=round(lift, 2))
        edges.append(DrawnEdge(one, other, ("TOGETHER",), both * math.log(lift)))
    linked = {end for edge in edges for end in (edge.source, edge.target)}
    nodes = tuple(concept for concept in papers_of if concept in linked)
    best = strongest_edges(edges, 2 * len(nodes) if max_edges is None else max_edges)
    drawn = [replace(edge, weight=graph.edges[edge.source, edge.target, "TOGETHER"]["lift"]) for edge in best]
    lone = len(papers_of) - len(nodes)
    left = [
        counted(missing, "concept", rest=" that fewer papers mention"),
        counted(lone, "concept without an edge", "concepts without an edge"),
        weakest(len(drawn), len(edges)),
    ]
    notes = notes_of(graph, nodes, len(drawn), left)
    return Scene(graph=graph, nodes=nodes, edges=tuple(drawn), notes=notes, weighted=True)


def _papers_of(store: GraphStore, concepts: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {concept: set() for concept in concepts}
    query = f"UNWIND $ids AS id MATCH (c:{CONCEPT} {{id: id}})<-[:MENTIONS]-(p:Paper) RETURN c.id, p.id"
    for concept, paper in read_of(store, query, concepts):
        found[concept].add(paper)
    return found


def _exemplary_papers(papers_of: Mapping[str, set[str]]) -> list[str]:
    """Return the papers that mention most of these concepts, to be listed in the panel."""
    mentions = Counter(paper for papers in papers_of.values() for paper in papers)
    return sorted(mentions, key=lambda paper: (-mentions[paper], paper))[:_MOST_PAPERS]


VIEW: Final = ViewDeclaration(
    "concepts",
    draw,
    max_nodes=120,
    example="concepts --kind Method --kind Hardware --across --store lit.lbug -o concepts.html",
)
