"""Each view is declared once: its command, its Python method and their help show the same arguments."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import litloom.graph.views
from litloom import Graph, QueryError
from litloom.cli.app import app
from litloom.graph.views.registry import declared_views
from tests.graph.view_graphs import small
from tests.graph.view_store import stored

VIEWS = ("concept", "concepts", "cypher", "lineage", "map", "paper", "query")
SEVERAL = {"kinds": "kind", "parameters": "parameter"}
"""Arguments that are given one value at a time on the command line."""
TOY = '''
from typing import Annotated

from litloom.graph.views.neighbourhood import around_scene
from litloom.graph.views.declaration import ConceptName, Option, PageOptions, Questions, ViewDeclaration
from litloom.graph.views.page.scene import Scene


def draw(
    questions: Questions,
    options: PageOptions,
    centre: ConceptName,
    *,
    pace: Annotated[int, Option(help="How fast to go.", least=2, most=5)] = 3,
) -> Scene:
    """Draw a toy.

    It is only a test.
    """
    return around_scene(questions.store, centre, PageOptions(f"Toy at pace {pace}", options.max_nodes))


VIEW = ViewDeclaration("toy-story", draw, max_nodes=7, example='toy-story "LoRA" --pace 5 --store lit.lbug')
'''


@pytest.fixture
def few() -> Iterator[Graph]:
    with stored(small()) as graph:
        yield graph


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Adds a view: one file among the modules of the package."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "toy.py").write_text(TOY)
    monkeypatch.setattr(
        litloom.graph.views, "__path__", [*litloom.graph.views.__path__, str(tmp_path / "modules")]
    )
    declared_views.cache_clear()
    yield
    declared_views.cache_clear()
    sys.modules.pop("litloom.graph.views.toy", None)


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Runs the command beside a graph ``lit.lbug``; the terminal is wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("TERMINAL_WIDTH", "300")

    def run(*words: str) -> tuple[int, str]:
        ended = CliRunner().invoke(app, ["view", *words])
        if ended.exception and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        return ended.exit_code, re.sub(r"\x1b\[[0-9;]*m", "", ended.output)

    return run


def options_of(page: str) -> set[str]:
    return set(re.findall(r"^[│ *]+--([a-z-]+)", page, re.MULTILINE))


@pytest.mark.parametrize("name", VIEWS)
def test_command_method_and_help_show_the_same_arguments(
    few: Graph, typed: Callable[..., tuple[int, str]], name: str
):
    method = getattr(few.view, name)
    parameters = inspect.signature(method).parameters
    named = {p.name for p in parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY}
    assert named >= {"title", "max_nodes", "max_edges", "path"}

    status, page = typed(name, "--help")
    assert status == 0
    flags = {SEVERAL.get(option, option).replace("_", "-") for option in named - {"path"}}
    only_there = {"store", "output", "help", *(["queries"] if name == "query" else [])}
    assert options_of(page) == flags | only_there
    for parameter in parameters.values():
        if parameter.kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD):
            assert re.search(rf"^│ \* +{parameter.name.upper()} ", page, re.MULTILINE)
        if type(parameter.default) is int:
            assert re.search(rf"{parameter.name.replace('_', '-')} .*\[default: {parameter.default}\]", page)

    text = inspect.getdoc(method)
    assert text is not None
    summary, *_ = text.split("\n\n")
    assert " ".join(summary.split()) in " ".join(page.split())
    assert re.findall(r"^(?:\*\*)?(\w+)\n    ", text.split("Returns\n")[0], re.MULTILINE) == [*parameters]
    for argument in declared_views()[name].arguments:
        assert argument.option.help in text
        assert argument.option.help in page
    assert f"Example: litloom view {name}" in page


def test_all_views_are_listed_with_one_line_each(few: Graph, typed: Callable[..., tuple[int, str]]):
    status, page = typed("--help")
    assert status == 0
    assert tuple(re.findall(r"^│ ([a-z]+) +Draw .*\.", page, re.MULTILINE)) == VIEWS
    assert tuple(few.view) == VIEWS
    assert set(VIEWS) <= set(dir(few.view))
    assert [line.split()[0] for line in repr(few.view).splitlines()] == [*VIEWS]


def test_method_draws_what_its_view_draws(few: Graph, tmp_path: Path):
    page = tmp_path / "lora.html"
    view = few.view.lineage("LoRA", steps=2, max_edges=3, path=page)
    assert view.html == few.view("lineage", "LoRA", steps=2, max_edges=3).html == page.read_text("utf-8")
    assert few.view.query("papers-mentioning", concept="LoRA").html == (
        few.view("query", "papers-mentioning", parameters={"concept": "LoRA"}).html
    )
    with pytest.raises(AttributeError, match="no view is called 'atlas'"):
        _ = few.view.atlas


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (["map"], {"max_nodes": 0}, "max_nodes must be at least 1, not 0"),
        (["map"], {"max_edges": -1}, "max_edges must be at least 0, not -1"),
        (["map"], {"max_nodes": "many"}, "max_nodes must be a whole number, not 'many'"),
        (["map"], {"max_nodes": 2.5}, "max_nodes must be a whole number, not 2.5"),
        (["map"], {"max_nodes": True}, "max_nodes must be a whole number, not True"),
        (["map"], {"title": 7}, "title must be a text, not 7"),
        (["map", "LoRA"], {}, "wrong arguments for the view 'map': too many positional arguments"),
        (["paper", 7], {}, "name must be a text, not 7"),
        (["paper", "q"], {"steps": 3}, "steps must be from 1 to 2, not 3"),
        (["lineage", "LoRA"], {"steps": 0}, "steps must be from 1 to 4, not 0"),
        (["lineage", "LoRA"], {"name": "LoRA"}, "wrong arguments for the view 'lineage': multiple values"),
        (["concepts"], {"across": "yes"}, "across must be True or False, not 'yes'"),
        (["concepts"], {"kinds": []}, "kinds must be among Method, Dataset, Hardware, Metric, Task"),
        (["concepts"], {"kinds": 7}, "kinds must be among .*, not 7"),
        (["concepts"], {"kinds": ["task", 7]}, "kinds must be among .*, not 7"),
        (["cypher"], {}, "the view 'cypher' needs query: Cypher that only reads"),
        (["cypher", "RETURN 1"], {"parameters": ["x"]}, "parameters must be a dictionary"),
        (["query"], {"concept": "LoRA"}, "the view 'query' needs name: Name of a canned query"),
        (["query", "papers-mentioning"], {"steps": 2}, "papers-mentioning has no parameter steps"),
    ],
)
def test_wrong_arguments_are_one_clear_line(few: Graph, names: list, options: dict, message: str):
    with pytest.raises(QueryError, match=f"^{message}") as caught:
        few.view(*names, **options)
    assert "\n" not in str(caught.value)


def test_none_stands_for_the_default_and_one_kind_for_a_list_of_it(few: Graph):
    assert few.view("map", title=None, max_nodes=None).html == few.view("map").html
    assert few.view("concepts", kinds="method").html == few.view("concepts", kinds=["Method"]).html


def test_view_says_which_name_it_guessed(few: Graph):
    assert any("'qloraa' is taken as QLoRA" in note for note in few.view("paper", "qloraa").notes)
    guessed = few.view("query", "papers-mentioning", concept="GPUz")
    assert any("'GPUz' is taken as GPU" in note for note in guessed.notes)


def test_unknown_view_is_one_line(typed: Callable[..., tuple[int, str]]):
    with pytest.raises(QueryError, match=f"^no view is called 'atlas'; there are {', '.join(VIEWS)}$"):
        typed("atlas", "--store", "lit.lbug")


def test_option_of_a_query_without_a_value_is_refused(typed: Callable[..., tuple[int, str]]):
    with pytest.raises(QueryError, match=r"^--concept needs a value; write: --concept VALUE$"):
        typed("query", "papers-mentioning", "--store", "lit.lbug", "--concept")


OWN = """// name = "own"
// question = "What has this name?"
// columns = ["paper"]
// parameters.what = { type = "text", about = "what", example = "q" }
// parameters.path = { type = "text", about = "where", example = "q" }
// parameters.title = { type = "text", about = "how it is called", example = "q" }
MATCH (p:Paper) WHERE p.id = $what OR p.id = $path OR p.id = $title RETURN p.id AS paper
"""


def test_parameters_of_a_query_may_have_any_name(tmp_path: Path, typed: Callable[..., tuple[int, str]]):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "own.cypher").write_text(OWN)
    stored(small(), tmp_path / "lit.lbug").close()
    words = ("--queries", "mine", "--what", "q", "--path=a", "-p", "title=bare", "--title", "Three papers")
    status, out = typed("query", "own", "--store", "lit.lbug", *words)
    assert (status, out.splitlines()[0]) == (0, "3 papers and 1 edge."), out
    assert ">Three papers<" in (tmp_path / "graph.html").read_text("utf-8")


@pytest.mark.usefixtures("toy")
def test_a_new_module_is_a_new_view(few: Graph, tmp_path: Path, typed: Callable[..., tuple[int, str]]):
    assert "toy-story" in few.view
    assert str(inspect.signature(few.view.toy_story)).startswith(
        "(centre: str, *, pace: int = 3, title: str = ''"
    )
    text = inspect.getdoc(few.view.toy_story)
    assert text is not None
    assert text.startswith("Draw a toy.\n\nIt is only a test.\n\nParameters\n")
    assert "pace\n    How fast to go. From 2 to 5.\n" in text
    with pytest.raises(QueryError, match="pace must be from 2 to 5, not 1"):
        few.view("toy-story", "LoRA", pace=1)
    assert 'dir="auto">Toy at pace 4<' in few.view("toy-story", "LoRA", pace=4).html

    assert re.search(r"toy-story +Draw a toy\.", typed("--help")[1])
    assert re.search(r"--pace +.*2<=x<=5.* How fast to go\. +\[default: 3\]", typed("toy-story", "--help")[1])
    stored(small(), tmp_path / "lit.lbug").close()
    status, out = typed("toy-story", "LoRA", "--pace", "5", "--store", "lit.lbug", "-o", "toy.html")
    assert (status, out.splitlines()[-1]) == (0, "toy.html"), out
    assert 'dir="auto">Toy at pace 5<' in (tmp_path / "toy.html").read_text("utf-8")
    assert typed("toy-story", "LoRA", "--pace", "9", "--store", "lit.lbug")[0] == 2


def test_arguments_of_a_view_must_be_described(toy: None, tmp_path: Path):
    module = tmp_path / "modules" / "toy.py"
    module.write_text(module.read_text().replace("centre: ConceptName", "centre: str"))
    with pytest.raises(TypeError, match="the annotation of centre must be Annotated"):
        _ = declared_views()["toy-story"].arguments


@pytest.mark.parametrize(
    "name",
    [
        "litloom.graph.views.page.html",
        "litloom.graph.views.page.communities",
        "litloom.graph.views.page.data",
        "litloom.graph.views.declaration",
        "litloom.graph.views.page.layout",
        "litloom.graph.views.map",
        "litloom.graph.views.registry",
        "litloom.graph.views.page.scene",
        "litloom.graph.views.page.selection",
        "litloom.graph.views.page.text",
        "litloom.support.signatures",
        "litloom.view_arguments",
        "litloom.views",
    ],
)
def test_examples_in_docstrings_are_right(name: str):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.attempted
    assert not result.failed
