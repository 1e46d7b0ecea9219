"""``litloom export``: graphs in the formats of other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import output_path, print_path
from litloom.cli.output import note, print_line

export_app = typer.Typer(
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
        typer.Option(help="graphml or gexf (Gephi, yEd), cytoscape (JSON), node-link (NetworkX JSON)."),
    ] = None,
    store: Annotated[str | None, typer.Option(help="Graph.", metavar="FILE|URI")] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Output file; - for standard output. Default: graph.FORMAT.",
            metavar="FILE",
            parser=output_path,
        ),
    ] = None,
) -> None:
    """Export the graph to a file of another program."""
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
    print_path(path)


@export_app.command("neo4j-import")
def neo4j_import(
    folder: Annotated[Path, typer.Argument(help="Output folder.", metavar="DIR", file_okay=False)],
    store: Annotated[str | None, typer.Option(help="Graph.", metavar="FILE|URI")] = None,
    tables: Annotated[
        Path | None,
        typer.Option(help="Tables written by litloom weave, instead of a store.", metavar="FOLDER"),
    ] = None,
) -> None:
    """Write CSV files for neo4j-admin database import full, for graphs too large to load over Bolt.

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
    print_line(f"to import it into database NAME, with the server stopped: sh {script} NAME")
    print_line("to create the indexes, then open it once: litloom stats --store neo4j://HOST:7687")
