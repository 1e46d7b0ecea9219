"""The scene that every view returns: nodes, edges, a legend and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import networkx as nx

from litloom.graph.views.page.text import clean

#: Relationships, the most informative first: an edge is styled by the first of those that it stands for.
#: The last two are added by views: concepts of the same papers, and nodes in the same row of an answer.
RELATIONS: Final = (
    *("INTRODUCES", "CITES", "BUILDS_ON", "VARIANT_OF", "MENTIONS", "SHARES_CONCEPTS"),
    *("TOGETHER", "ROW"),
)
#: Relationships from a later paper to an earlier one.
DIRECTED: Final = frozenset({"CITES", "BUILDS_ON"})


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes of the same appearance, with one entry in the legend: a kind, or a community of papers.

    `shape` is one of vis-network, so that groups differ in more than colour; `colour` is the name of a colour
    in the palettes of the page, which are safe for colour-blind readers.
    """

    name: str
    label: str
    shape: str
    colour: str


#: The group of each kind of node, in the order of the legend.
KIND_GROUPS: Final = (
    Group("Paper", "Papers", "dot", "Paper"),
    Group("Method", "Methods", "diamond", "Method"),
    Group("Dataset", "Datasets", "square", "Dataset"),
    Group("Hardware", "Hardware", "hexagon", "Hardware"),
    Group("Metric", "Metrics", "triangle", "Metric"),
    Group("Task", "Tasks", "star", "Task"),
    Group("Other", "Other concepts", "triangleDown", "Other"),
)
KINDS: Final = tuple(group.name for group in KIND_GROUPS)


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """An edge of a picture: a pair of nodes and all relationships between them, most informative first."""

    source: str
    target: str
    labels: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a view draws, before it is rendered as a page.

    Parameters
    ----------
    graph
        Everything the page can show: nodes with `kind` and the properties of the schema, edges with `label`.
    nodes, edges
        Keys of the drawn nodes, in order, and the drawn edges.
    notes
        Sentences about what is drawn and what was left out.
    title
        Heading of the page.
    legend, group_of
        Groups of nodes, and the group of each drawn node; by default its kind.
    weighted
        Whether the width of an edge is its weight.
    marked
        The nodes that the view is about, drawn with a ring.
    places
        Position ``(x, y)`` of each drawn node in pixels; by default a layout is computed.
    axis
        Labels along x, such as years, with their positions in pixels.
    """

    graph: nx.MultiDiGraph[str]
    nodes: tuple[str, ...]
    edges: tuple[DrawnEdge, ...]
    notes: tuple[str, ...]
    title: str = "litloom"
    legend: tuple[Group, ...] = KIND_GROUPS
    group_of: Mapping[str, str] = field(default_factory=dict)
    weighted: bool = False
    marked: frozenset[str] = frozenset()
    places: Mapping[str, tuple[float, float]] | None = None
    axis: tuple[tuple[str, float], ...] = ()

    def group(self, node: str) -> str:
        """Return the name of a drawn node's group."""
        return self.group_of.get(node) or kind_of(self.graph.nodes[node])


def is_paper(attributes: Mapping[str, Any]) -> bool:
    """Return whether these are the attributes of a paper rather than of a concept."""
    return attributes.get("kind") == "Paper"


def is_stub(attributes: Mapping[str, Any]) -> bool:
    """Return whether these are the attributes of a paper that is only cited."""
    return is_paper(attributes) and attributes.get("known") is False


def is_drawable(attributes: Mapping[str, Any]) -> bool:
    """Return whether views draw a node by default: concepts, and papers that are not only cited."""
    return not is_stub(attributes) and attributes.get("kind") in {*KINDS, None}


def kind_of(attributes: Mapping[str, Any]) -> str:
    """Return the kind of a node, or ``"Other"`` if the legend has no such kind."""
    kind = attributes.get("kind")
    return str(kind) if kind in KINDS else "Other"


def name_of(key: str, attributes: Mapping[str, Any]) -> str:
    """Return the title or name of a node, or its key if it has none."""
    return clean(attributes.get("title") or attributes.get("name"), 12_000) or clean(key, 200) or "(no name)"


def counted(count: int, one: str, many: str = "", rest: str = "") -> str:
    """Return a number with its noun, or ``""`` for 0.

    Examples
    --------
    >>> counted(1, "paper"), counted(1200, "paper"), counted(0, "paper")
    ('1 paper', '1,200 papers', '')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}{rest}" if count else ""


def weakest(drawn: int, of: int) -> str:
    """Return a phrase for the number of edges that are not drawn, or ``""`` if all are."""
    return f"the weakest {of - drawn:,} of {of:,} edges" if of > drawn else ""


def listed(parts: Iterable[str], nothing: str = "") -> str:
    """Return the parts that are not empty, joined with commas and "and".

    Examples
    --------
    >>> listed(["a", "", "b", "c"]), listed([], "nothing")
    ('a, b and c', 'nothing')
    """
    given = [part for part in parts if part]
    return " and ".join([", ".join(given[:-1]), given[-1]]) if len(given) > 1 else "".join(given) or nothing


def notes_of(
    graph: nx.MultiDiGraph[str], nodes: Sequence[str], edges: int, left: Iterable[str]
) -> tuple[str, ...]:
    """Return sentences about what is drawn and what was left out."""
    papers = sum(is_paper(graph.nodes[node]) for node in nodes)
    shown = [counted(papers, "paper"), counted(len(nodes) - papers, "concept"), counted(edges, "edge")]
    missing = listed(left)
    return (f"{listed(shown, 'an empty picture')}.", *([f"Left out: {missing}."] if missing else []))
