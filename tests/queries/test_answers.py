"""Every canned query is right: its rows are those of an independent computation, in the same order."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from litloom import Graph
from litloom.graph.stores.base import open_store
from litloom.queries.catalogue import catalogue
from litloom.queries.query_file import CannedQuery
from tests.queries.crafted import World, crafted_tables, world
from tests.queries.expected import EXPECTED

ROUNDS = 12


@pytest.fixture(scope="module")
def crafted() -> World:
    return world(crafted_tables())


@pytest.fixture(scope="module")
def stored() -> Iterator[Graph]:
    with open_store(None, must_exist=False) as store:
        store.replace(crafted_tables())
        yield Graph(store)


def drawn_arguments(query: CannedQuery, crafted: World, draw: random.Random) -> dict[str, Any]:
    """Return arguments that the crafted graph has, other ones each time."""
    papers, concepts = sorted(crafted.known), sorted(crafted.concepts)
    either = draw.choice((papers, concepts, papers + concepts))

    def value(kind: str, default: Any, choices: tuple[str, ...], name: str) -> Any:
        if choices:
            return draw.choice(choices)
        if kind == "int":
            return draw.choice((1, 2, 3, default))
        if kind == "number":
            return draw.choice((0.0, 0.1, 0.5))
        if kind == "text":
            return draw.choice(("", "o", "É", "nobody"))
        if kind == "concepts":
            return draw.sample(concepts, draw.choice((0, 1, 1, 2)))
        if kind == "paper":
            return draw.choice(papers)
        if kind == "paper-or-concept":
            return draw.choice(either)
        return draw.choice([c for c in concepts if kind in ("concept", crafted.concepts[c]["kind"].lower())])

    while True:
        drawn = {p.name: value(p.type, p.default, p.choices, p.name) for p in query.parameters}
        if not query.differ or drawn[query.differ[0]] != drawn[query.differ[1]]:
            return drawn


def same(answer: tuple[Any, ...], expected: tuple[Any, ...]) -> bool:
    return len(answer) == len(expected) and all(
        a == pytest.approx(e) if isinstance(e, float) else a == e and type(a) is type(e)
        for a, e in zip(answer, expected, strict=True)
    )


def test_every_query_has_an_independent_computation() -> None:
    assert set(EXPECTED) == set(catalogue())


@pytest.mark.parametrize("query", catalogue().values(), ids=catalogue().keys())
def test_rows_are_those_of_an_independent_computation(
    query: CannedQuery, stored: Graph, crafted: World
) -> None:
    draw = random.Random(query.name)
    found = 0
    for _ in range(ROUNDS):
        arguments = drawn_arguments(query, crafted, draw)
        answer = list(stored.query(query.name, **arguments).values)
        expected = EXPECTED[query.name](crafted, arguments)
        assert len(answer) == len(expected), (arguments, answer, expected)
        assert all(map(same, answer, expected)), (arguments, answer, expected)
        found += len(expected)
    assert found


def test_an_empty_graph_answers_with_no_rows_or_says_that_nothing_fits() -> None:
    from litloom.errors import QueryError
    from litloom.graph.weave import weave

    about: Mapping[str, str] = {"version": "0", "model": "", "fingerprint": "", "corrections": ""}
    with open_store(None, must_exist=False) as store:
        store.replace(weave([], [], about=about))
        for query in catalogue().values():
            needed = {p.name: "anything" for p in query.parameters if p.default is None}
            if needed:
                with pytest.raises(QueryError, match="the graph has none"):
                    Graph(store).query(query.name, **needed)
            else:
                assert Graph(store).query(query.name).values == ()
