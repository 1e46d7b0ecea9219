"""Hostile texts in every field of a paper stay texts, from reading to the browser and to other programs."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import litloom
from litloom import Paper, QueryError, open_graph
from litloom.graph.export.graph_formats import export_graph
from litloom.graph.export.neo4j_bulk import export_neo4j_import
from litloom.graph.schema import EDGES, NODES
from tests.browser import Browser
from tests.campaign import scale
from tests.campaign.place import Place, contents, entries
from tests.campaign.values import HTML, VALUES
from tests.conftest import PAPERS
from tests.neo4j_server import TestServer
from tests.test_removal import everything

pytestmark = [pytest.mark.slow, pytest.mark.timeout(scale.TIMEOUT)]

build = partial(litloom.build, model="fast")

STORE = "g.lbug"
COLUMNS = (
    "p.id",
    "p.title",
    "p.abstract",
    "p.venue",
    "p.url",
    "p.doi",
    "p.authors",
    "p.ids",
    "p.organization",
)
ALL = f"MATCH (p:Paper) RETURN {', '.join(COLUMNS)} ORDER BY p.id"
QUESTIONS = (
    ["cypher", ALL],
    ["query", "papers-mentioning", "--concept", "ImageNet", "--top", "1000"],
)
PAPER = "window.hit = 2</script> 1"
"""A part of the title of one."""
HALF = re.compile("[\ud800-\udfff]")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
EXPORTS = {
    "graphml": ("out.graphml", partial(nx.read_graphml, force_multigraph=True)),
    "gexf": ("out.gexf", partial(nx.read_gexf, version="1.2draft")),
    "cytoscape": ("out.cyjs", lambda path: nx.cytoscape_graph(loaded(path))),
    "node-link": ("out.json", lambda path: nx.node_link_graph(loaded(path), edges="edges")),
}


def loaded(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def record(number: int, value: str) -> dict[str, object]:
    """Return a record that has a hostile value in every field, and a title of its own."""
    return {
        "id": f"{value[:300]}{number}",
        "title": f"{value} {number}",
        "abstract": f"{value[:500]} We train {value[:500]} on ImageNet with Adam.",
        "authors": [value, f"{value} Poe"],
        "author_ids": [f"s2:{value[:100]}", ""],
        "venue": value,
        "url": value,
        "ids": [f"s2:{value[:100]}{number}"],
        "references": [value, f"s2:{value[:100]}"],
        "year": 2000 + number % 20,
    }


@dataclass(frozen=True)
class Hostile:
    """A place with a graph of the plain papers and of one paper for each value."""

    place: Place
    file: Path
    count: int


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    place = Place(tmp_path_factory.mktemp("values"))
    with place.taken():
        build(PAPERS, STORE).close()
        lines = [json.dumps(record(number, value)) for number, value in enumerate(VALUES)]
        file = place.work / "values.jsonl"
        file.write_text("\n".join(lines), encoding="utf-8")
        ended = place.run("build", file, "--store", STORE, "--model", "fast", "--skip-bad")
        assert ended.returncode == 0, ended.stderr
        left_out = (place.work / "skipped.tsv").read_text(encoding="utf-8").splitlines()
        whole = [line for line, value in zip(lines, VALUES, strict=True) if not HALF.search(value)]
        assert len(left_out) - 1 == len(VALUES) - len(whole), left_out
        file.write_text("\n".join(whole), encoding="utf-8")
        yield Hostile(place, file, len(whole))


def is_clean(text: str) -> bool:
    """Whether a text has nothing that rules a terminal or turns the order of characters."""
    return not any(unicodedata.category(c) == "Cc" for c in text.replace("\n", "")) and not BIDI.search(text)


def test_no_paper_is_lost_and_nothing_happens_elsewhere(hostile: Hostile) -> None:
    with open_graph(STORE) as graph:
        assert dict(graph.stats().values)["papers"] == len(PAPERS) + hostile.count
    assert {path.name for path in hostile.place.folder.iterdir()} == {"cwd", "home", "cache", "tmp"}
    assert {path.name for path in hostile.place.work.iterdir() if not path.name.startswith("out")} == {
        STORE,
        f"{STORE}.extractions",
        f"{STORE}.tables",
        "values.jsonl",
        "skipped.tsv",
    }
    assert entries(hostile.place.folder / "home") == []


def test_what_is_stored_rules_no_terminal(hostile: Hostile) -> None:
    for rows in everything(STORE).values():
        for row in map(json.loads, rows):
            texts = [
                text
                for value in row["x"].values()
                for text in (value if isinstance(value, list) else [value])
            ]
            assert all(is_clean(text) for text in texts if isinstance(text, str)), row


@pytest.mark.parametrize("question", QUESTIONS, ids=["cypher", "query"])
def test_answers_in_all_formats(hostile: Hostile, question: list[str]) -> None:
    table, in_json, in_csv, md = printed(hostile.place, question, STORE)
    assert all(map(is_clean, (table, in_json, in_csv, md)))
    rows = json.loads(in_json)
    assert len(rows) >= hostile.count
    check_csv(in_csv, len(rows))
    lines = md.splitlines()
    assert len(lines) == len(rows) + 2
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines} == {len(rows[0]) + 1}


def printed(place: Place, question: list[str], store: str | Path) -> list[str]:
    """Return what a question prints in each format."""
    cases = [[*question, "--store", str(store), "--format", name] for name in ("table", "json", "csv", "md")]
    ended = place.run_all(cases)
    assert [one.returncode for one in ended] == [0] * len(cases), ended
    return [one.stdout for one in ended]


def check_csv(text: str, count: int) -> None:
    header, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert len(rows) == count
    for row in rows:
        assert len(row) == len(header)
        for cell in row:
            assert is_clean(cell)
            assert not cell.startswith(FORMULA) or NUMBER.fullmatch(cell), cell[:100]


def test_papers_that_come_from_python_are_shown_as_safely(hostile: Hostile, tmp_path: Path) -> None:
    values = [value for value in VALUES[:: 1 if scale.FULL else 3] if not HALF.search(value)]
    papers = [
        Paper(
            id=f"p{number}",
            title=value,
            abstract=f"{value[:500]} on ImageNet.",
            authors=(value,),
            venue=value,
            url=value,
        )
        for number, value in enumerate(values)
    ]
    build(papers, tmp_path / "python.lbug").close()
    table, in_json, in_csv, md = printed(hostile.place, QUESTIONS[0], tmp_path / "python.lbug")
    assert all(map(is_clean, (table, in_json, in_csv, md)))
    check_csv(in_csv, len(json.loads(in_json)))


def test_names_of_papers_and_concepts_are_never_more_than_names(hostile: Hostile) -> None:
    before = contents(hostile.place.work)
    with open_graph(STORE) as graph:
        for value in VALUES if scale.FULL else VALUES[::5]:
            for ask in (
                partial(graph.query, "similar", paper=value),
                partial(graph.query, "papers-mentioning", concept=value),
                partial(graph.view, "lineage", value),
                partial(graph.cypher, "MATCH (p:Paper) WHERE p.title = $x RETURN p.id", x=value),
            ):
                with suppress(QueryError):
                    ask()
    assert contents(hostile.place.work) == before


@pytest.mark.parametrize("name", EXPORTS)
def test_other_programs_read_what_is_exported(hostile: Hostile, name: str) -> None:
    file, read = EXPORTS[name]
    with open_graph(STORE) as graph:
        export_graph(graph.to_networkx(), hostile.place.work / file, name)
    exported = read(hostile.place.work / file)
    with open_graph(STORE) as graph:
        network = graph.to_networkx()
    assert exported.number_of_nodes() == network.number_of_nodes()
    assert exported.number_of_edges() == network.number_of_edges()
    (hostile.place.work / file).unlink()


def test_files_for_the_importer_of_neo4j(hostile: Hostile) -> None:
    with open_graph(STORE) as graph:
        export_neo4j_import(graph.store, Path("out"))
    folder = hostile.place.work / "out"
    assert {path.name for path in folder.iterdir()} == {
        "import.sh",
        *(f"{name.lower()}.csv" for name in (*NODES, *EDGES)),
    }
    held = everything(STORE)
    for name in (*NODES, *EDGES):
        with (folder / f"{name.lower()}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert len(rows) == len(held[name])
        assert {len(row) for row in rows} <= {len(header)}


@pytest.mark.integration
@pytest.mark.parametrize(
    "what",
    [("map",), ("concepts",), ("paper", PAPER), ("lineage", "Adam"), ("cypher", "MATCH (p:Paper) RETURN p")],
    ids=["map", "concepts", "paper", "lineage", "cypher"],
)
def test_nothing_of_theirs_runs_in_a_browser(
    hostile: Hostile, browser: Browser, what: tuple[str, ...]
) -> None:
    page = hostile.place.work / "out.html"
    with open_graph(STORE) as graph:
        graph.view(*what, path=page, title=HTML[1], max_nodes=300 if scale.FULL else 40)
    browser.open(page)
    items = browser.js("return litloom.data.items.length")
    assert items > 3
    for number in range(items):
        browser.js("litloom.choose(arguments[0], true)", number)
    browser.js("litloom.choose(null)")
    browser.find("#search").send_keys("script")
    browser.find("#list").click()
    assert browser.js("return [window.hit, {}.hit]") == [None, None]
    drawn = "#legend, #panel, #suggestions, h1, #notes, table"
    for tag in ("img", "script", "iframe", "style", "svg", "base", "meta", "math"):
        assert browser.all(", ".join(f"{place} {tag}" for place in drawn.split(", "))) == []
    links = browser.js("return [...document.querySelectorAll('a[href]')].map((link) => link.protocol)")
    assert set(links) <= {"http:", "https:", "ftp:"}
    assert browser.traffic() == []
    assert browser.log() == []
    page.unlink()


@pytest.mark.integration
def test_a_server_holds_the_same(hostile: Hostile, server: TestServer) -> None:
    build(PAPERS, server.uri).close()
    build(hostile.file, server.uri).close()
    assert everything(server.uri) == everything(STORE)
    with open_graph(server.uri) as graph, open_graph(STORE) as other:
        for value in VALUES[::7]:
            query = "MATCH (p:Paper) WHERE p.venue = $x RETURN p.id AS id ORDER BY id"
            if not HALF.search(value):
                assert graph.cypher(query, x=value).values == other.cypher(query, x=value).values
    litloom.remove(list(litloom.read_papers(hostile.file)), server.uri).close()
    with build(PAPERS) as plain:
        assert sorted(everything(server.uri)["Paper"]) == sorted(
            json.dumps(row, sort_keys=True) for row in plain.cypher("MATCH (n:Paper) RETURN n AS x")
        )


def test_they_can_be_taken_out_again(hostile: Hostile, tmp_path: Path) -> None:
    """The last of these tests: it leaves the graph of the plain papers."""
    ended = hostile.place.run("remove", "--from", hostile.file, "--yes", "--store", STORE)
    assert ended.returncode == 0, ended.stderr
    assert is_clean(ended.stdout + ended.stderr.replace("\r", "")), "it names what it takes out"
    build(PAPERS, tmp_path / "plain.lbug").close()
    assert everything(STORE) == everything(tmp_path / "plain.lbug")
