"""Options that several commands take, with one wording."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from litloom.cli.output import Format, print_line
from litloom.errors import InputError
from litloom.support.output_file import STANDARD_OUTPUT


def output_path(text: str) -> Path:
    """Return the path of an output that is named on the command line; ``-`` is standard output."""
    return STANDARD_OUTPUT if text == "-" else Path(text)


FORMATS: Final = (
    "acl-anthology, arxiv-snapshot, arxiv-xml, bibtex, crossref, csl-json, daily-papers, jsonl, openalex, "
    "pubmed, ris, semantic-scholar, table, web-of-science"
)
"""Written out, since help is not to wait until all readers are imported."""

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders, quoted patterns, or - for standard input: BibTeX, RIS, CSV, JSON, XML, pages "
        "of Daily Papers; also as .gz or .zst.",
        metavar="FILES…",
    ),
]
Store = Annotated[
    str,
    typer.Option(
        help="The graph: a LadybugDB file such as lit.lbug, or a server such as neo4j://localhost:7687 "
        "(NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE say how to log in).",
        metavar="FILE|URI",
    ),
]


class EngineName(StrEnum):
    """Where work is done."""

    local = "local"
    dask = "dask"


Engine = Annotated[
    EngineName,
    typer.Option(help="This machine, or a Dask cluster, which needs the extra dask."),
]
Queries = Annotated[
    Path | None,
    typer.Option(
        help="A folder with queries of your own (.cypher, with a header as litloom's); they join in.",
        metavar="DIR",
        envvar="LITLOOM_QUERIES",
        is_eager=True,
    ),
]
OutputFormat = Annotated[
    Format,
    typer.Option(
        "--format",
        help="How rows are printed. For programs: json, which is exact; csv is for spreadsheets (no control "
        "characters, and an apostrophe before a text that would be a formula).",
    ),
]
Model = Annotated[str, typer.Option(help="Name or folder of a recognition model.")]
InputFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        "--input-format",
        help=f"Format of the files ({FORMATS}); found from their content if not given.",
    ),
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Leave out records that cannot be read, and list them in a file.")
]
Skipped = Annotated[
    Path | None,
    typer.Option(
        "--skipped",
        help="Where --skip-bad lists what it left out.",
        metavar="FILE",
        parser=output_path,
        show_default="skipped.tsv",
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="For tables: which column holds a field, such as --map title=Name --map abstract=Summary.",
        metavar="FIELD=COLUMN",
    ),
]
PageYear = Annotated[
    int | None, typer.Option(help="Year of the dates without one on a page of Daily Papers.", metavar="YEAR")
]
Processes = Annotated[
    int | None, typer.Option(min=1, help="Processes that read papers; as many as cores if not given.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        help="For --engine dask: the address of the scheduler, such as tcp://node1:8786. Without it, "
        "processes are started on this machine.",
        metavar="ADDRESS",
    ),
]
Concepts = Annotated[
    Path | None,
    typer.Option(
        help="Your corrections of the concepts (YAML; see: litloom concepts --help). The graph keeps them.",
        metavar="FILE",
    ),
]


def say_written(path: Path) -> None:
    """Print where an output is, unless it went where this would be printed."""
    if path != STANDARD_OUTPUT:
        print_line(str(path))


def columns_of(mapped: list[str] | None) -> dict[str, str]:
    """Return the columns that ``--map`` names, by field."""
    pairs = [pair.partition("=") for pair in mapped or ()]
    for field, equals, column in pairs:
        if not (field.strip() and equals and column.strip()):
            raise InputError("--map", f"{field + equals + column!r} is not like title=COLUMN")
    return {field.strip().lower(): column.strip() for field, _, column in pairs}
