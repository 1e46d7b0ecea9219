"""The views of a graph by name, and the papers and concepts in their questions as a person names them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from litloom.errors import QueryError
from litloom.graph import view_concepts, view_lineage, view_map
from litloom.graph.view_around import around_view
from litloom.graph.view_rows import rows_view
from litloom.graph.view_scene import Scene
from litloom.queries.questions import Questions
from litloom.records import KINDS


def map_view(
    questions: Questions, /, *, title: str = "", max_nodes: int = 500, max_lines: int | None = None
) -> Scene:
    """Draw papers linked by the concepts that they share, coloured by community."""
    return view_map.map_view(
        questions.store, title=title or "Map of papers", max_nodes=max_nodes, max_edges=max_lines
    )


def paper_view(
    questions: Questions,
    /,
    name: str,
    *,
    steps: int = 1,
    title: str = "",
    max_nodes: int = 150,
    max_lines: int | None = None,
) -> Scene:
    """Draw what is around a paper: concepts and papers, one or two steps away."""
    found, _ = questions.names.paper(name)
    return around_view(
        questions.store,
        found,
        distance=_steps(steps, 2),
        title=title,
        max_nodes=max_nodes,
        max_edges=max_lines,
    )


def concept_view(
    questions: Questions,
    /,
    name: str,
    *,
    steps: int = 1,
    title: str = "",
    max_nodes: int = 150,
    max_lines: int | None = None,
) -> Scene:
    """Draw what is around a concept: the papers that mention it, and at two steps their concepts."""
    found, _ = questions.names.concept(name)
    return around_view(
        questions.store,
        found,
        distance=_steps(steps, 2),
        title=title,
        max_nodes=max_nodes,
        max_edges=max_lines,
    )


def concepts_view(
    questions: Questions,
    /,
    *,
    kinds: Sequence[str] = KINDS,
    across: bool = False,
    title: str = "",
    max_nodes: int = 120,
    max_lines: int | None = None,
) -> Scene:
    """Draw which concepts occur together in papers, of some kinds or across kinds."""
    known = {kind.lower(): kind for kind in KINDS}
    unknown = [kind for kind in kinds if kind.lower() not in known]
    if unknown or not kinds:
        raise QueryError(
            f"no kind of concepts is called {', '.join(unknown)!r}; there are {', '.join(KINDS)}"
        )
    chosen = [known[kind.lower()] for kind in kinds]
    return view_concepts.concepts_view(
        questions.store,
        kinds=chosen,
        across=across,
        title=title,
        max_nodes=max_nodes,
        max_edges=max_lines,
    )


def lineage_view(
    questions: Questions,
    /,
    name: str,
    *,
    steps: int = 1,
    title: str = "",
    max_nodes: int = 60,
    max_lines: int | None = None,
) -> Scene:
    """Draw what a method, or a paper, rests on and what rests on it, by year from left to right."""
    found, _ = questions.names.paper_or_concept(name)
    return view_lineage.lineage_view(
        questions.store,
        found,
        distance=_steps(steps, 4),
        title=title,
        max_nodes=max_nodes,
        max_edges=max_lines,
    )


def query_view(
    questions: Questions,
    name: str,
    /,
    *,
    arguments: Mapping[str, object] | None = None,
    title: str = "",
    max_nodes: int = 300,
    max_lines: int | None = None,
    **others: object,
) -> Scene:
    """Draw the answer of a canned query, where its rows name papers or concepts.

    The query's parameters are given by name, or together as `arguments`.
    """
    question = questions.query(name)
    answer = questions.ask(name, {**(arguments or {}), **others})
    asked: list[str] = []
    for parameter in question.parameters:
        given = answer.arguments[parameter.name]
        if parameter.type not in ("int", "number", "text") and given != parameter.default:
            asked += [given] if isinstance(given, str) else given
    return rows_view(
        questions.store,
        answer,
        asked=asked,
        title=title or question.question,
        max_nodes=max_nodes,
        max_edges=max_lines,
    )


def cypher_view(
    questions: Questions,
    /,
    query: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    title: str = "",
    max_nodes: int = 300,
    max_lines: int | None = None,
) -> Scene:
    """Draw the answer of a Cypher query, where its rows name papers or concepts."""
    rows = questions.store.read(query, parameters or {})
    return rows_view(questions.store, rows, title=title or "Answer", max_nodes=max_nodes, max_edges=max_lines)


VIEWS: Final[Mapping[str, Callable[..., Scene]]] = {
    "map": map_view,
    "paper": paper_view,
    "concept": concept_view,
    "concepts": concepts_view,
    "lineage": lineage_view,
    "query": query_view,
    "cypher": cypher_view,
}


def make_view(questions: Questions, what: str, names: Sequence[str], options: Mapping[str, Any]) -> Scene:
    """Return the scene of a view by its name; see `VIEWS` for the names and what each takes.

    Raises
    ------
    QueryError
        If there is no such view, it does not take these names and options, or they name nothing.
    """
    if what not in VIEWS:
        raise QueryError(f"no view is called {what!r}; there are {', '.join(VIEWS)}")
    try:
        bound = inspect.signature(VIEWS[what]).bind(questions, *names, **options)
    except TypeError as error:
        raise QueryError(f"the view {what!r} cannot be drawn so: {error}") from error
    return VIEWS[what](*bound.args, **bound.kwargs)


def _steps(given: int, most: int) -> int:
    if not 1 <= given <= most:
        raise QueryError(f"steps must be from 1 to {most}, not {given}")
    return given
