"""Every canned query gives the same rows in the same order on both stores, on an awkward graph."""

import random
from collections.abc import Iterator

import pytest

from litloom import Graph
from litloom.graph.stores.base import open_store
from litloom.queries.catalogue import catalogue
from litloom.queries.query_file import CannedQuery
from tests.neo4j_server import TestServer
from tests.queries.crafted import World, crafted_tables, world
from tests.queries.test_answers import ROUNDS, drawn_arguments

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def crafted() -> World:
    return world(crafted_tables())


@pytest.fixture(scope="module")
def both(neo4j_running: TestServer, crafted: World) -> Iterator[tuple[Graph, Graph]]:
    neo4j_running.empty()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in neo4j_running.environment.items():
            patch.setenv(name, value)
        server = open_store(neo4j_running.uri, must_exist=False)
    with server, open_store(None, must_exist=False) as embedded:
        for store in (server, embedded):
            store.replace(crafted_tables())
        yield Graph(server), Graph(embedded)


@pytest.mark.parametrize("query", catalogue().values(), ids=catalogue().keys())
def test_both_stores_answer_alike(query: CannedQuery, both: tuple[Graph, Graph], crafted: World) -> None:
    draw = random.Random(query.name)
    for _ in range(ROUNDS):
        arguments = drawn_arguments(query, crafted, draw)
        answers = [graph.query(query.name, **arguments) for graph in both]
        assert answers[0].columns == answers[1].columns == query.columns
        assert answers[0].values == answers[1].values, arguments
