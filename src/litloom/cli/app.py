"""The command line application."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
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
    """All commands; usage errors do not show passwords."""

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
"""The class of Click, or of Typer's copy of it."""

COMMANDS: Final[dict[str, Callable[..., None]]] = {
    "demo": build.demo,
    "build": build.build_graph,
    "remove": remove.remove,
    "cypher": ask.cypher,
    "stats": ask.stats,
    "concepts": concepts.concepts,
    "evaluate-concepts": concepts.evaluate_concepts,
    "extract": extraction.extract,
    "weave": weave.weave,
    "load": weave.load,
    "evaluate": recognition.evaluate,
    "train": recognition.train,
}
GROUPS: Final = {"query": query_app, "export": export_app, "view": view_app}

app = typer.Typer(
    cls=_Commands,
    name="litloom",
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
            "--debug", help="Print the traceback of errors (also after the command, or LITLOOM_DEBUG=1)."
        ),
    ] = False,
) -> None:
    """Build a graph of papers and the methods, datasets, hardware, metrics and tasks that they mention."""


def _unwrapped(text: str | None) -> str:
    """Return a docstring with each paragraph on one line, which the help is wrapped from."""
    return re.sub(r"(?<=\S)\n(?=\S)", " ", inspect.cleandoc(text or ""))


for name, function in COMMANDS.items():
    app.command(name, help=_unwrapped(function.__doc__))(function)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)
