"""One graph, two stores: whatever goes in, both hold the same and answer the same."""

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import litloom
from litloom import Graph, Paper, QueryError, open_graph
from litloom.queries.catalogue import catalogue
from tests.graph.conftest import HOSTILE
from tests.neo4j_server import TestServer
from tests.queries.test_catalogue import needed
from tests.test_pipeline import whole, write_jsonl

pytestmark = pytest.mark.integration

build = partial(litloom.build, model="fast")


def edges_and_nodes(graph: Graph) -> tuple[dict[str, Any], dict[tuple[str, str, str], Any]]:
    exported = graph.to_networkx()
    return dict(exported.nodes(data=True)), {
        (a, b, k): d for a, b, k, d in exported.edges(keys=True, data=True)
    }


def test_both_stores_hold_and_answer_the_same(
    server: TestServer, embedded: Graph, corpus: list[Paper]
) -> None:
    with build(corpus, server.uri) as graph:
        nodes, edges = edges_and_nodes(graph)
        there_nodes, there_edges = edges_and_nodes(embedded)
        assert nodes == there_nodes
        assert edges == there_edges
        assert {key[2] for key in edges} >= {
            "MENTIONS",
            "INTRODUCES",
            "WROTE",
            "CITES",
            "BUILDS_ON",
            "SHARES_CONCEPTS",
        }
        assert {data["source"] for key, data in edges.items() if key[2] == "CITES"} == {"metadata", "text"}
        assert {data["known"] for data in nodes.values() if data["kind"] == "Paper"} == {True, False}
        assert graph.stats().values == embedded.stats().values
        for query in catalogue().values():
            examples = {p.name: p.example for p in query.parameters if p.example is not None}
            for arguments in (examples, needed(query)):
                answer = graph.query(query.name, **arguments)
                assert answer.columns == query.columns
                assert answer.values == embedded.query(query.name, **arguments).values, (
                    query.name,
                    arguments,
                )


def test_names_from_outside_are_never_cypher(server: TestServer, papers: tuple[Paper, ...]) -> None:
    with build([*papers, Paper(title=HOSTILE, abstract="Adam is trained on ImageNet.")], server.uri) as graph:
        before = graph.stats().values
        assert (
            graph.cypher("MATCH (p:Paper) WHERE p.title = $t RETURN p.title AS t", t=HOSTILE)[0]["t"]
            == HOSTILE
        )
        assert graph.query("paper-concepts", paper=HOSTILE).columns
        for query in catalogue().values():
            for parameter in query.parameters:
                for name in (HOSTILE, "$paper", "*", "\\", "'", "`"):
                    with suppress(QueryError):
                        graph.query(query.name, **{**needed(query), parameter.name: name})
        assert graph.stats().values == before


def test_building_the_same_again_changes_nothing(
    server: TestServer, tmp_path: Path, papers: tuple[Paper, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_jsonl(tmp_path / "papers.jsonl", papers)
    first = whole(build(source, server.uri))
    monkeypatch.setattr("litloom.graph.stores.neo4j.store.Neo4jStore.replace", None)
    assert whole(build(source, server.uri)) == first


def test_adding_a_file_gives_the_graph_of_both(
    server: TestServer, tmp_path: Path, papers: tuple[Paper, ...]
) -> None:
    one = write_jsonl(tmp_path / "one.jsonl", papers[:2])
    other = write_jsonl(tmp_path / "other.jsonl", papers[1:])
    build(one, server.uri).close()
    assert whole(build(other, server.uri)) == whole(build([one, other]))


def test_corrections_take_away_what_they_drop(
    server: TestServer, tmp_path: Path, papers: tuple[Paper, ...]
) -> None:
    corrections = tmp_path / "mine.yaml"
    corrections.write_text("drop: [GLUE, LoRA]\n", encoding="utf-8")
    build(papers, server.uri).close()
    build(papers, server.uri, concepts=corrections).close()
    with open_graph(server.uri) as graph, build(papers, concepts=corrections) as embedded:
        assert edges_and_nodes(graph) == edges_and_nodes(embedded)


def test_papers_are_not_read_twice(
    server: TestServer, papers: tuple[Paper, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    build(papers, server.uri).close()
    server.run("MATCH (l:Litloom) REMOVE l.fingerprint")
    monkeypatch.setattr(
        "litloom.extractors.Extractor.extract", lambda self, unread, **options: iter(list(unread)[:0])
    )
    with build(papers, server.uri) as graph:
        assert dict(graph.stats().values)["papers with a mention"] == len(papers)
