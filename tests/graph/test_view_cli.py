"""``litloom view`` and ``litloom export``: what is typed, what is written, and what is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

from litloom.cli import main
from tests.graph.view_graphs import small
from tests.graph.view_store import stored

Ended = tuple[int, str, str]


@pytest.fixture
def litloom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Runs the command in a folder that has the graph ``lit.lbug``."""
    stored(small(), tmp_path / "lit.lbug").close()
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Ended:
        monkeypatch.setattr("sys.argv", ["litloom", *words])
        try:
            main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return status, out, err

    return run


STORE = ("--store", "lit.lbug")


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        ((), "Map of papers"),
        (("map",), "Map of papers"),
        (("paper", "QLoRA"), "QLoRA: Finetuning of Quantized LLMs"),
        (("concept", "lora", "--steps", "2"), "LoRA"),
        (("concepts", "--kind", "Method", "--kind", "Task"), "Methods and Tasks together"),
        (("lineage", "LoRA"), "Lineage of LoRA"),
        (("query", "papers-mentioning", "--concept", "LoRA", "--top=5"), "Which papers mention"),
        (("cypher", "MATCH (p:Paper) WHERE p.id = $id RETURN p", "-p", "id=q"), "Answer"),
        (("map", "--title", "Mine & yours"), "Mine &amp; yours"),
    ],
)
def test_every_view_is_written(litloom: Callable[..., Ended], words: tuple[str, ...], heading: str):
    status, out, err = litloom("view", *words, *STORE, "-o", "page.html")
    assert (status, out) == (0, "page.html\n"), err
    assert f'<h1 dir="auto">{heading}' in Path("page.html").read_text("utf-8")


def test_options_may_stand_before_the_name_of_the_view(litloom: Callable[..., Ended]):
    status, out, err = litloom("view", *STORE, "-o", "x.html", "--title", "T", "paper", "QLoRA")
    assert (status, out) == (0, "x.html\n"), err
    assert '<h1 dir="auto">T' in Path("x.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("paper", "nobody wrote this"), "litloom: no paper fits 'nobody wrote this'"),
        (("query", "papers-mentoning"), "litloom: no query is called 'papers-mentoning'"),
        (("query", "papers-mentioning"), "litloom: papers-mentioning needs concept"),
        (("query", "papers-mentioning", "LoRA"), "litloom: 'LoRA' is no option of a query"),
        (("cypher", "MATCH (p:Paper) RETURN count(p) AS n"), "litloom: nothing to draw"),
        (("concepts", "--kind", "Animal"), "litloom: kinds must be among Method, Dataset"),
        (("map", "-o", "no/such/folder.html"), "litloom: no/such/folder.html: No such file"),
    ],
)
def test_what_goes_wrong_is_one_line(litloom: Callable[..., Ended], words: tuple[str, ...], complaint: str):
    status, out, err = litloom("view", *words, *STORE)
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].startswith(complaint)
    assert not Path("graph.html").exists()


def test_store_is_asked_for(litloom: Callable[..., Ended]):
    for command in (("view", "--title", "T"), ("export", "--format", "gexf")):
        status, _, err = litloom(*command)
        assert status == 2
        assert "--store" in err


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("graphml", "graphml"), ("gexf", "gexf"), ("cytoscape", "cyjs"), ("node-link", "json")],
)
def test_export_for_graph_programs(litloom: Callable[..., Ended], name: str, suffix: str):
    status, out, err = litloom("export", "--format", name, *STORE)
    assert (status, out) == (0, f"graph.{suffix}\n")
    assert "9 nodes, 11 edges" in err
    assert litloom("export", "--format", name, *STORE, "-o", "mine")[1] == "mine\n"
    assert Path("mine").read_bytes() == Path(f"graph.{suffix}").read_bytes()
    if name == "graphml":
        assert nx.read_graphml("mine").number_of_edges() == 11
    if suffix == "cyjs":
        assert len(json.loads(Path("mine").read_text("utf-8"))["elements"]["nodes"]) == 9
