"""What the pages of the documentation say of files, commands and the graph is so."""

import re
import shlex
from itertools import takewhile
from typing import Any

import pytest
import typer.main

from litloom.cli.app import app
from litloom.graph.schema import EDGES, NODES
from litloom.graph.views.registry import declared_views
from litloom.queries.catalogue import catalogue
from litloom.readers.registry import known_formats
from scripts.architecture_picture import PICTURE, picture
from tests.documentation import PAGES, ROOT, blocks, name_of, prose
from tests.test_rooms import MAY_IMPORT, ONLY_IN

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
PLACE = re.compile(r"(?:src|extractors|graph|queries|tests|scripts|benchmarks|configs|docs)/[\w./-]*\w")
MODULE = re.compile(r"python -m ((?:benchmarks|scripts)[\w.]+)")
NOT_RUN = re.compile(r"(demo|test) command|not run: needs .+")
MADE = {"queries/NAME.cypher"}
"""Places that a page only shows the form of."""


def page_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    for link in LINK.findall(prose(page)):
        if not re.match(r"https?://", link):
            place, _, anchor = link.partition("#")
            target = page.parent / place if place else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_a_page_names_are_there(page):
    text = page.read_text(encoding="utf-8")
    for code in CODE.findall(prose(page)):
        for place in PLACE.findall(code) if PLACE.match(code) else ():
            assert place in MADE or (ROOT / place).exists(), place
    for module in MODULE.findall(text):
        assert (ROOT / module.replace(".", "/")).with_suffix(".py").exists(), module


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_options_exist(page):
    lines = [line for block in blocks(page) if block.language == "bash" for line in commands(block.text)]
    lines += [code.replace("\n", " ") for code in CODE.findall(prose(page))]
    for line in lines:
        words = shlex.split(line, comments=True) if line.startswith("litloom ") else []
        if words[1:] and words[1][0].islower():
            check_command(words[1:])


def commands(script: str) -> list[str]:
    return re.findall(r"^litloom (?:[^\n\"\\]|\\\n|\"[^\"]*\")*", script, re.MULTILINE)


def check_command(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    context = command.context_class(command)
    options = {"--help"}
    takes_any = "--queries" in words
    for word in words:
        known = command.get_command(context, word) if hasattr(command, "get_command") else None
        if known is not None:
            command, context = known, known.context_class(known, parent=context)
            options |= {flag for parameter in command.params for flag in parameter.opts}
            takes_any = takes_any or command.context_settings.get("ignore_unknown_options", False)
        elif word.startswith("--") and not takes_any:
            assert word in options, f"{word} in {shlex.join(words)}"
    assert options != {"--help"}, f"there is no litloom {shlex.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_an_example_that_is_not_run_says_why(page):
    for block in blocks(page):
        if block.language in ("bash", "python") and block.comment:
            assert NOT_RUN.fullmatch(block.comment), f"{block.place}: {block.comment}"


def test_the_page_on_cypher_has_all_that_a_graph_is_made_of():
    text = page_of("docs/cypher.md")
    assert [name for name in (*NODES, *EDGES) if f"`{name}`" not in text] == []
    properties = {name for node in NODES.values() for name in node}
    properties |= {name for edge in EDGES.values() for name in edge.properties}
    kept_for_litloom = set(NODES["Litloom"])
    assert [name for name in properties - kept_for_litloom if f"`{name}`" not in text] == []


def table(page: str, heading: str) -> list[list[str]]:
    """The code in each cell of the table below a row that begins with a heading."""
    lines = page_of(page).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [
        [" ".join(re.findall(r"`([^`]*)`", cell)) for cell in row.strip("| ").split(" | ")] for row in rows
    ]


def first_column(page: str, heading: str) -> list[str]:
    return [row[0].removeprefix("litloom ") for row in table(page, heading)]


def test_tables_list_what_there_is():
    assert sorted(first_column("docs/formats.md", "format")) == sorted(known_formats())
    assert sorted(name.split()[0] for name in first_column("docs/views.md", "view")) == list(declared_views())
    assert first_column("docs/command-line.md", "command") != []
    assert sorted(first_column("docs/command-line.md", "command")) == sorted(
        typer.main.get_command(app).commands
    )


def test_the_number_of_queries_is_right():
    assert f"[{len(catalogue())} queries]" in page_of("README.md")


def test_the_readme_lists_all_pages():
    linked = set(LINK.findall(page_of("README.md")))
    assert {name_of(page) for page in PAGES} - {"README.md"} <= linked


def test_the_picture_of_the_architecture_is_current():
    message = "write it with: python -m scripts.architecture_picture"
    assert PICTURE.read_text(encoding="utf-8") == picture(), message


def test_the_page_on_the_architecture_is_current():
    page = "docs/architecture.md"
    listed = {name: allowed.split() for name, _, allowed in table(page, "package")}
    assert listed == {name: sorted(allowed) for name, allowed in MAY_IMPORT.items()}
    packages = {library: f"litloom.{package}" for library, package in table(page, "library")}
    assert packages == ONLY_IN
    for *_, function, file in table(page, "step"):
        assert re.search(rf"^(def|class) {function}\b", page_of(file), re.MULTILINE), f"{function} in {file}"
