"""Printing rows as a table, JSON, CSV or Markdown."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from litloom.cli.spreadsheet import cell
from litloom.support.printable import printable
from litloom.support.redact import redact

if TYPE_CHECKING:
    from litloom.graph.stores.base import Rows

PIPE_WIDTH: Final = 160
"""Width of a table that is not printed on a terminal."""
MARKUP: Final = re.compile(r"[\\`*_\[\]|<>&#~!]")
UNSEEN: Final = re.compile(r"[^\n -~]")


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    csv = "csv"
    md = "md"


def print_rows(rows: Rows, format: Format = Format.table) -> None:  # noqa: A002 - the name of the option
    """Print rows on standard output."""
    WRITERS[format](rows)


def console() -> Console:
    """Return a console on standard output, with `PIPE_WIDTH` columns where that is no terminal."""
    return Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH)


def note(text: str) -> None:
    """Print one line on standard error."""
    typer.echo(redact(printable(text)), err=True)


def print_line(text: str) -> None:
    """Print one line on standard output."""
    typer.echo(printable(text))


def _print_table(rows: Rows) -> None:
    table = Table(header_style="bold", row_styles=("", "dim") if len(rows) > 3 else ("",))
    for position, column in enumerate(rows.columns):
        values = [row[position] for row in rows.values if row[position] is not None]
        numeric = values and all(isinstance(value, int | float) for value in values)
        table.add_column(Text(printable(column)), justify="right" if numeric else "left")
    for row in rows.values:
        table.add_row(*(Text(_shown(value)) for value in row))
    console().print(table)
    if not rows.values:
        console().print("no rows", style="dim")


def _shown(value: object) -> str:
    """Return a value as one printable text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    if isinstance(value, list):
        return "; ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return printable(json.dumps(value, ensure_ascii=False, default=str))
    return printable(str(value))


def _print_json(rows: Rows) -> None:
    print_json(list(rows))


def print_json(value: object) -> None:
    """Print a value as JSON; characters that cannot be seen or encoded are escaped."""
    text = json.dumps(value, ensure_ascii=not _takes_all(), indent=2, default=str)
    sys.stdout.write(
        UNSEEN.sub(lambda c: c[0] if c[0].isprintable() else json.dumps(c[0])[1:-1], text) + "\n"
    )


def _takes_all() -> bool:
    """Return whether standard output can encode all characters."""
    return (sys.stdout.encoding or "utf-8").lower().startswith("utf")


def _print_csv(rows: Rows) -> None:
    """Print CSV for spreadsheets: with a byte order mark where needed, and no text is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(map(cell, row) for row in (rows.columns, *rows.values))
    printed = text.getvalue()
    sys.stdout.write(printed if printed.isascii() or not _takes_all() else f"\ufeff{printed}")


def _print_md(rows: Rows) -> None:
    sys.stdout.write(markdown(rows))


def markdown(rows: Rows) -> str:
    """Return rows as a Markdown table; markup in texts is escaped."""
    lines = [_escaped(rows.columns), ["---"] * len(rows.columns), *map(_escaped, rows.values)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _escaped(row: Iterable[object]) -> list[str]:
    return [MARKUP.sub(r"\\\g<0>", _shown(value)) for value in row]


WRITERS: Final[Mapping[Format, Callable[[Rows], None]]] = {
    Format.table: _print_table,
    Format.json: _print_json,
    Format.csv: _print_csv,
    Format.md: _print_md,
}
