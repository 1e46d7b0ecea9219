"""``litloom view``: the graph drawn as HTML pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from litloom.cli.ask import assignment
from litloom.cli.options import Store, output_path, say_written
from litloom.cli.output import note
from litloom.errors import QueryError

Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="The HTML file to write; - for standard output.",
        metavar="FILE",
        parser=output_path,
        show_default="graph.html",
    ),
]
Title = Annotated[str, typer.Option(help="The heading of the page.")]
MaxNodes = Annotated[int, typer.Option(help="Papers and concepts drawn at most.", min=1)]
MaxLines = Annotated[
    int | None, typer.Option(help="Lines drawn at most; as many as stay readable if not given.", min=0)
]
Steps = Annotated[int, typer.Option(help="How far to go.", min=1, max=4)]
Name = Annotated[str, typer.Argument(help="A part of its name or title, or its id.", metavar="NAME")]

PAGE = Path("graph.html")

view_app = typer.Typer(
    help="Draw the graph as one HTML page that needs no network; without a name, the map of all papers.",
    epilog='Example: litloom view lineage "LoRA" --store lit.lbug -o lora.html',
    invoke_without_command=True,
    no_args_is_help=True,
)


@view_app.callback()
def view(
    context: typer.Context,
    store: Annotated[str | None, typer.Option(help="The graph.", metavar="FILE|URI")] = None,
    output: Output = None,
    title: Title = "",
    max_nodes: MaxNodes = 500,
    max_lines: MaxLines = None,
) -> None:
    """Draw the graph as one HTML page that needs no network; without a name, the map of all papers."""
    if context.invoked_subcommand is None:
        if store is None:
            context.fail("Missing option '--store'.")
        draw(store, output, "map", title=title, max_nodes=max_nodes, max_lines=max_lines)
        return
    # What was said before the name of the view holds for it too.
    given = {"store": store} if store is not None else {}
    given |= {
        name: context.params[name]
        for name in ("output", "title", "max_nodes", "max_lines")
        if str(context.get_parameter_source(name)).endswith("COMMANDLINE")
    }
    context.default_map = dict.fromkeys(COMMANDS, given)


def draw(
    store: str, output: Path | None, what: str, *names: str, queries: Path | None = None, **options: Any
) -> None:
    """Write a view, and say where and what was left out."""
    from litloom.api import open_graph
    from litloom.store_files import check_apart
    from litloom.whole_file import check_output

    if output is not None:
        check_apart(output, store)
        check_output(output)
    with open_graph(store, queries=queries) as graph:
        drawn = graph.view(what, *names, **options)
    for remark in drawn.notes:
        note(remark)
    if output is None:
        drawn.write(PAGE)
    else:
        drawn.save(output)
    say_written(output or PAGE)


@view_app.command("map")
def map_(
    store: Store,
    output: Output = None,
    title: Title = "",
    max_nodes: MaxNodes = 500,
    max_lines: MaxLines = None,
) -> None:
    """Draw papers linked by the concepts that they share, coloured by community."""
    draw(store, output, "map", title=title, max_nodes=max_nodes, max_lines=max_lines)


@view_app.command()
def paper(
    name: Name,
    store: Store,
    output: Output = None,
    steps: Steps = 1,
    title: Title = "",
    max_nodes: MaxNodes = 150,
    max_lines: MaxLines = None,
) -> None:
    """Draw what is around a paper: concepts and papers, one or two steps away."""
    draw(store, output, "paper", name, steps=steps, title=title, max_nodes=max_nodes, max_lines=max_lines)


@view_app.command()
def concept(
    name: Name,
    store: Store,
    output: Output = None,
    steps: Steps = 1,
    title: Title = "",
    max_nodes: MaxNodes = 150,
    max_lines: MaxLines = None,
) -> None:
    """Draw what is around a concept: the papers that mention it, at two steps with their concepts."""
    draw(store, output, "concept", name, steps=steps, title=title, max_nodes=max_nodes, max_lines=max_lines)


@view_app.command()
def concepts(
    store: Store,
    output: Output = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Only concepts of this kind; may be given several times.", metavar="KIND"),
    ] = None,
    across: Annotated[bool, typer.Option("--across", help="Link only concepts of different kinds.")] = False,
    title: Title = "",
    max_nodes: MaxNodes = 120,
    max_lines: MaxLines = None,
) -> None:
    """Draw which concepts occur together: the wider a line, the more often than by chance (lift)."""
    kinds: dict[str, Any] = {"kinds": kind} if kind else {}
    draw(
        store,
        output,
        "concepts",
        **kinds,
        across=across,
        title=title,
        max_nodes=max_nodes,
        max_lines=max_lines,
    )


@view_app.command()
def lineage(
    name: Name,
    store: Store,
    output: Output = None,
    steps: Steps = 1,
    title: Title = "",
    max_nodes: MaxNodes = 60,
    max_lines: MaxLines = None,
) -> None:
    """Draw what a method or paper rests on and what rests on it, by year from left to right."""
    draw(store, output, "lineage", name, steps=steps, title=title, max_nodes=max_nodes, max_lines=max_lines)


@view_app.command()
def cypher(
    query: Annotated[str, typer.Argument(help="Cypher that only reads.", metavar="QUERY")],
    store: Store,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="A value for $NAME in the query.", metavar="NAME=VALUE"),
    ] = None,
    output: Output = None,
    title: Title = "",
    max_nodes: MaxNodes = 300,
    max_lines: MaxLines = None,
) -> None:
    """Draw the answer of a Cypher query, where its rows name papers or concepts."""
    given = dict(map(assignment, parameter or ()))
    limits: dict[str, Any] = {"max_nodes": max_nodes, "max_lines": max_lines}
    draw(store, output, "cypher", query, parameters=given, title=title, **limits)


@view_app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def query(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="One of: litloom query --list", metavar="NAME")],
    store: Store,
    queries: Annotated[
        Path | None, typer.Option(help="A folder with queries of your own; they join in.", metavar="DIR")
    ] = None,
    output: Output = None,
    title: Title = "",
    max_nodes: MaxNodes = 300,
    max_lines: MaxLines = None,
) -> None:
    """Draw the answer of a canned question, with the options that litloom query NAME takes.

    Example: litloom view query similar --paper "FlatQuant" --store lit.lbug
    """
    limits: dict[str, Any] = {"title": title, "max_nodes": max_nodes, "max_lines": max_lines}
    draw(store, output, "query", name, queries=queries, **limits, arguments=_arguments(context.args))


def _arguments(words: Sequence[str]) -> dict[str, str | list[str]]:
    """Return ``--name value`` and ``--name=value`` as arguments; a name given again has a list of values."""
    given: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if not option.startswith("--") or not option[2:]:
            raise QueryError(f"{word!r} is no option of a question; write: --name value")
        value = value if equals else next(rest, "")
        given.setdefault(option[2:].replace("-", "_"), []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in given.items()}


COMMANDS = ("map", "paper", "concept", "concepts", "lineage", "cypher", "query")
