"""Options that several commands have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from litloom.cli.output import Format, print_line
from litloom.errors import InputError
from litloom.support.output_file import STANDARD_OUTPUT


def output_path(text: str) -> Path:
    """Return the path of an output; ``-`` is standard output."""
    return STANDARD_OUTPUT if text == "-" else Path(text)


FORMATS: Final = (
    "acl-anthology, arxiv-snapshot, arxiv-xml, bibtex, crossref, csl-json, daily-papers, jsonl, openalex, "
    "pubmed, ris, semantic-scholar, table, web-of-science"
)
"""Written out, so that help does not import all readers."""
INPUT_FORMAT: Final = f"Input format ({FORMATS}); detected from the content by default."


class EngineName(StrEnum):
    """Where work is done."""

    local = "local"
    dask = "dask"


class ReportFormat(StrEnum):
    """How measurements are printed."""

    table = "table"
    json = "json"


Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders, quoted glob patterns, or - for standard input: BibTeX, RIS, CSV, JSON, XML, "
        "pages of Daily Papers; also compressed as .gz or .zst.",
        metavar="FILES…",
    ),
]
Store = Annotated[
    str,
    typer.Option(
        help="Graph: a LadybugDB file such as lit.lbug, or the URI of a Neo4j server such as "
        "neo4j://localhost:7687 (credentials in NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE).",
        metavar="FILE|URI",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="Output file; - for standard output.", metavar="FILE", parser=output_path
    ),
]
Engine = Annotated[EngineName, typer.Option(help="Run on this machine, or on a Dask cluster (extra: dask).")]
EngineProcesses = Annotated[
    int | None,
    typer.Option(min=1, help="Number of processes on this machine. Default: 1; with Dask, all cores."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        help="Address of the Dask scheduler, such as tcp://node1:8786. By default, a cluster is started on "
        "this machine.",
        metavar="ADDRESS",
    ),
]
Queries = Annotated[
    Path | None,
    typer.Option(
        help="Folder of additional queries: .cypher files with a header like litloom's own.",
        metavar="DIR",
        envvar="LITLOOM_QUERIES",
        is_eager=True,
    ),
]
OutputFormat = Annotated[
    Format,
    typer.Option(
        "--format",
        help="Output format. json is exact; csv is for spreadsheets: control characters become spaces, and "
        "text that would be a formula gets an apostrophe.",
    ),
]
Report = Annotated[ReportFormat, typer.Option("--format", help="Output format.")]
Model = Annotated[str, typer.Option(help="Name or folder of a recognition model.")]
InputFormat = Annotated[str | None, typer.Option("--input-format", help=INPUT_FORMAT)]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Skip records that cannot be read, and list them in a file.")
]
Skipped = Annotated[
    Path | None,
    typer.Option(
        "--skipped",
        help="File for the list of skipped records.",
        metavar="FILE",
        parser=output_path,
        show_default="skipped.tsv",
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="For tables: the column of a field, such as --map title=Name --map abstract=Summary.",
        metavar="FIELD=COLUMN",
    ),
]
PageYear = Annotated[
    int | None,
    typer.Option(help="Year of dates that lack one on a page of Daily Papers.", metavar="YEAR"),
]
Processes = Annotated[
    int | None, typer.Option(min=1, help="Number of extraction processes. Default: number of cores.")
]
Concepts = Annotated[
    Path | None,
    typer.Option(
        help="Corrections of concepts (YAML; see: litloom concepts --help), which the graph stores.",
        metavar="FILE",
    ),
]


def print_path(path: Path) -> None:
    """Print the path of an output, unless the output itself went to standard output."""
    if path != STANDARD_OUTPUT:
        print_line(str(path))


def parse_columns(mapped: list[str] | None) -> dict[str, str]:
    """Return the columns that ``--map`` names, by field."""
    pairs = [pair.partition("=") for pair in mapped or ()]
    for field, equals, column in pairs:
        if not (field.strip() and equals and column.strip()):
            raise InputError("--map", f"{field + equals + column!r} is not like title=COLUMN")
    return {field.strip().lower(): column.strip() for field, _, column in pairs}
