"""What a view draws, whichever view it is: nodes and lines, their legend, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import networkx as nx

from litloom.graph.view_text import clean

#: The relationships in the order of what they tell of a pair; the first found gives the line its look.
#: The last two are made by views: concepts of one paper, and what one row of an answer names.
RELATIONS: Final = (
    "INTRODUCES",
    "CITES",
    "BUILDS_ON",
    "VARIANT_OF",
    "MENTIONS",
    "SHARES_CONCEPTS",
    "TOGETHER",
    "ROW",
)
#: Relationships that point from the later paper to the earlier.
DIRECTED: Final = frozenset({"CITES", "BUILDS_ON"})


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that look alike and have one entry in the legend: a kind, or a community of papers.

    Parameters
    ----------
    name
        What it is called in the page's data.
    label
        What a person reads.
    shape
        One of vis-network's shapes, so that groups are told apart without colours.
    colour
        A name in the page's palettes, which are made for colour-blind readers too.
    """

    name: str
    label: str
    shape: str
    colour: str


#: A group for each kind of node, in the order of the legend.
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
class Line:
    """One drawn line: a pair of nodes and the relationships between them, the most telling first."""

    source: str
    target: str
    labels: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A finished view, but for its page.

    Parameters
    ----------
    graph
        All that the page tells: nodes with `kind` and what the graph stores of them, edges with `label`.
    nodes
        Keys of the drawn nodes, in their order.
    lines
        The drawn lines.
    notes
        Sentences that say what is drawn and what was left out.
    title
        The heading of the page.
    legend
        The groups of drawn nodes.
    group_of
        The group of each drawn node, where it is not its kind.
    weighted
        Whether the lines are drawn as wide as their weight.
    marked
        The nodes that the view is about; they get a ring.
    places
        Where the nodes stand, if that means something; else a layout is computed.
    axis
        Names of the places along the first coordinate: years, where it is time.
    """

    graph: nx.MultiDiGraph[str]
    nodes: tuple[str, ...]
    lines: tuple[Line, ...]
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
    """Return whether a paper is known only because others cite it."""
    return is_paper(attributes) and attributes.get("known") is False


def is_drawable(attributes: Mapping[str, Any]) -> bool:
    """Return whether a view draws a node unasked: papers that were read, and concepts, also of no kind."""
    return not is_stub(attributes) and attributes.get("kind") in {*KINDS, None}


def kind_of(attributes: Mapping[str, Any]) -> str:
    """Return the kind of a node, ``"Other"`` where it is none that the legend knows."""
    kind = attributes.get("kind")
    return str(kind) if kind in KINDS else "Other"


def name_of(key: str, attributes: Mapping[str, Any]) -> str:
    """Return what a person calls a node; its key where it has no name."""
    return clean(attributes.get("title") or attributes.get("name"), 12_000) or clean(key, 200) or "(no name)"


def counted(count: int, one: str, many: str = "", rest: str = "") -> str:
    """Return how many there are in words, ``""`` where there are none.

    Examples
    --------
    >>> counted(1, "paper"), counted(1200, "paper"), counted(0, "paper")
    ('1 paper', '1,200 papers', '')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}{rest}" if count else ""


def weakest(drawn: int, of: int) -> str:
    """Return in words how many of the lines are not drawn, ``""`` where all are.

    Examples
    --------
    >>> weakest(400, 1694), weakest(3, 3)
    ('the weakest 1,294 of 1,694 lines', '')
    """
    return f"the weakest {of - drawn:,} of {of:,} lines" if of > drawn else ""


def listed(parts: Iterable[str], nothing: str = "") -> str:
    """Return the parts that are not empty as a person lists them.

    Examples
    --------
    >>> listed(["a", "", "b", "c"]), listed([], "nothing")
    ('a, b and c', 'nothing')
    """
    given = [part for part in parts if part]
    return " and ".join([", ".join(given[:-1]), given[-1]]) if len(given) > 1 else "".join(given) or nothing


def notes_of(
    graph: nx.MultiDiGraph[str], nodes: Sequence[str], lines: int, left: Iterable[str]
) -> tuple[str, ...]:
    """Return the sentences of a page's foot: what is drawn, and what was left out."""
    papers = sum(is_paper(graph.nodes[node]) for node in nodes)
    shown = [counted(papers, "paper"), counted(len(nodes) - papers, "concept"), counted(lines, "line")]
    missing = listed(left)
    return (f"{listed(shown, 'an empty picture')}.", *([f"Left out: {missing}."] if missing else []))
