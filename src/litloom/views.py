"""The views of a graph by name, and the papers and concepts in their questions as a person names them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from litloom.errors import QueryError
from litloom.records import KINDS

if TYPE_CHECKING:
    from litloom.graph.store import GraphStore
    from litloom.graph.view_scene import Scene
    from litloom.queries.questions import Questions


def map_view(
    store: GraphStore, *, title: str = "", max_nodes: int = 500, max_lines: int | None = None
) -> Scene:
    """Draw papers linked by the concepts that they share, coloured by community."""
    from litloom.graph.view_map import map_view as scene

    return scene(store, title=title or "Map of papers", max_nodes=max_nodes, max_edges=max_lines)


def paper_view(
    store: GraphStore,
    name: str,
    *,
    steps: int = 1,
    title: str = "",
    max_nodes: int = 150,
    max_lines: int | None = None,
) -> Scene:
    """Draw what is around a paper: concepts and papers, one or two steps away."""
    from litloom.graph.view_around import around_view
    from litloom.queries.names import Names

    found, _ = Names(store).paper(name)
    return around_view(
        store, found, distance=_steps(steps, 2), title=title, max_nodes=max_nodes, max_edges=max_lines
    )


def concept_view(
    store: GraphStore,
    name: str,
    *,
    steps: int = 1,
    title: str = "",
    max_nodes: int = 150,
    max_lines: int | None = None,
) -> Scene:
    """Draw what is around a concept: the papers that mention it, and at two steps their concepts."""
    from litloom.graph.view_around import around_view
    from litloom.queries.names import Names

    found, _ = Names(store).concept(name)
    return around_view(
        store, found, distance=_steps(steps, 2), title=title, max_nodes=max_nodes, max_edges=max_lines
    )


def concepts_view(
    store: GraphStore,
    *,
    kinds: Sequence[str] = KINDS,
    across: bool = False,
    title: str = "",
    max_nodes: int = 120,
    max_lines: int | None = None,
) -> Scene:
    """Draw which concepts occur together in papers, of some kinds or across kinds."""
    from litloom.graph.view_concepts import concepts_view as scene

    known = {kind.lower(): kind for kind in KINDS}
    unknown = [kind for kind in kinds if kind.lower() not in known]
    if unknown or not kinds:
        raise QueryError(
            f"no kind of concepts is called {', '.join(unknown)!r}; there are {', '.join(KINDS)}"
        )
    chosen = [known[kind.lower()] for kind in kinds]
    return scene(store, kinds=chosen, across=across, title=title, max_nodes=max_nodes, max_edges=max_lines)


def lineage_view(
    store: GraphStore,
    name: str,
    *,
    steps: int = 1,
    title: str = "",
    max_nodes: int = 60,
    max_lines: int | None = None,
) -> Scene:
    """Draw what a method, or a paper, rests on and what rests on it, by year from left to right."""
    from litloom.graph.view_lineage import lineage_view as scene
    from litloom.queries.names import Names

    found, _ = Names(store).paper_or_concept(name)
    return scene(
        store, found, distance=_steps(steps, 4), title=title, max_nodes=max_nodes, max_edges=max_lines
    )


def query_view(
    store: GraphStore,
    name: str,
    *,
    questions: Questions | None = None,
    arguments: Mapping[str, object] | None = None,
    title: str = "",
    max_nodes: int = 300,
    max_lines: int | None = None,
    **others: object,
) -> Scene:
    """Draw the answer of a canned query, where its rows name papers or concepts.

    The query's parameters are given by name, or together as `arguments`; `questions` has the queries, those
    of litloom if it is not given.
    """
    from litloom.graph.view_rows import rows_view
    from litloom.queries.arguments import bind
    from litloom.queries.names import Names
    from litloom.queries.questions import Questions

    given = {**(arguments or {}), **others}
    questions = questions or Questions(store)
    question = questions.query(name)
    rows = questions.ask(name, given)
    bound, _ = bind(question, given, Names(store))
    asked = [
        found
        for parameter in question.parameters
        if parameter.type not in ("int", "number", "text") and bound[parameter.name] != parameter.default
        for found in (
            [bound[parameter.name]] if isinstance(bound[parameter.name], str) else bound[parameter.name]
        )
    ]
    return rows_view(
        store, rows, asked=asked, title=title or question.question, max_nodes=max_nodes, max_edges=max_lines
    )


def cypher_view(
    store: GraphStore,
    query: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    title: str = "",
    max_nodes: int = 300,
    max_lines: int | None = None,
) -> Scene:
    """Draw the answer of a Cypher query, where its rows name papers or concepts."""
    from litloom.graph.view_rows import rows_view

    rows = store.read(query, parameters or {})
    return rows_view(store, rows, title=title or "Answer", max_nodes=max_nodes, max_edges=max_lines)


VIEWS: Final[Mapping[str, Callable[..., Scene]]] = {
    "map": map_view,
    "paper": paper_view,
    "concept": concept_view,
    "concepts": concepts_view,
    "lineage": lineage_view,
    "query": query_view,
    "cypher": cypher_view,
}


def make_view(store: GraphStore, what: str, names: Sequence[str], options: Mapping[str, Any]) -> Scene:
    """Return the scene of a view by its name; see `VIEWS` for the names and what each takes.

    Raises
    ------
    QueryError
        If there is no such view, it does not take these names and options, or they name nothing.
    """
    if what not in VIEWS:
        raise QueryError(f"no view is called {what!r}; there are {', '.join(VIEWS)}")
    try:
        bound = inspect.signature(VIEWS[what]).bind(store, *names, **options)
    except TypeError as error:
        raise QueryError(f"the view {what!r} cannot be drawn so: {error}") from error
    return VIEWS[what](*bound.args, **bound.kwargs)


def _steps(given: int, most: int) -> int:
    if not 1 <= given <= most:
        raise QueryError(f"steps must be from 1 to {most}, not {given}")
    return given
