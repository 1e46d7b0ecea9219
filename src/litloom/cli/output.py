"""Rows as a person or a program wants them: a table, JSON, CSV or Markdown."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from litloom.printable import printable

if TYPE_CHECKING:
    from litloom.graph.store import Rows

PIPE_WIDTH: Final = 160
"""Columns of a table that goes to a file or another program."""
FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula, full-width signs included."""
MARKUP: Final = re.compile(r"[\\`*_\[\]|<>&#~!]")


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
    """Return a console on standard output that a pipe does not squeeze to 80 columns."""
    return Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH)


def _print_table(rows: Rows) -> None:
    table = Table(header_style="bold", row_styles=("", "dim") if len(rows) > 3 else ("",))
    for position, column in enumerate(rows.columns):
        values = [row[position] for row in rows.values if row[position] is not None]
        numeric = values and all(isinstance(value, int | float) for value in values)
        table.add_column(Text(column), justify="right" if numeric else "left")
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
        return json.dumps(value, ensure_ascii=False, default=str)
    return printable(str(value))


def _print_json(rows: Rows) -> None:
    json.dump(list(rows), sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def _print_csv(rows: Rows) -> None:
    """Print what a spreadsheet opens right: marked as UTF-8 where needed, and no text is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows([_cell(value) for value in row] for row in rows.values)
    printed = text.getvalue()
    sys.stdout.write(printed if printed.isascii() else f"\ufeff{printed}")


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "; ".join(str(item) for item in value)
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    if not isinstance(value, str):
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n")  # a bare return, unquoted, would begin a row
    return f"'{value}" if value.startswith(FORMULA_BEGINS) else value


def _print_md(rows: Rows) -> None:
    sys.stdout.write(markdown(rows))


def markdown(rows: Rows) -> str:
    """Return rows as a table of Markdown, in which no text is taken for markup."""
    lines = [rows.columns, ["---"] * len(rows.columns)]
    lines += [[MARKUP.sub(r"\\\g<0>", _shown(value)) for value in row] for row in rows.values]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


WRITERS: Final[Mapping[Format, Callable[[Rows], None]]] = {
    Format.table: _print_table,
    Format.json: _print_json,
    Format.csv: _print_csv,
    Format.md: _print_md,
}
