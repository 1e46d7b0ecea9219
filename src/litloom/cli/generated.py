"""Commands generated from declarations: those of queries and views."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer

from litloom.support.signatures import with_signature


def flag(name: str) -> str:
    """Return the flag of an option.

    Examples
    --------
    >>> flag("max_nodes")
    '--max-nodes'
    """
    return f"--{name.replace('_', '-')}"


def keyword(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    """Return a keyword-only parameter; without a default, the option is required."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def command(
    name: str,
    run: Callable[..., None],
    parameters: Sequence[inspect.Parameter],
    about: str,
    *,
    example: str | None = None,
    settings: Mapping[str, Any] | None = None,
    markup: Any = None,
) -> Any:
    """Return a Click command that calls `run` with `parameters`, which are annotated for Typer.

    The help is the text `about`, in a markup mode of Typer's, with an example below.
    """
    app = typer.Typer(add_completion=False, rich_markup_mode=markup)
    epilog = None if example is None else f"Example: {example}"
    function = with_signature(run, name.replace("-", "_"), parameters, about)
    app.command(name, epilog=epilog, context_settings=dict(settings or {}))(function)
    return typer.main.get_command(app)
