"""What of a graph is drawn: all of it where that stays readable, else its most telling part, said in words.

A picture has a budget of nodes and one of lines. Where a graph exceeds them, concepts that a single paper
mentions go first, for they link nothing. Then the weakest concepts, papers and lines follow. A line is weak
where what it says is common: a mention of a concept that most papers mention weighs little. Before any line
is chosen by weight, each node gets its strongest one, so that thinning leaves as few nodes alone as it can.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

import networkx as nx

from litloom.graph.view_scene import (
    RELATIONS,
    Line,
    Scene,
    counted,
    is_drawable,
    is_paper,
    notes_of,
    weakest,
)

_MOST_LINES: Final = 1_200
_WORTH: Final = dict(zip(RELATIONS, (4.0, 3.0, 1.2, 2.0, 1.0, 0.15, 1.0, 5.0), strict=True))


@dataclass(frozen=True, slots=True)
class Selection:
    """The drawn part of a graph.

    Parameters
    ----------
    nodes
        Keys of the drawn nodes, in the order of the graph.
    lines
        The drawn lines, in the order of the graph.
    notes
        Sentences that say what is drawn and what was left out.
    """

    nodes: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = field(default=())


def select(
    graph: nx.MultiDiGraph[str],
    *,
    of: Collection[str] | None = None,
    keep: Collection[str] = (),
    marked: Collection[str] = (),
    relations: Collection[str] | None = None,
    max_nodes: int = 700,
    max_edges: int | None = None,
) -> Selection:
    """Return what of a graph to draw within the budgets.

    Parameters
    ----------
    graph
        Papers, concepts and their relationships.
    of
        The nodes that may be drawn; where none are given, papers and concepts, but no papers that are only
        cited.
    keep
        Nodes that are drawn in any case.
    marked
        Nodes whose lines are drawn in any case.
    relations
        The relationships that are drawn; all where none are given.
    max_nodes
        The greatest number of nodes.
    max_edges
        The greatest number of lines; where none is given, so many that one can still follow them: five for
        every two nodes, but no fewer than 400 and no more than 1,200.

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
    2 papers, 1 concept and 2 lines. Left out: 1 concept that only one paper mentions.
    """
    kept = {n for n, a in graph.nodes(data=True) if is_drawable(a)} if of is None else set(of)
    holders = _holders(graph)
    lines = _lines(graph, kept, holders, relations)
    lone = weak = papers_left = 0
    if len(kept) > max_nodes or len(lines) > (_MOST_LINES if max_edges is None else max_edges):
        single = {n for n in kept if not is_paper(graph.nodes[n]) and len(holders[n]) < 2}.difference(keep)
        # Where next to nothing would remain, the graph is a neighbourhood, and single concepts are its point.
        if len(kept) > max_nodes or len(kept) - len(single) > max_nodes // 4:
            kept -= single
            lone = len(single)
    if len(kept) > max_nodes:
        chosen = _strongest_nodes(graph, kept, lines, max_nodes, keep)
        gone = Counter(is_paper(graph.nodes[n]) for n in kept - chosen)
        papers_left, weak = gone[True], gone[False]
        kept = chosen
    within = [line for line in lines if line.source in kept and line.target in kept]
    telling = _without_repeats(within, holders, kept)
    budget = min(max(400, len(kept) * 5 // 2), _MOST_LINES) if max_edges is None else max_edges
    drawn = strongest_lines(telling, budget, marked)
    nodes = tuple(n for n in graph if n in kept)
    left = [
        counted(lone, "concept", rest=" that only one paper mentions"),
        counted(weak, "concept that links little", "concepts that link little"),
        counted(papers_left, "paper", rest=" with few links"),
        weakest(len(drawn), len(telling)),
        counted(len(within) - len(telling), "line", rest=" between papers that share a drawn concept"),
    ]
    return Selection(nodes, tuple(drawn), notes_of(graph, nodes, len(drawn), left))


def thinned(
    graph: nx.MultiDiGraph[str],
    *,
    title: str = "litloom",
    of: Collection[str] | None = None,
    keep: Collection[str] = (),
    marked: Collection[str] = (),
    max_nodes: int = 700,
    max_edges: int | None = None,
) -> Scene:
    """Return papers and concepts as one scene, thinned by `select`."""
    selection = select(graph, of=of, keep=keep, marked=marked, max_nodes=max_nodes, max_edges=max_edges)
    return Scene(
        graph=graph,
        nodes=selection.nodes,
        lines=selection.lines,
        notes=selection.notes,
        title=title,
        marked=frozenset(marked),
    )


def _holders(graph: nx.MultiDiGraph[str]) -> dict[str, set[str]]:
    """Return the papers that mention or introduce each concept."""
    holders: dict[str, set[str]] = defaultdict(set)
    for source, target, attributes in graph.edges(data=True):
        if attributes.get("label") in {"MENTIONS", "INTRODUCES"}:
            holders[target].add(source)
    return holders


def _lines(
    graph: nx.MultiDiGraph[str],
    of: Collection[str],
    holders: dict[str, set[str]],
    relations: Collection[str] | None,
) -> list[Line]:
    """Return one line for each linked pair, with its weight."""
    papers = sum(is_paper(a) for _, a in graph.nodes(data=True))
    pairs: dict[tuple[str, str], list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
    for source, target, attributes in graph.edges(data=True):
        drawable = source != target and source in of and target in of
        if drawable and (relations is None or attributes.get("label") in relations):
            pairs[min(source, target), max(source, target)].append((source, target, attributes))
    lines = []
    for bundle in pairs.values():
        bundle.sort(key=lambda edge: _rank(edge[2].get("label")))
        source, target, _ = bundle[0]
        labels = tuple(dict.fromkeys(str(a.get("label") or "") for _, _, a in bundle))
        weight = sum(_weight(a, papers, len(holders.get(t, ()))) for _, t, a in bundle)
        lines.append(Line(source, target, labels, weight))
    return lines


def _rank(label: object) -> int:
    return RELATIONS.index(label) if label in RELATIONS else len(RELATIONS)


def _weight(attributes: dict[str, Any], papers: int, holders: int) -> float:
    """Return how much one relationship tells; a mention the more, the fewer papers hold the concept."""
    label = attributes.get("label")
    worth = _WORTH.get(str(label), 0.5)
    if label == "MENTIONS":
        rarity = math.log((1 + papers) / (1 + holders)) + 0.1
        certainty = _number(attributes.get("confidence"), 0.5)
        emphasis = (2.0 if attributes.get("in_title") else 1.0) + math.log1p(
            max(0.0, _number(attributes.get("count"), 1.0) - 1)
        )
        return worth * max(rarity, 0.05) * certainty * emphasis
    if label == "SHARES_CONCEPTS":
        return worth * (1 + _number(attributes.get("score"), 0.0))
    return worth


def _number(value: object, missing: float) -> float:
    usable = isinstance(value, int | float) and math.isfinite(value)
    return float(value) if usable and isinstance(value, int | float) else missing


def _strongest_nodes(
    graph: nx.MultiDiGraph[str], kept: set[str], lines: list[Line], budget: int, keep: Collection[str]
) -> set[str]:
    """Return the best linked nodes; papers get three fifths of the budget, more where concepts are few."""
    strength: dict[str, float] = dict.fromkeys(kept, 0.0)
    for line in lines:
        if line.source in kept and line.target in kept:
            strength[line.source] += line.weight
            strength[line.target] += line.weight
    ranked = sorted((n for n in graph if n in kept), key=lambda n: (n not in keep, -strength[n]))
    papers = [n for n in ranked if is_paper(graph.nodes[n])]
    concepts = [n for n in ranked if not is_paper(graph.nodes[n])]
    room = max(budget * 3 // 5, budget - len(concepts))
    chosen = papers[:room]
    return {*chosen, *concepts[: budget - len(chosen)]}


def _without_repeats(lines: list[Line], holders: dict[str, set[str]], kept: set[str]) -> list[Line]:
    """Return the lines without those that only say what drawn concepts show: that papers share them."""
    holds: dict[str, set[str]] = defaultdict(set)
    for concept, papers in holders.items():
        if concept in kept:
            for paper in papers:
                holds[paper].add(concept)
    return [
        line
        for line in lines
        if line.labels != ("SHARES_CONCEPTS",) or not holds[line.source] & holds[line.target]
    ]


def strongest_lines(lines: list[Line], budget: int, marked: Collection[str] = ()) -> list[Line]:
    """Return the lines that fit: by turns, each node's strongest, then each one's next."""
    if len(lines) <= budget:
        return lines
    order = sorted(range(len(lines)), key=lambda i: (-lines[i].weight, i))
    seen: Counter[str] = Counter()
    turns = {}
    for i in order:
        line = lines[i]
        first = line.source in marked or line.target in marked
        turns[i] = -1 if first else min(seen[line.source], seen[line.target])
        seen.update((line.source, line.target))
    order.sort(key=lambda i: turns[i])
    return [lines[i] for i in sorted(order[:budget])]
