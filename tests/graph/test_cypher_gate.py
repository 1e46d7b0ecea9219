"""Queries that only read pass the gate; whatever could do more is refused before a database sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import litloom
from litloom.errors import QueryError
from litloom.graph.cypher.clauses import Dialect
from litloom.graph.cypher.gate import check_query
from litloom.graph.cypher.tokens import tokens

READS = [
    "MATCH (a:Paper)-[r:CITES* ALL SHORTEST 1..3]->(b) WHERE a.x IS NOT NULL RETURN *",
    "MATCH (a)-[* SHORTEST 1..6]-(b) RETURN count(*) AS n ORDER BY n DESC LIMIT 5;",
    "MATCH (p)-[r:CITES*1..2 (r, n | WHERE n.year > 2000 | {r.source}, {n.id})]->(b) RETURN p",
    "RETURN CASE WHEN 1 = 1 THEN 'a' ELSE 'b' END AS x UNION ALL RETURN CASE 1 WHEN 1 THEN 'c' END AS x",
    "MATCH (p) WHERE EXISTS { MATCH (p)-[:CITES]->() } RETURN p.set, COUNT { MATCH (p)--() } AS x",
    "MATCH (p) WHERE p.title STARTS WITH 'CREATE; DROP' AND NOT p.year IN [1, 2] RETURN DISTINCT p // SET x",
    "EXPLAIN MATCH (n) /* DELETE n */ RETURN n",
    "WITH 1 AS `load`, \"LOAD FROM 'x'\" AS text RETURN `load`, text",
    "RETURN {create: 1, set: 2}.create AS c, [x IN [1, 2] WHERE x > 1 | x * 2] AS l",
    "UNWIND $ids AS id OPTIONAL MATCH (p:Paper {id: id}) WITH *, 1 AS one RETURN p.title, one SKIP 1 LIMIT 2",
    "MATCH (start)-[:CITES]->(end) WITH start, end WHERE end.year > start.year RETURN start.title, end.title",
]
NEO4J_READS = [
    "CALL db.labels() YIELD label RETURN label",
    "CALL { MATCH (n) RETURN n } RETURN n",
    "MATCH (p)--(q) CALL (p, q) { MATCH (p) RETURN 1 AS x UNION ALL RETURN 2 AS x } RETURN x",
    "SHOW ALL INDEXES YIELD name WHERE name = 'x'",
    "CYPHER 25 runtime=slotted MATCH (n) RETURN n",
    "MATCH (n) USING INDEX n:Paper(id) WHERE n.id = 1 RETURN n {.title, .year, set: 1}",
    "MATCH p = SHORTEST 1 (a)-->+(b) RETURN p",
    "MATCH ANY SHORTEST (a)-[:X]-{1,3}(b WHERE b.year > 1) RETURN a",
    "RETURN duration.between(date('2020-01-01'), date()) AS d, apoc.coll.sum([1]) AS s",
    "RETURN reduce(total = 0, x IN [1, 2] | total + x) AS total",
]
LADYBUG_READS = ["CALL show_tables() RETURN *", "RETURN list_transform([1, 2], x -> x + 1) AS l"]
STATEMENTS = [
    "CHECKPOINT",
    "COPY (RETURN 1) TO 'x.csv'",
    "LOAD FROM '/etc/passwd' RETURN *",
    "EXPORT DATABASE 'x'",
    "ATTACH 'x' (DBTYPE duckdb)",
    "INSTALL httpfs",
    "LOAD EXTENSION 'x'",
    "UPDATE httpfs",
    "BEGIN TRANSACTION",
    "ANALYZE",
    "CALL threads=1",
    "CALL read_parquet('x') RETURN *",
    "CALL project_graph('g', ['Paper'], ['CITES'])",
    "CREATE (n)",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) WHERE n.x = 1SET n.x = 2",
    "MATCH (n) WITH * SET n.x = 1",
    "WITH 1 AS x LOAD FROM 'x' RETURN *",
    "DROP TABLE Paper",
    "LOAD CSV FROM 'x' AS line RETURN line",
    "CALL { LOAD CSV FROM 'x' AS line RETURN line } RETURN line",
    "CALL apoc.load.json('http://x')",
    "CALL db.createLabel('x')",
    "SHOW TRANSACTIONS YIELD transactionId AS t TERMINATE TRANSACTIONS t",
    "SHOW INDEXES YIELD * TERMINATE TRANSACTIONS 'x'",
    "RETURN apoc.cypher.runFirstColumnSingle('LOAD CSV', {})",
    "RETURN `apoc`.`cypher`.`runFirstColumnSingle`('LOAD CSV', {})",
    "WITH 1 AS where WITH where CALL apoc.load.json('x') YIELD value RETURN value",
    "USE other MATCH (n) RETURN n",
    "RETURN 1 UNION CHECKPOINT",
    "MATCH (n) RETURN n A_CLAUSE_OF_TOMORROW n",
]
HIDDEN = [
    "RETURN 1; CHECKPOINT",
    "RETURN /* **/ 'x */ 1; CHECKPOINT /* ' */",
    "RETURN '\\u0027 LOAD CSV FROM \\u0027x\\u0027 AS l RETURN l //'",
    "\\u004cOAD CSV FROM 'x' AS l RETURN l",
    "// a\rCHECKPOINT",
    "EXPLAIN CHECKPOINT",
    "profile /**/ cOpY (RETURN 1) TO 'x.csv'",
    "RETURN 'no end",
    "RETURN `no end",
    "RETURN 1 \u200b",
    "",
    " // nothing",
]
NEO4J_WRITES = [
    "CREATE (n:X {a: 1})",
    "MERGE (n:X {id: $id}) ON CREATE SET n.a = 1 ON MATCH SET n.b = 2 RETURN n",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) FOREACH (x IN n.l | CREATE (:Y) SET n.z = x)",
    "MATCH (n) SET n += {a: 1}, n:Label REMOVE n.b",
    "CREATE p = (a)-[:X]->(b) RETURN p",
    "MATCH (n) CALL (n) { CREATE (m) } RETURN n",
]
NEVER_ON_A_SERVER = [
    "CREATE DATABASE $x",
    "CREATE OR REPLACE DATABASE x",
    "CREATE USER x SET PASSWORD 'x'",
    "CREATE INDEX FOR (n:X) ON (n.id)",
    "DROP DATABASE x",
    "ALTER USER x SET PASSWORD 'y'",
    "GRANT ROLE x TO y",
    "STOP DATABASE x",
    "CREATE (n) WITH n LOAD CSV FROM 'x' AS line SET n.x = line",
    "MATCH (n) FOREACH (x IN [1] | LOAD CSV FROM 'x' AS line)",
    *(statement for statement in STATEMENTS if statement.startswith(("LOAD", "CALL", "SHOW", "USE"))),
]


@pytest.mark.parametrize("query", [*READS, *LADYBUG_READS])
def test_reading_a_file_passes(query: str) -> None:
    check_query(query, "ladybug")


@pytest.mark.parametrize("query", [*READS, *NEO4J_READS])
def test_reading_a_server_passes(query: str) -> None:
    check_query(query, "neo4j")


@pytest.mark.parametrize("dialect", ["ladybug", "neo4j"])
@pytest.mark.parametrize("query", [*STATEMENTS, *HIDDEN, *NEO4J_WRITES])
def test_whatever_does_more_is_refused(query: str, dialect: Dialect) -> None:
    with pytest.raises(QueryError):
        check_query(query, dialect)


@pytest.mark.parametrize("query", NEO4J_WRITES)
def test_the_graph_on_a_server_may_be_written_where_that_is_allowed(query: str) -> None:
    check_query(query, "neo4j", write=True)


@pytest.mark.parametrize("query", NEVER_ON_A_SERVER)
def test_writing_never_reaches_files_settings_users_or_databases(query: str) -> None:
    with pytest.raises(QueryError):
        check_query(query, "neo4j", write=True)


@given(query=st.sampled_from([*READS, *NEO4J_READS]), statement=st.sampled_from(STATEMENTS), data=st.data())
def test_no_place_inside_a_query_hides_a_second_statement(
    query: str, statement: str, data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from([token.place for token in tokens(query)]))
    for dialect in ("ladybug", "neo4j"):
        with pytest.raises(QueryError):
            check_query(f"{query[:place]}; {statement}; {query[place:]}", dialect)


def test_refused_queries_leave_no_trace(tmp_path: Path) -> None:
    store = tmp_path / "lit.lbug"
    paper = litloom.Paper(title="Adam", abstract="A CNN is trained with Adam.")
    litloom.build([paper], store, model="fast").close()
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    with litloom.open_graph(store) as graph:
        for query in [*STATEMENTS, *HIDDEN]:
            with pytest.raises(QueryError):
                graph.cypher(query)
            with pytest.raises(QueryError):
                graph.view("cypher", query)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
