"""``litloom query``: one subcommand for each canned query, generated from its header."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from typer.core import TyperGroup

from litloom.cli.generated import command, flag, keyword
from litloom.cli.options import OutputFormat, Queries, Store
from litloom.cli.output import Format, note, print_rows

if TYPE_CHECKING:
    from litloom.queries.names import AmbiguousNameError
    from litloom.queries.query_file import CannedQuery, Parameter
    from litloom.queries.questions import Answer, Questions

PYTHON_TYPES: Final[dict[str, Any]] = {"int": int, "number": float, "concepts": list[str]}
MOST_SHOWN: Final = 20
"""Papers or concepts that are offered for a choice."""


class QueryGroup(TyperGroup):
    """A command for each query of litloom and of the folder ``--queries``."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all queries."""
        return list(_catalogue(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a query."""
        canned = _catalogue(ctx).get(cmd_name)
        if canned is None:
            return None
        return _command(canned, _folder(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command of a query; the error for an unknown name has the nearest names."""
        from litloom.queries.questions import known_query

        if not args[0].startswith("-"):
            known_query(args[0], _catalogue(ctx))
        return super().resolve_command(ctx, args)


query_app = typer.Typer(
    cls=QueryGroup,
    epilog='Example: litloom query similar --paper "FlatQuant" --top 5 --store lit.lbug',
    invoke_without_command=True,
    no_args_is_help=True,
)


@query_app.callback()
def query(
    context: typer.Context,
    listed: Annotated[bool, typer.Option("--list", help="List all queries with their parameters.")] = False,
    queries: Queries = None,
    format: OutputFormat = Format.table,  # noqa: A002 - the name of the option
) -> None:
    """Run a canned query; each has its own --help."""
    from litloom.graph.stores.base import Rows

    if listed:
        known = _catalogue(context).values()
        rows = [(q.name, q.question, ", ".join(map(_usage, q.parameters))) for q in known]
        print_rows(Rows(("name", "question", "parameters"), tuple(rows)), format)
        raise typer.Exit
    if context.invoked_subcommand is None:
        context.fail("name a query, or see them all with --list")


def _folder(context: Any) -> Path | None:
    folder = context.params.get("queries")
    return None if folder is None else Path(folder)


def _catalogue(context: Any) -> dict[str, CannedQuery]:
    from litloom.queries.catalogue import catalogue

    folder = _folder(context)
    return dict(catalogue(None if folder is None else folder.absolute()))


def _usage(parameter: Parameter) -> str:
    default = "" if not parameter.default and parameter.default != 0 else f"={parameter.default}"
    return f"{flag(parameter.name)}{default}"


def _command(canned: CannedQuery, folder: Path | None) -> Any:
    def answer(store: str, format: Format, **arguments: Any) -> None:  # noqa: A002 - the name of the option
        from litloom.api import open_graph

        with open_graph(store, queries=folder) as graph:
            found = _ask(graph.questions, canned, arguments)
        for remark in found.notes:
            note(remark)
        print_rows(found, format)

    options = [_option(parameter) for parameter in canned.parameters]
    fields = [keyword("store", Store), *options, keyword("format", OutputFormat, Format.table)]
    return command(canned.name, answer, fields, canned.question)


def _ask(questions: Questions, canned: CannedQuery, arguments: dict[str, Any]) -> Answer:
    """Run a query; at a terminal, offer a choice where a name is ambiguous."""
    from litloom.queries.names import AmbiguousNameError

    while True:
        try:
            return questions.ask(canned.name, arguments)
        except AmbiguousNameError as error:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise
            arguments = _with_chosen(arguments, error.wanted, _chosen(error))


def _with_chosen(arguments: dict[str, Any], wanted: str, chosen: str) -> dict[str, Any]:
    """Return the arguments with the chosen id in place of the name `wanted`."""
    for name, value in arguments.items():
        if value == wanted:
            return {**arguments, name: chosen}
        if isinstance(value, list) and wanted in value:
            return {**arguments, name: [chosen if item == wanted else item for item in value]}
    raise AssertionError(f"{wanted!r} was not given")


def _chosen(error: AmbiguousNameError) -> str:
    """Prompt for one of several papers or concepts, and return its id."""
    shown = error.matches[:MOST_SHOWN]
    for number, node in enumerate(shown, start=1):
        note(f"{number:>3}  {node.name} ({node.id})")
    if more := len(error.matches) - len(shown):
        note(f"     and {more} more; say more of it to see them")
    while True:
        typed = typer.prompt(f"Which is {error.wanted!r} (1 to {len(shown)})", err=True).strip()
        if typed.isdecimal() and 1 <= int(typed) <= len(shown):
            return shown[int(typed) - 1].id
        note(f"Give a number from 1 to {len(shown)}, or leave with Ctrl-C.")


def _option(parameter: Parameter) -> inspect.Parameter:
    python_type = PYTHON_TYPES.get(parameter.type, str)
    metavar = parameter.type.upper()
    if parameter.choices:
        python_type, metavar = Literal[parameter.choices], "|".join(parameter.choices)
    several = parameter.type == "concepts"
    example = parameter.example[0] if isinstance(parameter.example, tuple) else parameter.example
    shown = f" Example: {example!r}." if example is not None and not parameter.choices else ""
    more = " May be repeated." if several else ""
    help_text = f"{parameter.about[:1].upper()}{parameter.about[1:]}.{more}{shown}"
    default: Any = parameter.default
    if parameter.default is None:
        default = inspect.Parameter.empty
    elif several:
        default = None
        python_type = python_type | None
    return keyword(
        parameter.name,
        Annotated[
            python_type,
            typer.Option(
                flag(parameter.name),
                help=help_text,
                metavar="CONCEPT" if several else metavar,
                case_sensitive=False,
            ),
        ],
        default,
    )
