"""All commands in one place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from litloom.cli.commands import ask, build, concepts, extraction, recognition, remove, weave
from litloom.cli.commands.canned import query_app
from litloom.cli.commands.export import export_app
from litloom.cli.commands.view import view_app
from litloom.support.printable import printable
from litloom.support.redact import redact


class _Commands(TyperGroup):
    """All commands; what they say of their arguments hides passwords."""

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        with _usage_errors_redacted():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: Any) -> Any:
        with _usage_errors_redacted():
            return super().invoke(ctx)


@contextmanager
def _usage_errors_redacted() -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        text = error.format_message()
        if (shown := redact(printable(text))) == text:
            raise
        raise UsageError(shown, ctx=error.ctx) from None


UsageError: Final[Any] = typer.BadParameter.__base__
"""Of click, or of what typer has instead."""

app = typer.Typer(
    cls=_Commands,
    name="litloom",
    help="Weave papers into a graph of the methods, datasets, hardware, metrics and tasks that they share.",
    epilog="Start with: litloom demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"litloom {version('litloom')}")
        raise typer.Exit


@app.callback()
def litloom(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", help="Print the traceback of an error; also after the command, or by LITLOOM_DEBUG=1."
        ),
    ] = False,
) -> None:
    """Weave papers into a graph of the methods, datasets, hardware, metrics and tasks that they share."""


app.command()(build.demo)
app.command("build")(build.build_graph)
app.command()(remove.remove)
app.add_typer(query_app, name="query")
app.add_typer(export_app, name="export")
app.command()(ask.cypher)
app.add_typer(view_app, name="view")
app.command()(ask.stats)
app.command()(concepts.concepts)
app.command("evaluate-concepts")(concepts.evaluate_concepts)
app.command()(extraction.extract)
app.command()(weave.weave)
app.command()(weave.load)
app.command()(recognition.evaluate)
app.command()(recognition.train)
