"""The map: papers linked by the concepts they share, coloured by community."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import networkx as nx

from litloom.graph.views.declaration import MaxEdges, MaxNodes, Questions, Title, ViewDeclaration
from litloom.graph.views.page.communities import communities, groups
from litloom.graph.views.page.fetch import load, paper_ids, sharing_papers
from litloom.graph.views.page.scene import Scene, counted, is_paper, is_stub, notes_of, weakest
from litloom.graph.views.page.selection import select


def draw(
    questions: Questions, *, title: Title = "", max_nodes: MaxNodes = 500, max_edges: MaxEdges = None
) -> Scene:
    """Draw papers linked by the concepts they share, coloured by community.

    If there are more than `max_nodes` papers, those that share most are drawn.
    """
    store = questions.store
    papers = paper_ids(store)
    chosen = papers
    if len(papers) > max_nodes:
        strength: dict[str, float] = defaultdict(float)
        for one, other, score in sharing_papers(store):
            strength[one] += score
            strength[other] += score
        chosen = sorted(sorted(papers, key=lambda paper: (-strength[paper], paper))[:max_nodes])
    graph = load(store, chosen, mentioned=True)
    return map_scene(
        graph,
        title=title or "Map of papers",
        max_nodes=max_nodes,
        max_edges=max_edges,
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
    """Return the map of the papers in a graph.

    Parameters
    ----------
    graph
        Papers, the concepts they mention, and ``SHARES_CONCEPTS`` edges with a ``score``.
    title
        Heading of the page.
    max_nodes, max_edges
        Maximum number of papers and edges; see `litloom.graph.views.page.selection.select`.
    missing
        Number of papers that are not in `graph`, for the notes.

    Examples
    --------
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_nodes_from((paper, {"kind": "Paper", "title": paper}) for paper in "abc")
    >>> graph.add_node("method:lora", kind="Method", name="LoRA")
    >>> _ = graph.add_edge("a", "b", label="SHARES_CONCEPTS", score=0.5)
    >>> map_scene(graph).nodes, len(map_scene(graph).edges)
    (('a', 'b', 'c'), 1)
    """
    papers = [
        node
        for node, attributes in graph.nodes(data=True)
        if is_paper(attributes) and not is_stub(attributes)
    ]
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
    return Scene(
        graph=graph,
        nodes=chosen.nodes,
        edges=chosen.edges,
        notes=notes_of(graph, chosen.nodes, len(chosen.edges), left),
        title=title,
        legend=legend,
        group_of=group_of,
        weighted=True,
    )


VIEW: Final = ViewDeclaration("map", draw, example="map --store lit.lbug -o map.html")
