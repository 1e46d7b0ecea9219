"""``litloom query``: one subcommand for each canned query, made from its header."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from litloom.cli.options import OutputFormat, Store
from litloom.cli.output import Format, print_rows
from litloom.queries.catalogue import CannedQuery, Parameter, catalogue

query_app = typer.Typer(
    help="Answer a canned question; each has its own --help.",
    epilog='Example: litloom query papers-sharing-concepts --paper "FlatQuant" --store lit.lbug',
    invoke_without_command=True,
    no_args_is_help=True,
)


@query_app.callback()
def query(
    context: typer.Context,
    listed: Annotated[bool, typer.Option("--list", help="List all questions with their parameters.")] = False,
    format: OutputFormat = Format.table,  # noqa: A002 - the name of the option
) -> None:
    """Answer a canned question; each has its own --help."""
    from litloom.graph.store import Rows

    if listed:
        rows = [(q.name, q.question, ", ".join(map(_usage, q.parameters))) for q in catalogue().values()]
        print_rows(Rows(("name", "question", "parameters"), tuple(rows)), format)
        raise typer.Exit
    if context.invoked_subcommand is None:
        context.fail("name a query, or see them all with --list")


def _usage(parameter: Parameter) -> str:
    default = "" if parameter.default is None else f"={parameter.default}"
    return f"--{parameter.name.replace('_', '-')}{default}"


def _command(canned: CannedQuery) -> Callable[..., None]:
    """Return a function with the signature that the query's header describes."""

    def answer(store: str, format: Format, **arguments: Any) -> None:  # noqa: A002 - the name of the option
        from litloom.api import open_graph

        with open_graph(store) as graph:
            print_rows(graph.query(canned.name, **arguments), format)

    kind = inspect.Parameter.KEYWORD_ONLY
    fields = [inspect.Parameter("store", kind, annotation=Store)]
    fields += [_option(parameter) for parameter in canned.parameters]
    fields.append(inspect.Parameter("format", kind, annotation=OutputFormat, default=Format.table))
    answer.__signature__ = inspect.Signature(fields)  # type: ignore[attr-defined]
    answer.__annotations__ = {field.name: field.annotation for field in fields}
    answer.__doc__ = canned.question
    return answer


def _option(parameter: Parameter) -> inspect.Parameter:
    python_type = int if parameter.type == "int" else str
    example = f' For example "{parameter.example}".' if parameter.example is not None else ""
    help_text = f"{parameter.about[:1].upper()}{parameter.about[1:]}.{example}"
    default = inspect.Parameter.empty if parameter.default is None else parameter.default
    return inspect.Parameter(
        parameter.name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[python_type, typer.Option(help=help_text, metavar=parameter.type.upper())],
        default=default,
    )


for _canned in catalogue().values():
    query_app.command(_canned.name)(_command(_canned))
