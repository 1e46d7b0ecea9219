"""The answer of a query as a graph: the papers and concepts that its rows name, linked row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import networkx as nx

from litloom.errors import QueryError
from litloom.graph.stores.base import GraphStore, Rows
from litloom.graph.views.page.fetch import CONCEPT, load
from litloom.graph.views.page.options import PageOptions
from litloom.graph.views.page.scene import Scene
from litloom.graph.views.page.selection import thinned
from litloom.graph.views.page.text import clean
from litloom.records import KINDS

_MOST_IN_CELL: Final = 30


class AnswerRow(NamedTuple):
    """One row: ids of the papers and concepts that it names, and its other cells as text."""

    nodes: tuple[str, ...]
    rest: tuple[str, ...]


def rows_scene(store: GraphStore, rows: Rows, options: PageOptions, *, asked: Sequence[str] = ()) -> Scene:
    """Return a scene of the answer of a query.

    Parameters
    ----------
    store
        The graph that was queried.
    rows
        The answer. A cell may be a paper or a concept, an id, a title, a name, or a list of these.
    options
        Heading and size of the page.
    asked
        Ids of the papers and concepts that the query is about: each row is linked to them.

    Raises
    ------
    QueryError
        If the rows name no paper and no concept.
    """
    answers = list(_answer_rows(rows, _Names(store, rows)))
    nodes = dict.fromkeys([*asked, *(node for answer in answers for node in answer.nodes)])
    if not answers:
        reason = (
            "the rows of this answer name no paper and no concept" if len(rows) else "the answer has no rows"
        )
        raise QueryError(f"nothing to draw: {reason}")
    graph = load(store, nodes, mentioned=True)
    _link_rows(graph, answers, asked)
    scene = thinned(
        _answer_alone(graph, nodes),
        replace(options, title=options.title or "Answer"),
        of=[node for node in nodes if node in graph],
        keep=list(nodes)[: options.max_nodes],
        marked=asked,
    )
    return replace(scene, graph=graph)


def _answer_alone(graph: nx.MultiDiGraph[str], nodes: Collection[str]) -> nx.MultiDiGraph[str]:
    """Return the graph with only the rows' edges between `nodes`; unchanged if the rows link nothing."""
    in_rows = {frozenset(edge[:2]) for edge in graph.edges(keys=True) if edge[2] == "ROW"}
    if not in_rows:
        return graph
    inside = {frozenset(edge[:2]) for edge in graph.subgraph(nodes).edges(keys=True)} - in_rows
    others = [edge for edge in graph.edges(keys=True) if frozenset(edge[:2]) in inside]
    alone = graph.copy()
    alone.remove_edges_from(others)
    return alone


def _link_rows(graph: nx.MultiDiGraph[str], answers: Iterable[AnswerRow], asked: Sequence[str]) -> None:
    """Link the nodes of each row to its first node, and that one to `asked`; edges carry the row's text."""
    for answer in answers:
        named = [node for node in answer.nodes if node in graph]
        ends = [(node, named[0]) for node in asked if node in graph and named and node not in named]
        ends += [(named[0], other) for other in named[1:]]
        for source, target in ends:
            says = graph.get_edge_data(source, target, "ROW", {}).get("says", ())
            graph.add_edge(source, target, "ROW", label="ROW", says=says + answer.rest)


class _Names:
    """The papers and concepts that the texts of an answer name, by column."""

    def __init__(self, store: GraphStore, rows: Rows) -> None:
        texts: dict[str, Counter[str]] = {column: Counter() for column in rows.columns}
        for row in rows:
            for column, cell in row.items():
                texts[column].update(text for text in _texts(cell) if text)
        wanted = sorted({text for counts in texts.values() for text in counts})
        papers = self._find(store, "Paper", "title", wanted)
        concepts = self._find(store, CONCEPT, "name", wanted)
        self._of = {column: _column(column, counts, papers, concepts) for column, counts in texts.items()}

    def __call__(self, column: str, text: str) -> str | None:
        """Return the id of the node that a text in a column names."""
        return self._of[column].get(text)

    @staticmethod
    def _find(store: GraphStore, label: str, name: str, texts: list[str]) -> dict[str, list[tuple[str, str]]]:
        """Return, for each text, the (kind, id) of the nodes with that id or name, most mentioned first."""
        if not texts:
            return {}
        rank = "0" if label == "Paper" else "n.paper_count"
        found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for match in (
            f"UNWIND $texts AS text MATCH (n:{label} {{id: text}})",
            f"MATCH (n:{label}) WHERE n.{name} IN $texts",
        ):
            rows = store.read(
                f"{match} RETURN n.id AS id, n.{name} AS name, labels(n) AS kind, {rank} AS rank",
                {"texts": texts},
            )
            for node, called, labels, known in rows.values:
                kind = next((k for k in KINDS if k in labels), "Paper")
                for text in {node, called}:
                    found[text].append((-(known or 0), kind, node))
        return {text: [pair[1:] for pair in sorted(nodes)] for text, nodes in found.items()}


def _column(
    column: str,
    counts: Counter[str],
    papers: dict[str, list[tuple[str, str]]],
    concepts: dict[str, list[tuple[str, str]]],
) -> dict[str, str]:
    """Return the nodes that the texts of a column name: papers or concepts, whichever are more.

    A column names nothing if fewer than half of its texts do: then a year, a kind or a sentence matches a
    name by chance. A column named after a kind of concepts names only concepts of that kind.
    """
    about = column.lower().rstrip("s")
    kinds = [kind for kind in KINDS if about.endswith(kind.lower().rstrip("s"))] or KINDS
    of_kind = {
        text: fitting[0][1]
        for text, nodes in concepts.items()
        if text in counts and (fitting := [node for node in nodes if node[0] in kinds])
    }
    of_papers = {text: nodes[0][1] for text, nodes in papers.items() if text in counts}
    best = max((of_papers, of_kind), key=lambda found: sum(counts[text] for text in found))
    shown = sum(counts[text] for text in best)
    return best if shown and 2 * shown >= counts.total() and not counts.keys() <= {*KINDS} else {}


def _answer_rows(rows: Rows, names: _Names) -> Iterator[AnswerRow]:
    for row in rows:
        nodes: list[str] = []
        rest = []
        for column, cell in row.items():
            named = [node for text in _texts(cell) if (node := names(column, text))]
            nodes += named
            if not named and cell not in (None, "", []):
                rest.append(f"{column}: {_shown(cell)}")
        if nodes:
            yield AnswerRow(tuple(dict.fromkeys(nodes)), tuple(rest))


def _texts(cell: Any) -> list[str]:
    """Return the texts in a cell that may name a paper or a concept."""
    if isinstance(cell, str):
        return [cell]
    if isinstance(cell, dict):
        return [str(cell["id"])] if "id" in cell else []
    if isinstance(cell, list | tuple):
        return [text for item in cell[:_MOST_IN_CELL] for text in _texts(item)]
    return []


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.3g}"
    if isinstance(cell, list | tuple):
        return "; ".join(_shown(item) for item in cell[:_MOST_IN_CELL])
    return clean(cell, 400)
