"""The map: papers linked by the concepts they share, coloured by community."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Final

import networkx as nx

from litloom.graph.views.declaration import PageOptions, Questions, ViewDeclaration
from litloom.graph.views.page.communities import communities, groups
from litloom.graph.views.page.fetch import load, paper_ids, sharing_papers
from litloom.graph.views.page.scene import Scene, counted, is_paper, is_stub, notes_of, weakest
from litloom.graph.views.page.selection import select


def draw(questions: Questions, options: PageOptions) -> Scene:
    """Draw papers linked by the concepts they share, coloured by community.

    If there are more than `max_nodes` papers, those that share most are drawn.
    """
    store = questions.store
    chosen = papers = paper_ids(store)
    if len(papers) > options.max_nodes:
        strength: dict[str, float] = defaultdict(float)
        for one, other, score in sharing_papers(store):
            strength[one] += score
            strength[other] += score
        chosen = sorted(sorted(papers, key=lambda paper: (-strength[paper], paper))[: options.max_nodes])
    graph = load(store, chosen, mentioned=True)
    return map_scene(
        graph,
        title=options.title or "Map of papers",
        max_nodes=options.max_nodes,
        max_edges=options.max_edges,
        missing=len(papers) - len(chosen),
    )


def map_scene(
    graph: nx.MultiDiGraph[str],
    *,
    title: str = "litloom",
    max_nodes: int = 500,
    max_edges: int | None = None,
    missing: int = 0,
) -> Scene:
    """Return the map of the papers in a graph, by their ``SHARES_CONCEPTS`` edges with a ``score``.

    The notes count the papers that are `missing` from the graph, too.

    Examples
    --------
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_nodes_from((paper, {"kind": "Paper", "title": paper}) for paper in "abc")
    >>> graph.add_node("method:lora", kind="Method", name="LoRA")
    >>> _ = graph.add_edge("a", "b", label="SHARES_CONCEPTS", score=0.5)
    >>> map_scene(graph).nodes, len(map_scene(graph).edges)
    (('a', 'b', 'c'), 1)
    """
    papers = [node for node, found in graph.nodes(data=True) if is_paper(found) and not is_stub(found)]
    chosen = select(graph, of=papers, relations={"SHARES_CONCEPTS"}, max_nodes=max_nodes, max_edges=max_edges)
    drawn = set(chosen.nodes)
    shares = [
        (one, other, float(attributes.get("score") or 0) or 0.01)
        for one, other, attributes in graph.edges(data=True)
        if attributes.get("label") == "SHARES_CONCEPTS" and one in drawn and other in drawn
    ]
    legend, group_of = groups(graph, communities(chosen.nodes, shares))
    pairs = len({frozenset(pair[:2]) for pair in shares})
    left = [
        counted(missing + len(papers) - len(drawn), "paper", rest=" that share less"),
        weakest(len(chosen.edges), pairs),
    ]
    notes = notes_of(graph, chosen.nodes, len(chosen.edges), left)
    return replace(chosen, notes=notes, title=title, legend=legend, group_of=group_of, weighted=True)


VIEW: Final = ViewDeclaration("map", draw, max_nodes=500, example="map --store lit.lbug -o map.html")
