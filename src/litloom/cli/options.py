"""Options that several commands take, with one wording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.output import Format

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders or quoted patterns: pages of Daily Papers, JSON Lines, .gz of them.",
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
OutputFormat = Annotated[Format, typer.Option("--format", help="How rows are printed.")]
Model = Annotated[str, typer.Option(help="Name or folder of a recognition model.")]
InputFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        "--input-format",
        help="Format of the files (daily-papers, jsonl); found from their content if not given.",
    ),
]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Report records that cannot be read, and go on.")]
PageYear = Annotated[
    int | None, typer.Option(help="Year of the dates without one on a page of Daily Papers.", metavar="YEAR")
]
Processes = Annotated[
    int | None, typer.Option(min=1, help="Processes that read papers; as many as cores if not given.")
]
Concepts = Annotated[
    Path | None,
    typer.Option(
        help="Your corrections of the concepts (YAML; see: litloom concepts --help). The graph keeps them.",
        metavar="FILE",
    ),
]
