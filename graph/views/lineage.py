"""The lineage of a concept or a paper: what it builds on and what builds on it, by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

import networkx as nx

from litloom.graph.stores.base import GraphStore
from litloom.graph.views.declaration import (
    Option,
    PageOptions,
    PaperOrConceptName,
    Questions,
    ViewDeclaration,
)
from litloom.graph.views.page.fetch import CONCEPT, EARLIER, INTRODUCED, LATER, load, neighbours, walk
from litloom.graph.views.page.scene import DrawnEdge, Scene, is_paper, name_of, notes_of
from litloom.graph.views.page.selection import select

_RELATIONS: Final = ("INTRODUCES", "BUILDS_ON", "CITES", "VARIANT_OF")
_UNDATED: Final = "no year"
_COLUMN: Final = 170.0
_ROW: Final = 105.0
_TALLEST: Final = 9
_SWEEPS: Final = 12


Steps = Annotated[int, Option(help="Number of steps, both back and forward in time.", least=1, most=4)]


def draw(questions: Questions, options: PageOptions, name: PaperOrConceptName, *, steps: Steps = 1) -> Scene:
    """Draw what a method or paper builds on and what builds on it, by year from left to right.

    Papers that are built on have priority over papers that are merely cited.
    """
    store = questions.store
    about = {name, *neighbours(store, [name], [*INTRODUCED, EARLIER[0]])}
    first = _first_to_mention(store, name) if about == {name} else None
    about |= {first} if first else set()
    strengths: dict[str, float] = {}
    for paths in (EARLIER, LATER):
        for node, strength in walk(store, sorted(about), paths, steps).items():
            strengths[node] = max(strengths.get(node, 0.0), strength)
    ranked = sorted(strengths, key=lambda node: (node not in about, -strengths[node], node))
    papers = ranked[: options.max_nodes]
    introduced = neighbours(store, papers, INTRODUCED, most=1)
    graph = load(store, [*strengths, *introduced], mentioned=True)
    room = max(0, options.max_nodes - len(papers))
    drawn = dict.fromkeys([*papers, *sorted(introduced)[:room]])
    shown = name_of(name, graph.nodes[name])
    return lineage_scene(
        graph,
        [node for node in drawn if node in graph],
        about,
        title=options.title or f"Lineage of {shown}",
        missing=len(strengths.keys() | introduced.keys()) - len(drawn),
        note=f"No paper here introduces {shown}; its lineage starts at the first that mentions it."
        if first
        else "",
        max_edges=options.max_edges,
    )


def _first_to_mention(store: GraphStore, concept: str) -> str | None:
    """Return the earliest paper that mentions a concept, preferably in its title."""
    rows = store.read(
        f"MATCH (c:{CONCEPT} {{id: $id}})<-[r:MENTIONS]-(p:Paper) WHERE p.year IS NOT NULL "
        "RETURN p.id AS id, p.year AS year, r.in_title AS titled",
        {"id": concept},
    )
    found = sorted((year, not titled, paper) for paper, year, titled in rows.values)
    return found[0][2] if found else None


def lineage_scene(
    graph: nx.MultiDiGraph[str],
    nodes: Sequence[str],
    about: Collection[str],
    *,
    title: str,
    missing: int = 0,
    note: str = "",
    max_edges: int | None = None,
) -> Scene:
    """Return a scene of `nodes` placed by year; the lineage is that of the nodes in `about`.

    The notes count the nodes that are `missing`. By default there are at most two edges per node, but at
    least 40.
    """
    budget = max(40, 2 * len(nodes)) if max_edges is None else max_edges
    chosen = select(
        graph, of=nodes, relations=_RELATIONS, marked=about, max_nodes=len(nodes), max_edges=budget
    )
    edges = [*chosen.edges, *_mentions_between(graph, about, chosen.edges)]
    years = {node: _year(graph, node) for node in nodes}
    pairs = [(edge.source, edge.target) for edge in edges]
    places, axis = _by_year(years, pairs)
    notes = [*notes_of(graph, chosen.nodes, len(edges), ()), *chosen.notes[1:], *([note] if note else [])]
    if missing > 0:
        notes.append(f"{missing:,} more are further away or more weakly linked.")
    shown = {node: places[node] for node in chosen.nodes}
    return replace(chosen, edges=tuple(edges), notes=tuple(notes), title=title, places=shown, axis=axis)


def _mentions_between(
    graph: nx.MultiDiGraph[str], about: Collection[str], edges: Iterable[DrawnEdge]
) -> list[DrawnEdge]:
    """Return the mentions between the nodes in `about` that no other edge links."""
    linked = {frozenset((edge.source, edge.target)) for edge in edges}
    return [
        DrawnEdge(paper, concept, ("MENTIONS",), 1.0)
        for paper, concept, label in graph.edges(keys=True)
        if label == "MENTIONS" and {paper, concept} <= {*about} and frozenset((paper, concept)) not in linked
    ]


def _year(graph: nx.MultiDiGraph[str], node: str) -> int | None:
    """Return the year of a paper; for a concept, of the first paper that introduces it, or mentions it."""
    if is_paper(graph.nodes[node]):
        year: Any = graph.nodes[node].get("year")
        return year if isinstance(year, int) else None
    of: dict[str, list[int]] = defaultdict(list)
    for paper, _, attributes in graph.in_edges(node, data=True):
        if isinstance(year := graph.nodes[paper].get("year"), int):
            of[str(attributes.get("label"))].append(year)
    return min(of["INTRODUCES"] or of["MENTIONS"], default=None)


def _by_year(
    years: Mapping[str, int | None], pairs: Iterable[tuple[str, str]]
) -> tuple[dict[str, tuple[float, float]], tuple[tuple[str, float], ...]]:
    """Return the position of each node, in the column of its year, and the names of the columns.

    Rows are ordered by the mean row of their neighbours, repeatedly, so that few edges cross (Sugiyama,
    Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures", 1981).
    """
    near: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        near[one].append(other)
        near[other].append(one)
    columns: dict[int | None, list[str]] = defaultdict(list)
    for node, year in years.items():
        columns[year].append(node)
    order = sorted(columns, key=lambda year: (year is not None, year or 0))
    row = {node: i - (len(column) - 1) / 2 for column in columns.values() for i, node in enumerate(column)}
    for sweep in range(_SWEEPS):
        for year in order if sweep % 2 else order[::-1]:
            means = {
                n: sum(row[m] for m in near[n]) / len(near[n]) if near[n] else row[n] for n in columns[year]
            }
            columns[year].sort(key=lambda node: (means[node], node))
            for i, node in enumerate(columns[year]):
                row[node] = i - (len(columns[year]) - 1) / 2
    places: dict[str, tuple[float, float]] = {}
    axis = []
    x = 0.0
    for i, year in enumerate(order):
        width = -(-len(columns[year]) // _TALLEST)
        gap = 0 if i == 0 or year is None or order[i - 1] is None else year - (order[i - 1] or 0) - 1
        x += _COLUMN * (0.35 * min(gap, 3))
        axis.append((_UNDATED if year is None else str(year), round(x + _COLUMN * (width - 1) / 2)))
        for place, node in enumerate(columns[year]):
            # Wide columns are filled row by row, so that nodes next to each other in the order stay close.
            # Every other column is shifted by half a row, which leaves room for labels.
            level = place // width - (len(columns[year]) / width - 1) / 2
            aside = (len(axis) % 2) * 0.5
            places[node] = (x + _COLUMN * (place % width), _ROW * (level + aside))
        x += _COLUMN * width
    return places, tuple(axis)


VIEW: Final = ViewDeclaration(
    "lineage", draw, max_nodes=60, example='lineage "LoRA" --store lit.lbug -o lora.html'
)
