"""The store on a server: what was loaded is what is read, and what is not litloom's stays as it is."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from litloom import QueryError, StoreError
from litloom.graph.export.networkx import to_networkx
from litloom.graph.schema import EDGES, NODES, SCHEMA_VERSION
from litloom.graph.stores.base import open_store
from litloom.graph.stores.neo4j import schema as neo4j_schema
from litloom.graph.tables import GraphTables, edge_table, node_table
from tests.graph.test_store import HOSTILE, tables
from tests.neo4j_server import TestServer

pytestmark = pytest.mark.integration


def whole(server: TestServer) -> tuple[list[Any], list[Any]]:
    """Return all there is in the database, with the server's own ids of nodes and edges."""
    nodes = server.run(
        "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS p ORDER BY id"
    )
    edges = server.run(
        "MATCH ()-[r]->() RETURN elementId(r) AS id, type(r) AS t, properties(r) AS p ORDER BY id"
    )
    return [node.data() for node in nodes], [edge.data() for edge in edges]


def methods(*names: str, fingerprint: str = "f") -> GraphTables:
    """Return a graph of one paper that mentions these methods."""
    litloom = {"id": "litloom", "schema_version": SCHEMA_VERSION, "fingerprint": fingerprint}
    return GraphTables(
        {
            "Paper": node_table("Paper", [{"id": "p", "title": "One"}]),
            "Method": node_table(
                "Method", [{"id": f"method:{n}", "name": n, "kind": "Method"} for n in names]
            ),
            "Litloom": node_table("Litloom", [litloom]),
        },
        {
            ("MENTIONS", "Paper", "Method"): edge_table(
                "MENTIONS", [{"from": "p", "to": f"method:{n}", "count": 1} for n in names]
            )
        },
    )


def test_what_is_loaded_is_read_back_with_its_types(server: TestServer) -> None:
    with open_store(server.uri, must_exist=False) as store:
        assert store.is_empty()
        store.replace(tables(HOSTILE))
        assert not store.is_empty()
        (row,) = store.read(
            "MATCH path = (p:Paper)-[r:MENTIONS]->(m) WHERE p.title = $t "
            "RETURN p, r, m, path, [p.id, null] AS list",
            {"t": HOSTILE},
        )
    assert row["p"] == {"label": "Paper", "id": "p", "title": HOSTILE, "authors": ["Ada", "Bo"]}
    assert row["r"] == {"label": "MENTIONS", "count": 2}
    assert row["m"] == {"label": "Method", "id": "m", "name": HOSTILE, "kind": "Method"}
    assert row["path"] == {"nodes": [row["p"], row["m"]], "rels": [row["r"]]}
    assert row["list"] == ["p", None]


def test_concepts_have_their_kind_and_concept_as_labels(server: TestServer) -> None:
    with open_store(server.uri, must_exist=False) as store:
        store.replace(tables())
    assert [set(r["l"]) for r in server.run("MATCH (m:Method) RETURN labels(m) AS l")] == [
        {"Method", "Concept"}
    ]


def test_loading_the_same_again_changes_nothing(server: TestServer) -> None:
    with open_store(server.uri, must_exist=False) as store:
        store.replace(methods("a", "b"))
        first = whole(server)
        store.replace(methods("a", "b"))
    assert whole(server) == first


def test_what_no_longer_holds_goes(server: TestServer) -> None:
    with open_store(server.uri, must_exist=False) as store:
        store.replace(methods("a", "b", "c"))
        store.replace(methods("b", "d", fingerprint="g"))
        rows = store.read("MATCH (:Paper)-[:MENTIONS]->(m:Concept) RETURN m.name AS name ORDER BY name")
        assert [row["name"] for row in rows] == ["b", "d"]
        assert store.read("MATCH (m:Concept) RETURN count(m) AS n")[0]["n"] == 2
        store.replace(methods("b", fingerprint="h"))
        edgeless = GraphTables({**methods("b").nodes}, {})
        store.replace(edgeless)
        assert store.read("MATCH ()-[r]->() RETURN count(r) AS n")[0]["n"] == 0


def test_properties_that_are_no_longer_known_go(server: TestServer) -> None:
    known, unknown = methods("a"), methods("a", fingerprint="g")
    known.nodes["Paper"] = node_table("Paper", [{"id": "p", "title": "One", "venue": "ICML"}])
    with open_store(server.uri, must_exist=False) as store:
        store.replace(known)
        store.replace(unknown)
        assert store.read("MATCH (p:Paper) RETURN p")[0]["p"] == {"label": "Paper", "id": "p", "title": "One"}


def test_what_others_keep_there_stays_as_it_is(server: TestServer) -> None:
    server.run(
        "CREATE (a:Person {name: 'Ada', id: 'p'})-[:MENTIONS {why: 'x'}]->(:Concept:Idea {name: 'theirs'}), "
        "(a)-[:CITES]->(:Book {id: 'method:a'}), (:Task {title: 'buy milk'}), (:Paper {sheets: 500})"
    )
    before = whole(server)
    with open_store(server.uri, must_exist=False) as store:
        store.replace(methods("a", "b"))
        server.run(
            "MATCH (p:Paper {id: 'p'}), (a:Person) CREATE (a)-[:READ {stars: 5}]->(p) SET p.mine = true"
        )
        store.replace(methods("b", fingerprint="g"))
        assert set(to_networkx(store)) == {"p", "method:b"}
    server.run("MATCH (a:Person)-[r:READ {stars: 5}]->(p:Paper {mine: true}) DELETE r")
    server.run("MATCH (n) WHERE n:Litloom OR (n:Paper OR n:Method) AND n.id IS NOT NULL DETACH DELETE n")
    assert whole(server) == before


def test_nodes_of_others_that_look_like_litlooms_are_not_taken_over(server: TestServer) -> None:
    server.run("CREATE (:Paper {id: 'theirs'}), (:Dataset {id: 1})")
    before = whole(server)
    with (
        open_store(server.uri, must_exist=False) as store,
        pytest.raises(StoreError, match=r"labelled Dataset, Paper.*NEO4J_DATABASE"),
    ):
        store.replace(methods("a"))
    assert whole(server) == before


def test_preparing_leaves_the_graph_as_it_is(server: TestServer) -> None:
    with open_store(server.uri, must_exist=False) as store:
        store.prepare()
        assert whole(server) == ([], [])
        store.replace(methods("a"))
        before = whole(server)
        store.prepare()
        assert whole(server) == before


def test_reading_is_only_reading(server: TestServer) -> None:
    with open_store(server.uri, must_exist=False) as store:
        store.replace(tables("One"))
        before = whole(server)
        for statement in (
            "CREATE (:Paper {id: 'q'})",
            "MATCH (p:Paper) SET p.title = ''",
            "MATCH (p:Paper) DETACH DELETE p",
            "CREATE INDEX mine FOR (n:Paper) ON (n.venue)",
            "CREATE USER mallory SET PASSWORD 'mallory-mallory'",
        ):
            with pytest.raises(QueryError, match="read-only") as error:
                store.read(statement)
            assert "--write" in str(error.value)
        assert whole(server) == before
        assert store.write("MATCH (p:Paper) SET p.title = 'Two' RETURN p.title AS t")[0] == {"t": "Two"}


@pytest.mark.parametrize("cypher", ["MATCH (x", "RETURN nope(1)", "", "RETURN 1; RETURN 2", "RETURN $x"])
def test_cypher_that_does_not_run_is_one_line_of_error(server: TestServer, cypher: str) -> None:
    with open_store(server.uri, must_exist=False) as store, pytest.raises(QueryError) as error:
        store.read(cypher)
    assert len(str(error.value).splitlines()) == 1


def test_the_schema_is_there_and_works(server: TestServer) -> None:
    server.forget_schema()
    with open_store(server.uri, must_exist=False) as store:
        store.replace(methods("alpha"))
        found = server.run(
            "CALL db.index.fulltext.queryNodes('litloom_concepts', 'alpha') YIELD node RETURN node.id"
        )
        assert [record[0] for record in found] == ["method:alpha"]
        found = server.run(
            "CALL db.index.fulltext.queryNodes('litloom_papers', 'one') YIELD node RETURN node.id"
        )
        assert [record[0] for record in found] == ["p"]
        server.run("DROP INDEX litloom_papers")
        store.replace(methods("alpha"))
    indexes = server.run("SHOW INDEXES YIELD name, type, state, labelsOrTypes AS labels, properties AS p")
    assert {record["name"] for record in indexes} >= neo4j_schema.SCHEMA.keys()
    assert {record["state"] for record in indexes} == {"ONLINE"}
    (year,) = [record for record in indexes if record["p"] == ["year"]]
    assert (year["type"], year["labels"]) == ("RANGE", ["Paper"])
    unique = server.run("SHOW CONSTRAINTS YIELD labelsOrTypes AS labels, type WHERE type = 'UNIQUENESS'")
    assert {label for record in unique for label in record["labels"]} == {*NODES, "Concept"}


def test_aliases_are_found_by_their_words(server: TestServer) -> None:
    graph = methods("a")
    row = {"id": "method:a", "name": "Adam", "kind": "Method", "aliases": ["adaptive moments", "ADAM"]}
    graph.nodes["Method"] = node_table("Method", [row])
    with open_store(server.uri, must_exist=False) as store:
        store.replace(graph)
    found = server.run(
        "CALL db.index.fulltext.queryNodes('litloom_concepts', 'moments') YIELD node RETURN node.id"
    )
    assert [record[0] for record in found] == ["method:a"]


def test_a_graph_of_a_newer_litloom_is_refused(server: TestServer) -> None:
    with open_store(server.uri, must_exist=False) as store:
        store.replace(tables())
    server.run("MATCH (l:Litloom) SET l.schema_version = $n", n=SCHEMA_VERSION + 1)
    before = whole(server)
    with pytest.raises(StoreError, match=r"newer litloom.*upgrade"):
        open_store(server.uri)
    assert whole(server) == before


def test_a_graph_of_an_older_litloom_is_migrated_step_by_step(
    server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(server.uri, must_exist=False) as store:
        store.replace(tables())
    server.run("MATCH (l:Litloom) SET l.schema_version = -2")
    steps = [
        neo4j_schema.Migration(-2, ["MATCH (p:Paper) SET p.title = 'wrong'"]),
        neo4j_schema.Migration(-1, ["MATCH (p:Paper) SET p.name = p.title"]),
        neo4j_schema.Migration(SCHEMA_VERSION, ["MATCH (p:Paper) SET p.title = p.name + '!' REMOVE p.name"]),
    ]
    monkeypatch.setattr("litloom.graph.stores.neo4j.store.MIGRATIONS", steps)
    with open_store(server.uri) as store:
        assert store.read("MATCH (p:Paper) RETURN p.title AS t")[0]["t"] == "One!"
        assert store.read("MATCH (l:Litloom) RETURN l.schema_version AS n")[0]["n"] == SCHEMA_VERSION


def test_an_older_graph_gets_the_schema_of_today(server: TestServer) -> None:
    server.forget_schema()
    server.run("CREATE (:Litloom {id: 'litloom', schema_version: 0}), (:Paper {id: 'p', title: 'One'})")
    with open_store(server.uri) as store:
        (paper,) = [row["p"] for row in store.read("MATCH (p:Paper) RETURN p")]
    assert (paper["authors"], paper["references"]) == ([], [])
    names = {record["name"] for record in server.run("SHOW INDEXES YIELD name")}
    assert names >= neo4j_schema.SCHEMA.keys()


def test_the_steps_go_up_to_the_schema_of_today_at_most() -> None:
    numbers = [step.to for step in neo4j_schema.MIGRATIONS]
    assert numbers == sorted(numbers)
    assert numbers[-1] <= SCHEMA_VERSION


def test_every_label_and_relationship_of_the_schema_is_loaded_and_goes_when_it_no_longer_holds(
    server: TestServer,
) -> None:
    samples = {"string": "s", "int": 1, "float": 0.5, "bool": True, "strings": ["a", "b"]}
    nodes = {
        label: {**{name: samples[kind] for name, kind in properties.items()}, "id": f"{label}:1"}
        for label, properties in NODES.items()
    }
    nodes["Litloom"] |= {"id": "litloom", "schema_version": SCHEMA_VERSION}
    edges = {
        (name, source, target): {
            "from": f"{source}:1",
            "to": f"{target}:1",
            **{key: samples[kind] for key, kind in edge.properties.items()},
        }
        for name, edge in EDGES.items()
        for source in edge.sources
        for target in edge.targets
    }
    full = GraphTables(
        {label: node_table(label, [row]) for label, row in nodes.items()},
        {key: edge_table(key[0], [row]) for key, row in edges.items()},
    )
    with open_store(server.uri, must_exist=False) as store:
        store.replace(full)
        for label, row in nodes.items():
            assert store.read(f"MATCH (n:{label}) RETURN n")[0]["n"] == {"label": label, **row}
        for (name, source, target), row in edges.items():
            found = store.read(f"MATCH (:{source})-[r:{name}]->(:{target}) RETURN r")
            properties = {key: value for key, value in row.items() if key not in ("from", "to")}
            assert [r["r"] for r in found] == [{"label": name, **properties}]
        store.replace(GraphTables({"Litloom": full.nodes["Litloom"]}, {}))
    assert [row["l"] for row in server.run("MATCH (n) RETURN labels(n) AS l")] == [["Litloom"]]


def test_loads_of_one_graph_at_once_neither_lock_up_nor_disturb_each_other(server: TestServer) -> None:
    graph = methods(*map(str, range(300)))

    def load(_: int) -> None:
        with open_store(server.uri, must_exist=False) as store:
            store.replace(graph)

    with open_store(server.uri, must_exist=False) as store:
        store.replace(methods("old"))
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(load, range(3)))
    assert server.run("MATCH (:Paper)-[r:MENTIONS]->(m:Method) RETURN count(r) AS n")[0]["n"] == 300
    assert server.run("MATCH (l:Litloom) RETURN properties(l) AS p")[0]["p"].keys() == {
        "id",
        "schema_version",
        "fingerprint",
    }


def test_a_load_that_another_took_over_stops(server: TestServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from litloom.graph.stores.neo4j.load import Neo4jLoader

    put_edges = Neo4jLoader._put_edges

    def overtaken(self: Neo4jLoader, relationship: str) -> None:
        monkeypatch.setattr(Neo4jLoader, "_put_edges", put_edges)
        with open_store(server.uri) as other:
            other.replace(methods("theirs", fingerprint="theirs"))
        put_edges(self, relationship)

    monkeypatch.setattr(Neo4jLoader, "_put_edges", overtaken)
    with (
        open_store(server.uri, must_exist=False) as store,
        pytest.raises(StoreError, match="another build took this database over"),
    ):
        store.replace(methods("mine", fingerprint="mine"))
    assert [r["n"] for r in server.run("MATCH (:Paper)-->(m:Method) RETURN m.name AS n")] == ["theirs"]


def test_the_server_is_told_who_asks(server: TestServer) -> None:
    with open_store(server.uri, must_exist=False):
        agents = server.run("CALL dbms.listConnections() YIELD userAgent RETURN collect(userAgent) AS agents")
    assert any(agent.startswith("litloom/") for agent in agents[0]["agents"])


def test_another_database_is_looked_for_where_it_is_named(
    server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_DATABASE", "elsewhere")
    with pytest.raises(StoreError, match="no database called elsewhere"):
        open_store(server.uri)


@pytest.mark.parametrize("severity", ["OFF", "WARNING"])
def test_remarks_of_the_server_are_heard_if_wanted(
    server: TestServer, severity: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NEO4J_NOTIFICATIONS", severity)
    with caplog.at_level("INFO", "neo4j.notifications"), open_store(server.uri, must_exist=False) as store:
        store.read("MATCH (n:Nope) RETURN n")
    assert ("Nope" in caplog.text) == (severity == "WARNING")
