"""``litloom export``: a graph in the files of another program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import Store

export_app = typer.Typer(help="Write the graph in the files of another program.", no_args_is_help=True)


@export_app.callback()
def export() -> None:
    """Write the graph in the files of another program."""


@export_app.command("neo4j-import")
def neo4j_import(
    folder: Annotated[
        Path, typer.Argument(help="Where to write; made if not there.", metavar="DIR", file_okay=False)
    ],
    store: Store,
) -> None:
    """Write CSV files for neo4j-admin database import full, which loads millions of papers in minutes.

    Example: litloom export neo4j-import bulk --store lit.lbug, then, with the server stopped:
    sh bulk/import.sh neo4j --overwrite-destination
    """
    from litloom.api import open_graph
    from litloom.graph.neo4j_export import export_neo4j_import

    with open_graph(store) as graph:
        script = export_neo4j_import(graph.store, folder)
    typer.echo(f"to import it into a database that no server is running: sh {script} NAME")
    typer.echo(
        "then open it once with litloom, which makes its indexes: litloom stats --store neo4j://HOST:7687"
    )
