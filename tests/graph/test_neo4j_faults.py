"""What goes wrong with a server is one line that says what to do, and ends well."""

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest

import litloom
from litloom import Paper, StoreError, open_graph
from litloom.api import Graph
from litloom.cli import main
from litloom.graph.stores.base import open_store
from litloom.graph.stores.neo4j.load import Neo4jLoader
from litloom.graph.tables import GraphTables, node_table
from tests.command import run
from tests.graph.test_neo4j_store import methods
from tests.neo4j_server import TestServer
from tests.test_cli import litloom as run_litloom
from tests.test_pipeline import whole, write_jsonl

pytestmark = pytest.mark.integration

build = partial(litloom.build, model="fast")

SECRET = "s3cret-that-nobody-sees"


class Refused(Protocol):
    def __call__(self, *arguments: object, **environment: str) -> str: ...


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Refused:
    """Run what must end in exit status 2 and one line of error; return the line."""

    def run(*arguments: object, **environment: str) -> str:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["litloom", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        (line,) = [line for line in printed.err.splitlines() if not any(sign in line for sign in "✓━╸╺")]
        assert line.startswith("litloom: ")
        for password in (SECRET, os.environ.get("NEO4J_PASSWORD") or SECRET):
            assert password not in printed.err
        return line

    return run


@pytest.fixture
def closed() -> Iterator[str]:
    """An address where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def deaf() -> Iterator[str]:
    """An address where something accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def web() -> Iterator[str]:
    """An address where a web server is."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Silent(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Silent) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{running.server_address[1]}"
        running.shutdown()


@pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
def test_a_server_that_is_not_there(refused: Refused, closed: str, scheme: str) -> None:
    line = refused("stats", "--store", f"{scheme}://{closed}", NEO4J_PASSWORD=SECRET)
    assert "docker compose up" in line
    line = refused("stats", "--store", f"{scheme}://no-such-host.invalid", NEO4J_PASSWORD=SECRET)
    assert "correct the URI" in line


def test_what_is_not_neo4j(deaf: str, web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", SECRET)

    def told(uri: str) -> str:
        with pytest.raises(StoreError) as refused:
            open_store(uri)
        return str(refused.value)

    places = {f"neo4j://{deaf}": "no Neo4j server responds", f"bolt://{deaf}": "no Neo4j server responds"}
    places |= {f"neo4j://{web}": "a web server", f"bolt://{web}": "a web server"}
    with ThreadPoolExecutor(len(places)) as pool:
        for says, line in zip(places.values(), pool.map(told, places), strict=True):
            assert says in line


def test_wrong_schemes(refused: Refused, tmp_path: Path, server: TestServer) -> None:
    place = server.uri.partition("://")[2]
    papers = write_jsonl(tmp_path / "papers.jsonl", (Paper(title="One"),))
    assert "neo4j://127.0.0.1:7687" in refused("stats", "--store", "http://127.0.0.1:7474")
    assert "neo4j://HOST" in refused("build", papers, "--store", f"https+neo4j://{place}")
    for scheme in ("neo4j+s", "bolt+s", "bolt+ssc"):
        assert "does not use encryption" in refused("stats", "--store", f"{scheme}://{place}")


def test_passwords_do_not_belong_into_addresses(refused: Refused, tmp_path: Path) -> None:
    papers = write_jsonl(tmp_path / "papers.jsonl", (Paper(title="One"),))
    for command in (["stats"], ["build", papers]):
        line = refused(*command, "--store", f"neo4j://ada:{SECRET}@localhost:7687")
        assert "NEO4J_PASSWORD" in line


def test_a_wrong_password_or_none_is_told_before_any_paper_is_read(
    refused: Refused, tmp_path: Path, server: TestServer
) -> None:
    (tmp_path / "unread.jsonl").write_text("not JSON")
    for password in (SECRET, ""):
        line = refused("build", tmp_path / "unread.jsonl", "--store", server.uri, NEO4J_PASSWORD=password)
        assert "NEO4J_PASSWORD" in line


def test_an_empty_database_says_how_to_fill_it(refused: Refused, server: TestServer) -> None:
    assert "litloom build" in refused("stats", "--store", server.uri)


def test_writing_needs_write(refused: Refused, tmp_path: Path, server: TestServer) -> None:
    with open_store(server.uri, must_exist=False) as store:
        store.replace(methods("a"))
    query = "CREATE (n:Note {about: $about}) RETURN n.about AS about"
    assert "--write" in refused("cypher", query, "-p", "about=a", "--store", server.uri)
    arguments = ["cypher", query, "-p", "about=a", "--write", "--store", server.uri, "--format", "json"]
    written = run_litloom(*arguments, folder=tmp_path)
    assert json.loads(written.stdout) == [{"about": "a"}]
    assert written.stderr == ""
    assert server.run("MATCH (n:Note) RETURN count(n) AS n")[0]["n"] == 1
    with build([Paper(title="One")], tmp_path / "g.lbug"):
        pass
    assert "a graph in Neo4j can be changed" in refused(
        "cypher", query, "--write", "--store", tmp_path / "g.lbug"
    )


def test_full_memory(refused: Refused, server: TestServer) -> None:
    assert server.own.password
    with open_store(server.uri, must_exist=False) as store:
        store.replace(methods("a"))
    query = "UNWIND range(1, 9000000) AS n RETURN collect(n + '')"
    assert "memory" in refused("cypher", query, "--store", server.uri)
    heavy: dict[str, Any] = {"id": "p", "title": "One", "references": ["0123456789" * 20] * 400}
    rows = [{**heavy, "id": f"p{number}"} for number in range(1000)]
    graph = GraphTables({**methods("a").nodes, "Paper": node_table("Paper", rows)}, {})
    with (
        open_store(server.uri) as store,
        pytest.raises(StoreError, match=r"raise its settings.*transaction\.max"),
    ):
        store.replace(graph)


def test_a_server_killed_in_mid_load(
    server: TestServer, papers: tuple[Paper, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = whole(build(papers))
    own = server.own
    build(papers[:2], server.uri).close()
    put_edges = Neo4jLoader._put_edges

    def killed(self: Neo4jLoader, relationship: str) -> None:
        put_edges(self, relationship)
        monkeypatch.setattr(Neo4jLoader, "_put_edges", put_edges)
        own.kill()

    monkeypatch.setattr(Neo4jLoader, "_put_edges", killed)
    try:
        with pytest.raises(StoreError, match="no Neo4j server responds there"):
            build(papers, server.uri)
    finally:
        own.start()
    with open_graph(server.uri) as graph:
        assert dict(graph.stats().values)["papers"] == len(papers)
    assert whole(build(papers, server.uri)) == undisturbed
    assert "loading" not in server.run("MATCH (l:Litloom) RETURN properties(l) AS p")[0]["p"]


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_load_says_how_to_finish_it(
    server: TestServer,
    papers: tuple[Paper, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = write_jsonl(tmp_path / "papers.jsonl", papers)
    put_nodes = Neo4jLoader._put_nodes

    def interrupted(self: Neo4jLoader, label: str) -> None:
        put_nodes(self, label)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Neo4jLoader, "_put_nodes", interrupted)
    command = ["litloom", "build", str(source), "--store", server.uri, "--model", "fast"]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("litloom: interrupted; ")
    assert "run the same command again to complete it" in line
    monkeypatch.setattr(Neo4jLoader, "_put_nodes", put_nodes)
    assert whole(build(source, server.uri)) == whole(build(source))


@pytest.mark.parametrize("moment", ["_put_nodes", "_delete_stale_nodes"])
def test_a_client_killed_in_mid_load(
    server: TestServer, tmp_path: Path, papers: tuple[Paper, ...], moment: str
) -> None:
    undisturbed = whole(build(papers))
    build(papers[1:3], server.uri).close()
    script = f"""
import os, signal
from litloom import build
from litloom.graph.stores.neo4j.load import Neo4jLoader
from tests.conftest import PAPERS
kept = Neo4jLoader.{moment}
def killed(*arguments):
    kept(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
Neo4jLoader.{moment} = killed
build(PAPERS, {server.uri!r}, model='fast')
"""
    ended = run(folder=tmp_path, code=script)
    assert ended.returncode < 0
    with Graph(open_store(server.uri)) as graph:
        assert graph.query("most-used").values
    assert whole(build(papers, server.uri)) == undisturbed
