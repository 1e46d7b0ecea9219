"""The embedded store: what was loaded is what is read, wholly or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from litloom import QueryError, StoreError
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.stores.base import open_store
from litloom.graph.tables import GraphTables, edge_table, node_table

HOSTILE = 'x\' }) DETACH DELETE n // "quoted"\n\\ \u202e {braces} $p'


def tables(title: str = "One", schema_version: int = SCHEMA_VERSION) -> GraphTables:
    return GraphTables(
        {
            "Paper": node_table("Paper", [{"id": "p", "title": title, "authors": ["Ada", "Bo"]}]),
            "Method": node_table("Method", [{"id": "m", "name": title, "kind": "Method"}]),
            "Litloom": node_table("Litloom", [{"id": "litloom", "schema_version": schema_version}]),
        },
        {("MENTIONS", "Paper", "Method"): edge_table("MENTIONS", [{"from": "p", "to": "m", "count": 2}])},
    )


def titles(path: Path) -> list[str]:
    with open_store(path) as store:
        return [row["t"] for row in store.read("MATCH (p:Paper) RETURN p.title AS t")]


def test_what_is_loaded_is_read_back_with_its_types(tmp_path: Path) -> None:
    with open_store(tmp_path / "g.lbug", must_exist=False) as store:
        assert store.is_empty()
        store.replace(tables(HOSTILE))
        (row,) = store.read(
            "MATCH (p:Paper)-[r:MENTIONS]->(m) WHERE p.title = $t RETURN p, r, m", {"t": HOSTILE}
        )
    assert row["p"] == {"label": "Paper", "id": "p", "title": HOSTILE, "authors": ["Ada", "Bo"]}
    assert row["r"] == {"label": "MENTIONS", "count": 2}
    assert row["m"]["name"] == HOSTILE


def test_a_graph_is_one_file_and_replacing_it_leaves_nothing_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "it's a graph.lbug"
    with open_store(path, must_exist=False) as store:
        store.replace(tables("One"))
        store.replace(tables("Two"))
    assert titles(path) == ["Two"]
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_reader_keeps_its_graph_while_a_new_one_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "g.lbug"
    with open_store(path, must_exist=False) as store:
        store.replace(tables("One"))
    with open_store(path) as reader, open_store(path) as writer:
        writer.replace(tables("Two"))
        assert reader.read("MATCH (p:Paper) RETURN p.title AS t")[0]["t"] == "One"
    assert titles(path) == ["Two"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process the POSIX way")
@pytest.mark.parametrize("moment", ["append_checksum", "load_tables"])
def test_a_build_that_is_killed_leaves_the_last_graph(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "g.lbug"
    with open_store(path, must_exist=False) as store:
        store.replace(tables("One"))
    script = f"""
import os, signal
from pathlib import Path
from litloom.graph.stores.ladybug import store as ladybug_store
from tests.graph.test_store import open_store, tables
kept = ladybug_store.{moment}
def killed(*arguments):
    kept(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
ladybug_store.{moment} = killed
with open_store(Path({str(path)!r})) as store:
    store.replace(tables("Two"))
"""
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert ended.returncode == -signal.SIGKILL
    assert titles(path) == ["One"]
    with open_store(path) as store:
        store.replace(tables("Three"))
    assert titles(path) == ["Three"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["g.lbug"]


def test_reading_is_only_reading(tmp_path: Path) -> None:
    with open_store(None) as store:
        store.replace(tables("One"))
        for statement in (
            "CREATE (:Paper {id: 'q'})",
            "MATCH (p:Paper) DETACH DELETE p",
            "DROP TABLE MENTIONS",
        ):
            with pytest.raises(QueryError, match=r"read-only|not allowed"):
                store.read(statement)
        assert store.read("MATCH (p:Paper) RETURN count(p) AS n")[0]["n"] == 1


@pytest.mark.parametrize("cypher", ["MATCH (x", "MATCH (n:Nope) RETURN n", "", "RETURN 1; RETURN 2"])
def test_cypher_that_does_not_run_is_one_line_of_error(cypher: str) -> None:
    with open_store(None) as store:
        store.replace(tables())
        with pytest.raises(QueryError) as error:
            store.read(cypher)
    assert len(str(error.value).splitlines()) == 1


def test_what_is_no_graph_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.lbug"
    text.write_text("not a database " * 100)
    with pytest.raises(StoreError, match="not a litloom graph"):
        open_store(text)
    with pytest.raises(StoreError, match="litloom build"):
        open_store(tmp_path / "none.lbug")
    with pytest.raises(StoreError, match="is not the scheme of a store"):
        open_store("ftp://example.org/graph")
    assert text.read_text().startswith("not a database")


def test_a_graph_of_a_newer_litloom_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "g.lbug"
    with open_store(path, must_exist=False) as store, pytest.raises(StoreError, match="newer litloom"):
        store.replace(tables(schema_version=SCHEMA_VERSION + 1))


def test_values_are_plain_python_whichever_way_they_come(tmp_path: Path) -> None:
    """Rows of plain columns alone come another way than those with a nested list."""
    columns = (
        "p.title AS title, p.year AS year, p.known AS known, p.authors AS authors, 1.5 * p.year AS score, "
        "[p.year, NULL] AS years, [1.5] AS floats"
    )
    nodes = [
        {"id": "p", "title": "Ünder \U0001f9f5", "year": 2020, "known": True, "authors": ["Ö", ""]},
        {"id": "q", "title": HOSTILE, "year": None, "known": False, "authors": []},
    ]
    with open_store(tmp_path / "g.lbug", must_exist=False) as store:
        litloom = node_table("Litloom", [{"id": "litloom", "schema_version": SCHEMA_VERSION}])
        store.replace(GraphTables({"Paper": node_table("Paper", nodes), "Litloom": litloom}, {}))
        plain = store.read(f"MATCH (p:Paper) RETURN {columns} ORDER BY p.id").values
        nested = store.read(f"MATCH (p:Paper) RETURN {columns}, [[1], [2]] AS nested ORDER BY p.id").values
        assert store.read(f"MATCH (p:Paper) WHERE p.id = 'none' RETURN {columns}").values == ()
    assert plain == (
        ("Ünder \U0001f9f5", 2020, True, ["Ö", ""], 3030.0, [2020, None], [1.5]),
        (HOSTILE, None, False, [], None, [None, None], [1.5]),
    )
    assert nested == tuple((*row, [[1], [2]]) for row in plain)
    assert [[*map(type, row)] for row in plain] == [[*map(type, row[:-1])] for row in nested]
