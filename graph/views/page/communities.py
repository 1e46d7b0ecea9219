"""Communities of papers, labelled by their most characteristic concepts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import networkx as nx

from litloom.graph.views.page.scene import Group, is_paper, kind_of, name_of
from litloom.graph.views.page.text import cut

_SHAPES: Final = ("dot", "diamond", "square", "triangle", "hexagon", "star", "triangleDown")
_COLOURS: Final = 7
_FEWEST: Final = 3
_MOST_GROUPS: Final = 12
#: Weights of kinds in labels: methods and tasks characterise a field better than metrics and hardware.
_KIND_WEIGHTS: Final = {"Method": 1.0, "Task": 1.2, "Dataset": 0.7, "Hardware": 0.7, "Metric": 0.4}
REST: Final = Group("rest", "Other papers", "dot", "Other")


def communities(
    papers: Sequence[str], pairs: Iterable[tuple[str, str, float]], *, seed: int = 7
) -> list[list[str]]:
    """Return communities of papers by the Louvain method (Blondel et al., 2008), the largest first.

    Each is in the order of `papers`. `pairs` are ``(paper, paper, weight)``, the weight being positive.

    Examples
    --------
    >>> communities(["a", "b", "c", "d"], [("a", "b", 1.0), ("c", "d", 1.0)])
    [['a', 'b'], ['c', 'd']]
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(papers)
    graph.add_weighted_edges_from(pairs)
    place = {paper: i for i, paper in enumerate(papers)}
    found = nx.community.louvain_communities(graph, weight="weight", seed=seed)
    ordered = [sorted(community, key=place.__getitem__) for community in found]
    return sorted(ordered, key=lambda community: (-len(community), place[community[0]]))


def groups(
    graph: nx.MultiDiGraph[str], found: Sequence[Sequence[str]]
) -> tuple[tuple[Group, ...], dict[str, str]]:
    """Return a legend of the larger of the communities `found`, and the group of each paper by its id.

    The label of a community is the concepts that many of its papers and few other papers mention.
    """
    named = [community for community in found if len(community) >= _FEWEST][:_MOST_GROUPS]
    group_of = {paper: REST.name for community in found for paper in community}
    concepts = {
        paper: {end for end in graph.successors(paper) if not is_paper(graph.nodes[end])}
        for paper in group_of
    }
    legend = []
    for i, community in enumerate(named):
        label = " · ".join(_marks(graph, community, concepts)) or f"Group {i + 1}"
        shape = _SHAPES[(i + i // _COLOURS) % len(_SHAPES)]
        legend.append(Group(f"c{i}", label, shape, f"c{i % _COLOURS}"))
        group_of.update(dict.fromkeys(community, f"c{i}"))
    if REST.name in group_of.values():
        legend.append(REST)
    return tuple(legend), group_of


def _marks(
    graph: nx.MultiDiGraph[str], community: Sequence[str], concepts: Mapping[str, set[str]], most: int = 3
) -> list[str]:
    """Return names of concepts that are frequent in a community, and more so than in other papers."""
    inside = Counter(concept for paper in community for concept in concepts[paper])
    everywhere = Counter(concept for names in concepts.values() for concept in names)

    def worth(concept: str) -> float:
        share = inside[concept] / len(community)
        lift = share * len(concepts) / everywhere[concept]
        return share * math.log(max(lift, 1)) * _KIND_WEIGHTS.get(kind_of(graph.nodes[concept]), 0.7)

    ranked = sorted((c for c, n in inside.items() if n > 1), key=lambda c: (-worth(c), c))
    names: list[str] = []
    for concept in ranked:
        name = cut(name_of(concept, graph.nodes[concept]), 28)
        known = any(name.lower() in other.lower() or other.lower() in name.lower() for other in names)
        if worth(concept) > 0 and not known and len(names) < most:
            names.append(name)
    return names
