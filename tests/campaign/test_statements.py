"""Every way into a graph answers honest questions, and refuses statements that could do more than that.

The statements are in ``statements.tsv``, whose head says what its columns mean.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

import litloom
from litloom import Graph, QueryError, open_graph
from litloom.queries.catalogue import catalogue
from tests.campaign import scale
from tests.campaign.place import Place, contents, error_line
from tests.conftest import PAPERS
from tests.neo4j_server import TestServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(scale.TIMEOUT)]

Dialect = Literal["ladybug", "neo4j"]
FILE = Path(__file__).with_name("statements.tsv")
FILE_STORE = "g.lbug"
COUNT = "MATCH (p:Paper) WHERE p.known RETURN count(p) AS n"
QUERIES = "own-queries"
"""How folders of queries begin."""
NOT_THEIRS = (QUERIES, "/cache/JNA")
"""The latter is of Java, if the server is started here."""
NAME = "mine"
"""Of a query file."""


@dataclass(frozen=True)
class Statement:
    """A line of the file."""

    dialect: str
    must: str
    text: str
    answer: list[list[Any]] | None = None

    @classmethod
    def of(cls, line: str) -> Statement:
        dialect, must, text, *answer = line.split("\t")
        text = json.loads(text) if text.startswith('"') else text
        return cls(dialect, must, text, json.loads(answer[0]) if answer else None)


STATEMENTS = [
    Statement.of(line)
    for line in FILE.read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
]


def which(dialect: Dialect, *must: str) -> list[Statement]:
    return [s for s in STATEMENTS if s.dialect in (dialect, "both") and s.must in must]


def each(dialect: Dialect, *must: str) -> pytest.MarkDecorator:
    found = which(dialect, *must)
    return pytest.mark.parametrize("statement", found, ids=[s.text[:60] or "nothing" for s in found])


class Listener(BaseHTTPRequestHandler):
    """A web server that remembers what it was asked for."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *arguments: object) -> None:
        return


@dataclass
class Target:
    """A graph that hostile statements are sent to, and all that they must leave alone."""

    place: Place
    store: str
    url: str
    graph: Graph
    rows: Callable[[], object]
    """What the graph holds; for a file its bytes are looked at instead."""

    def text(self, statement: Statement) -> str:
        """Return a statement with the file, the output and the address that it is to use."""
        names = {"file": self.place.folder / "secret.csv", "out": self.place.folder / "out", "url": self.url}
        text = statement.text
        for name, value in names.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def state(self) -> tuple[dict[str, str], object, list[str]]:
        """Return all that must stay as it is: files, rows, and what the web server was asked for."""
        found = contents(self.place.folder).items()
        files = {path: digest for path, digest in found if not any(name in path for name in NOT_THEIRS)}
        return files, self.rows(), list(Listener.asked)

    def check(self) -> None:
        """Check that nothing has changed."""
        (files, *more), (files_before, *more_before) = self.state(), self.before
        assert set(files.items()) ^ set(files_before.items()) == set()
        assert more == more_before

    @cached_property
    def before(self) -> tuple[dict[str, str], object, list[str]]:
        """The state before any statement."""
        return self.state()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, str]]:
    """A place that the process of the tests takes for its own, and the address of a web server."""
    place = Place(tmp_path_factory.mktemp("statements"))
    (place.folder / "secret.csv").write_text("id,title\nsecret,secret\n", encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as listening, place.taken():
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield place, f"http://127.0.0.1:{listening.server_address[1]}"
        listening.shutdown()


@pytest.fixture(scope="module")
def file(place: tuple[Place, str]) -> Iterator[Target]:
    with litloom.build(PAPERS, FILE_STORE, model="fast") as graph:
        target = Target(place[0], FILE_STORE, place[1], graph, lambda: None)
        assert target.before
        yield target


@pytest.fixture(scope="module")
def on_server(
    place: tuple[Place, str], neo4j_running: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    neo4j_running.empty()

    def rows() -> object:
        nodes = "MATCH (n) RETURN elementId(n) AS id, labels(n) AS l, properties(n) AS p ORDER BY id"
        edges = "MATCH ()-[r]->() RETURN elementId(r) AS id, type(r) AS t, properties(r) AS p ORDER BY id"
        schema = "SHOW INDEXES YIELD name RETURN name ORDER BY name"
        return [[record.data() for record in neo4j_running.run(query)] for query in (nodes, edges, schema)]

    with pytest.MonkeyPatch.context() as login:
        for name, value in neo4j_running.environment.items():
            login.setenv(name, value)
        login.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        with litloom.build(PAPERS, neo4j_running.uri, model="fast") as graph:
            target = Target(place[0], neo4j_running.uri, place[1], graph, rows)
            assert target.before
            yield target
    neo4j_running.empty()


@each("ladybug", "answered")
def test_honest_questions_to_a_file(file: Target, statement: Statement) -> None:
    answered(file, statement)


@each("ladybug", "refused", "written")
def test_hostile_statements_to_a_file(file: Target, statement: Statement) -> None:
    refused(file, statement)


@pytest.mark.integration
@each("neo4j", "answered")
def test_honest_questions_to_a_server(on_server: Target, statement: Statement) -> None:
    answered(on_server, statement)


@pytest.mark.integration
@each("neo4j", "refused", "written")
def test_hostile_statements_to_a_server(on_server: Target, statement: Statement) -> None:
    refused(on_server, statement)


def test_honest_commands(file: Target) -> None:
    statements = [s for s in which("ladybug", "answered") if s.answer is not None]
    cases = [
        ["cypher", s.text, "--format", "json", "--store", file.store]
        for s in statements[:: 1 if scale.FULL else 5]
    ]
    for case, ended in zip(cases, file.place.run_all(cases), strict=True):
        assert (ended.returncode, ended.stderr) == (0, ""), case
        assert isinstance(json.loads(ended.stdout), list)


def test_hostile_commands_with_a_file(file: Target) -> None:
    commands_refused(file, which("ladybug", "refused", "written"))


@pytest.mark.integration
def test_hostile_commands_with_a_server(on_server: Target) -> None:
    commands_refused(on_server, which("neo4j", "refused", "written"))


@pytest.mark.parametrize("text", ["CHECKPOINT", "RETURN 1; CHECKPOINT"])
def test_a_process_of_its_own(file: Target, text: str) -> None:
    """What a process does at its end counts as well."""
    command = [sys.executable, "-m", "litloom", "cypher", text, "--store", file.store]
    ended = subprocess.run(
        command, cwd=file.place.work, env=file.place.environment, capture_output=True, text=True
    )
    assert ended.returncode == 2
    assert error_line(ended.stderr)
    file.check()


@pytest.mark.parametrize(
    "text", ["CHECKPOINT", "COPY (RETURN 1) TO '{out}.csv'", "LOAD FROM '{file}' RETURN *"]
)
def test_the_first_of_two_statements_of_a_canned_query(file: Target, text: str) -> None:
    """As ``queries/shortest-chain.cypher`` has them."""
    chain = catalogue()["shortest-chain"]
    header = [
        f'// name = "{NAME}"',
        '// question = "Q?"',
        f"// columns = {list(chain.columns)}",
        f'// computed = "{chain.computed}"',
        f"// found = {list(chain.found)}",
        *(
            f"// parameters.{p.name} = {{ type = 'paper', about = 'a', example = 'b' }}"
            for p in chain.parameters
        ),
    ]
    folder = file.place.work / f"{QUERIES}-first"
    folder.mkdir(exist_ok=True)
    hostile = file.text(Statement("ladybug", "refused", text))
    lines = [*header, f"{hostile};", "", chain.cypher]
    (folder / f"{NAME}.cypher").write_text("\n".join(lines), encoding="utf-8")
    catalogue.cache_clear()
    with pytest.raises(QueryError, match="allowed"), open_graph(file.store, queries=folder) as graph:
        graph.query(NAME, start="lora", goal="bert")
    file.check()


@pytest.mark.integration
def test_a_server_may_be_written_where_a_person_says_so(on_server: Target) -> None:
    """The last of these tests: it leaves another graph."""
    texts = [on_server.text(statement) for statement in which("neo4j", "written")]
    for text in texts:
        on_server.graph.store.write(text)
    cases = [["cypher", text, "--write", "--store", on_server.store] for text in texts[:3]]
    for text, ended in zip(texts, on_server.place.run_all(cases), strict=False):
        assert (ended.returncode, ended.stderr) == (0, ""), text
    assert on_server.state() != on_server.before


def answered(target: Target, statement: Statement) -> None:
    text = target.text(statement)
    rows = target.graph.cypher(text)
    if statement.answer is not None:
        assert [list(row) for row in rows.values] == statement.answer


def refused(target: Target, statement: Statement) -> None:
    text = target.text(statement)
    asks = [target.graph.cypher, partial(target.graph.view, "cypher")]
    if scale.FULL or STATEMENTS.index(statement) % 8 == 0:
        folder = as_canned_query(target.place, text)
        asks.append(lambda _: Graph(target.graph.store, queries=folder).query(NAME))
    for ask in asks:
        with pytest.raises(QueryError) as error:
            ask(text)
        assert len(str(error.value).splitlines()) == 1
    if target.store != FILE_STORE and statement.must == "refused":
        with pytest.raises(QueryError):
            target.graph.store.write(text)
    target.check()
    assert target.graph.cypher(COUNT)[0]["n"] == len(PAPERS)


def commands_refused(target: Target, statements: list[Statement]) -> None:
    """Check that the command refuses statements by all ways; a few of them by one way in a small campaign."""
    cases: list[list[str]] = []
    for number, statement in enumerate(statements[:: 1 if scale.FULL else 30]):
        text = target.text(statement)
        ways = ways_of(text, as_canned_query(target.place, text, f"{QUERIES}-{number}"))
        cases += ways if scale.FULL else [ways[number % len(ways)]]
    for case, ended in zip(
        cases, target.place.run_all([[*case, "--store", target.store] for case in cases]), strict=True
    ):
        assert ended.returncode == 2, (case, ended)
        assert error_line(ended.stderr)
        assert ended.stdout == ""
    target.check()


def ways_of(text: str, folder: Path) -> list[list[str]]:
    """Return the commands by which a query reaches a graph, as text or in a folder of queries."""
    return [
        ["cypher", text],
        ["view", "cypher", text],
        ["query", "--queries", str(folder), NAME],
        ["view", "query", NAME, "--queries", str(folder)],
    ]


def as_canned_query(place: Place, text: str, name: str = QUERIES) -> Path:
    """Write a folder with a query file, and return it."""
    folder = place.work / name
    folder.mkdir(exist_ok=True)
    header = f'// name = "{NAME}"\n// question = "Q?"\n// columns = ["x"]\n\n'
    (folder / f"{NAME}.cypher").write_text(header + text, encoding="utf-8", newline="")
    catalogue.cache_clear()
    return folder
