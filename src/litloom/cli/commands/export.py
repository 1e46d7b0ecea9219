"""``litloom export``: a graph in the files of another program."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import output_path, say_written
from litloom.cli.output import note, print_line

export_app = typer.Typer(
    help="Write the graph in the files of another program.",
    epilog="Example: litloom export --format graphml --store lit.lbug -o lit.graphml",
    invoke_without_command=True,
    no_args_is_help=True,
)


class GraphFile(StrEnum):
    """The formats of graph programs."""

    graphml = "graphml"
    gexf = "gexf"
    cytoscape = "cytoscape"
    node_link = "node-link"


@export_app.callback()
def export(
    context: typer.Context,
    format: Annotated[  # noqa: A002 - the name of the option
        GraphFile | None,
        typer.Option(help="GraphML and GEXF for Gephi, yEd and others; Cytoscape's JSON; networkx' JSON."),
    ] = None,
    store: Annotated[str | None, typer.Option(help="The graph.", metavar="FILE|URI")] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The file, - for standard output; graph.FORMAT if not given.",
            metavar="FILE",
            parser=output_path,
        ),
    ] = None,
) -> None:
    """Write the graph in the files of another program."""
    if context.invoked_subcommand is not None:
        return
    if format is None or store is None:
        context.fail(f"Missing option '{'--format' if format is None else '--store'}'.")
    from litloom.api import open_graph
    from litloom.graph.export.graph_formats import FORMATS, export_graph
    from litloom.store_files import check_apart
    from litloom.support.atomic_file import atomic_file
    from litloom.support.output_file import check_output

    if output is not None:
        check_apart(output, store)
        check_output(output)
    with open_graph(store) as graph:
        network = graph.to_networkx()
    path = output or Path(f"graph{FORMATS[format].suffix}")
    if output is None:
        with atomic_file(path) as unfinished:
            FORMATS[format].write(network, unfinished)
    else:
        export_graph(network, output, format)
    note(f"{network.number_of_nodes():,} nodes, {network.number_of_edges():,} edges")
    say_written(path)


@export_app.command("neo4j-import")
def neo4j_import(
    folder: Annotated[
        Path, typer.Argument(help="Where to write; made if not there.", metavar="DIR", file_okay=False)
    ],
    store: Annotated[str | None, typer.Option(help="The graph.", metavar="FILE|URI")] = None,
    tables: Annotated[
        Path | None,
        typer.Option(help="The graph as litloom weave wrote it, instead of a store.", metavar="FOLDER"),
    ] = None,
) -> None:
    """Write CSV files for neo4j-admin database import full: the road for graphs too big to send to a server.

    Example: litloom export neo4j-import bulk --store lit.lbug, then, with the server stopped:
    sh bulk/import.sh neo4j --overwrite-destination
    """
    from litloom.api import open_graph
    from litloom.graph.export.neo4j_bulk import export_neo4j_import, export_rows
    from litloom.graph.parquet_tables import StoredTables

    if (store is None) is (tables is None):
        raise typer.BadParameter("give one of them", param_hint="'--store' / '--tables'")
    if tables is not None:
        script = export_rows(StoredTables(tables), folder)
    else:
        with open_graph(str(store)) as graph:
            script = export_neo4j_import(graph.store, folder)
    print_line(f"to import it into a database that no server is running: sh {script} NAME")
    print_line(
        "then open it once with litloom, which makes its indexes: litloom stats --store neo4j://HOST:7687"
    )
