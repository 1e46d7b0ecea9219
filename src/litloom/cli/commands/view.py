"""``litloom view``: one subcommand for each view, generated from its declaration."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, get_args

import typer
from typer.core import TyperGroup

from litloom.cli.commands.ask import assignment
from litloom.cli.generated import command, flag, keyword
from litloom.cli.options import Queries, Store, output_path, print_path
from litloom.cli.output import note
from litloom.errors import QueryError
from litloom.graph.views.declaration import SHARED, Argument, Option, ViewDeclaration
from litloom.graph.views.registry import declared_views, known_view
from litloom.support.signatures import with_signature

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
PAGE: Final = Path("graph.html")
CLI_TYPES: Final[Mapping[Any, Any]] = {
    Sequence[str]: list[str] | None,
    Mapping[str, Any] | None: list[str] | None,
}
"""Types of options that are given several times."""
HELP: Final = "Draw the graph as one HTML page that needs no network; by default the map of all papers."


class ViewGroup(TyperGroup):
    """A group with a command for every view."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all views."""
        return list(declared_views())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a view."""
        view = declared_views().get(cmd_name)
        return None if view is None else _command(view)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command of a view; an unknown name is an error of one line."""
        if not args[0].startswith("-"):
            known_view(args[0])
        return super().resolve_command(ctx, args)


view_app = typer.Typer(
    cls=ViewGroup,
    help=HELP,
    epilog='Example: litloom view lineage "LoRA" --store lit.lbug -o lora.html',
    invoke_without_command=True,
    no_args_is_help=True,
)


def _view(context: typer.Context, store: str | None, output: Path | None, **options: Any) -> None:
    if context.invoked_subcommand is None:
        if store is None:
            context.fail("Missing option '--store'.")
        write_view(store, output, "map", **options)
        return
    # Options given before the name of the view are the defaults of its command.
    sources = {name: str(context.get_parameter_source(name)) for name in context.params}
    given = {name: context.params[name] for name, source in sources.items() if source.endswith("COMMANDLINE")}
    context.default_map = {context.invoked_subcommand: given}


def write_view(
    store: str, output: Path | None, what: str, *names: str, queries: Path | None = None, **options: Any
) -> None:
    """Write a view to a file; print the name of the file, and on standard error what was left out."""
    from litloom.api import open_graph
    from litloom.store_files import check_apart
    from litloom.support.output_file import check_output

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
    print_path(output or PAGE)


def _command(view: ViewDeclaration) -> Any:
    def run(
        context: typer.Context, store: str, output: Path | None, queries: Path | None = None, **values: Any
    ) -> None:
        given = {argument.name: _value(argument, values[argument.name]) for argument in view.arguments}
        names = [given.pop(argument.name) for argument in view.arguments if argument.positional]
        if view.keywords:
            given["parameters"] |= _extra_options(context.args)
        write_view(store, output, view.name, *names, queries=queries, **given)

    parameters = [
        keyword("context", typer.Context),
        keyword("store", Store),
        *map(_parameter, view.arguments),
        keyword("output", Output, None),
    ]
    if view.keywords:
        parameters.append(keyword("queries", Queries, None))
    settings = {"ignore_unknown_options": True, "allow_extra_args": True} if view.keywords else {}
    example = f"litloom view {view.example}"
    return command(view.name, run, parameters, view.help, example=example, settings=settings, markup="rich")


def _parameter(argument: Argument) -> inspect.Parameter:
    """Return an argument of a view as one of its command."""
    kind = CLI_TYPES.get(argument.type, argument.type)
    default = argument.parameter.default if kind is argument.type else None
    name, option = argument.name, argument.option
    if argument.positional:
        declared = typer.Argument(help=option.help, metavar=option.metavar or name.upper())
    else:
        declared = _option(name, option)
    return keyword(name, Annotated[kind, declared], default)


def _option(name: str, option: Option) -> Any:
    choices = f" One of {', '.join(option.choices)}; may be repeated." if option.choices else ""
    return typer.Option(
        *(option.flags or (flag(name),)),
        help=option.help + choices,
        min=option.least,
        max=option.most,
        metavar=option.metavar,
    )


def _value(argument: Argument, value: Any) -> Any:
    """Return the value of an argument in Python; None stands for the default."""
    if argument.type == Mapping[str, Any] | None:
        return dict(map(assignment, value or ()))
    return value or None if argument.type == Sequence[str] else value


def _extra_options(words: Sequence[str]) -> dict[str, str | list[str]]:
    """Return ``--name value`` and ``--name=value`` by name; an option given again has a list of values."""
    given: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if not option.startswith("--") or not option[2:]:
            raise QueryError(f"{word!r} is no option of a query; write: --name value")
        try:
            text = value if equals else next(rest)
        except StopIteration:
            raise QueryError(f"{word} needs a value; write: {word} VALUE") from None
        given.setdefault(option[2:].replace("-", "_"), []).append(text)
    return {name: values[0] if len(values) == 1 else values for name, values in given.items()}


def _optional(name: str, annotation: Any) -> inspect.Parameter:
    """Return an option of the group that all views share; the default is that of the view."""
    kind, option = get_args(annotation)
    return keyword(name, Annotated[kind | None, _option(name, option)], None)


STORE: Final = Annotated[str, Option(help="The graph.", metavar="FILE|URI")]
GROUP: Final = (
    keyword("context", typer.Context),
    _optional("store", STORE),
    keyword("output", Output, None),
    *(_optional(name, annotation) for name, annotation in SHARED.items()),
)
view_app.callback()(with_signature(_view, "view", GROUP, HELP))
