"""A graph on a server is compared with its tables, and rebuilt from them if it does not match."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

import litloom
from litloom import Graph, Paper, StoreError
from litloom.extractions.cache import extraction_folder
from litloom.graph.stores.base import open_store
from litloom.graph.stores.contents import check_of_store
from litloom.graph.stores.neo4j.store import Neo4jStore
from litloom.graph.tables import GraphTables
from litloom.kept_tables import tables_folder
from litloom.progress import NO_PROGRESS
from litloom.store_from_tables import repair_store
from tests.neo4j_server import TestServer
from tests.test_pipeline import whole

pytestmark = pytest.mark.integration

build = partial(litloom.build, model="fast", processes=1)

PAPER = "MATCH (p:Paper {id: 'lora'})"
A_TEXT = f"{PAPER} SET p.title = 'LoRa' + substring(p.title, 4)"
A_FRACTION = "MATCH ()-[r:MENTIONS]->() WITH r LIMIT 1 SET r.confidence = r.confidence - 0.001"
ALTERATIONS = (
    ("Paper", A_TEXT),
    ("Paper", f"{PAPER} SET p.venue = 'ICML'"),
    ("Paper", f"{PAPER} REMOVE p.abstract"),
    ("Paper", f"{PAPER} SET p.year = p.year + 1"),
    ("Paper", f"{PAPER} SET p.year = toString(p.year)"),
    ("Paper", f"{PAPER} SET p.known = false"),
    ("Paper", f"{PAPER} SET p.authors = p.authors + 'Eve'"),
    ("Paper", f"{PAPER} SET p.authors = p.authors[0]"),
    ("MENTIONS", A_FRACTION),
    ("MENTIONS", "MATCH ()-[r:MENTIONS]->() WITH r LIMIT 1 SET r.confidence = 'high'"),
    ("CITES", "MATCH (a)-[r:CITES]->(b) CREATE (a)-[s:CITES]->(b) SET s = properties(r)"),
    (
        "CITES",
        "MATCH (a)-[r:CITES]->() WITH a, r LIMIT 1 MATCH (b:Paper {id: 'bert'}) "
        "CREATE (a)-[s:CITES]->(b) SET s = properties(r) DELETE r",
    ),
    ("CITES", "MATCH ()-[r:CITES]->(:Paper {id: 'bert'}) DELETE r"),
    ("CITES", "MATCH (a:Paper {id: 'bert'}), (b:Paper {id: 'lora'}) CREATE (a)-[:CITES]->(b)"),
    ("Dataset", "MATCH (d:Dataset) WITH d LIMIT 1 REMOVE d:Dataset SET d:Task"),
    ("Task", "MATCH (d:Dataset) WITH d LIMIT 1 SET d:Task"),
    ("Metric", "MATCH (m:Metric) DETACH DELETE m"),
    ("Method", "CREATE (:Concept:Method {id: 'method:x', name: 'x', kind: 'Method'})"),
)
"""Statements of somebody else, one after the other, and the table that each alters."""


def added_paper(title: str) -> Paper:
    return Paper(title=title, abstract="LoRA and BERT are trained on ImageNet with a GPU.", year=2024)


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("litloom")]
    caplog.clear()
    return lines


def test_what_was_altered_on_the_server_is_noticed_and_repaired(
    server: TestServer, papers: tuple[Paper, ...], caplog: pytest.LogCaptureFixture
) -> None:
    built = whole(build(papers, server.uri))
    server.run("MATCH (a)-[r:CITES]->(b) CREATE (a)-[s:CITES]->(b) SET s = properties(r)")
    tables = tables_folder(extraction_folder(server.uri))
    with open_store(server.uri) as store:
        repair_store(store, tables, NO_PROGRESS, name=server.uri)
        assert len(logged(caplog)) == 1
        for table, statement in ALTERATIONS:
            before = check_of_store(store, table)
            server.run(statement)
            assert check_of_store(store, table) != before, statement
        repair_store(store, tables, NO_PROGRESS, name=server.uri)
        (line,) = logged(caplog)
        assert server.uri in line
        assert "rebuilt from the tables" in line
        repair_store(store, tables, NO_PROGRESS, name=server.uri)
        assert logged(caplog) == []
    assert whole(Graph(open_store(server.uri))) == built


def test_what_was_altered_on_the_server_is_noticed_by_the_same_build_and_repaired(
    server: TestServer, papers: tuple[Paper, ...], caplog: pytest.LogCaptureFixture
) -> None:
    built = whole(build(papers, server.uri))
    assert logged(caplog) == []
    for statement, table in {A_TEXT: "Paper", A_FRACTION: "MENTIONS"}.items():
        server.run(statement)
        again = build(papers, server.uri)
        (line,) = logged(caplog)
        assert table in line
        assert whole(again) == built
    build(papers, server.uri).close()
    assert logged(caplog) == []


def test_what_was_altered_on_the_server_is_noticed_by_a_build_of_further_papers_and_repaired(
    server: TestServer, papers: tuple[Paper, ...], caplog: pytest.LogCaptureFixture
) -> None:
    build(papers, server.uri).close()
    for statement, table in {A_TEXT: "Paper", A_FRACTION: "MENTIONS"}.items():
        server.run(statement)
        added = added_paper(table)
        grown = whole(build([added], server.uri))
        (line,) = logged(caplog)
        assert table in line
        papers = (*papers, added)
        assert grown == whole(build(papers))


def test_what_others_keep_in_the_database_does_not_count(
    server: TestServer, papers: tuple[Paper, ...], caplog: pytest.LogCaptureFixture
) -> None:
    server.run(
        "CREATE (a:Person {name: 'Ada', id: 'p'})-[:MENTIONS {why: 'x'}]->(:Concept:Idea {name: 'theirs'}), "
        "(a)-[:CITES]->(:Book {id: 'b'}), (:Task {title: 'buy milk'}), (:Paper {sheets: 500})-[:CITES]->(a)"
    )
    built = whole(build(papers, server.uri))
    server.run(
        "MATCH (p:Paper {id: 'lora'}), (a:Person), (paper:Paper {sheets: 500}) SET p.mine = 7 "
        "CREATE (a)-[:READ]->(p), (a)-[:CITES]->(p), (p)-[:MENTIONS]->(a), (paper)-[:CITES]->(p)"
    )
    build(papers, server.uri).close()
    build([added_paper("Looms")], server.uri).close()
    assert logged(caplog) == []
    assert server.run("MATCH (:Person)-[r:CITES]->(:Paper {mine: 7}) RETURN count(r) AS n")[0]["n"] == 1
    assert built


Replace = Callable[..., None]


def altered_after_loading(server: TestServer, statement: str, times: int) -> Replace:
    """Return a `Neo4jStore.replace` after which somebody else alters the graph, so many times."""
    replace = Neo4jStore.replace
    left = [statement] * times

    def replaced(
        self: Neo4jStore, tables: GraphTables, *arguments: Any, **options: Mapping[str, Any]
    ) -> None:
        replace(self, tables, *arguments, **options)  # type: ignore[arg-type]
        if left:
            server.run(left.pop())

    return replaced


def test_a_load_that_does_not_hold_is_repeated_once(
    server: TestServer,
    papers: tuple[Paper, ...],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    undisturbed = whole(build(papers))
    monkeypatch.setattr(Neo4jStore, "replace", altered_after_loading(server, A_TEXT, 1))
    assert whole(build(papers, server.uri)) == undisturbed
    (line,) = logged(caplog)
    assert "table Paper" in line


def test_a_load_that_never_holds_is_an_error(
    server: TestServer, papers: tuple[Paper, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Neo4jStore, "replace", altered_after_loading(server, A_TEXT, 2))
    with pytest.raises(StoreError, match="table Paper"):
        build(papers, server.uri)
