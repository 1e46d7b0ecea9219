"""Commands for what one machine cannot hold: ``weave`` and ``load``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import Concepts, Engine, EngineName, Scheduler, Store
from litloom.cli.output import note, print_rows
from litloom.cli.stages import bars


def weave(
    parts: Annotated[
        Path, typer.Argument(help="What litloom extract PAPERS -o FOLDER/ wrote.", metavar="PARTS")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder of tables to write.", metavar="FOLDER")
    ],
    engine: Engine = EngineName.local,
    scheduler: Scheduler = None,
    processes: Annotated[
        int | None,
        typer.Option(min=1, help="Processes on this machine; 1 if not given, for Dask all cores."),
    ] = None,
    memory: Annotated[
        int | None,
        typer.Option(
            min=256, help="MiB that each process may use for tables; it puts more on the disk.", metavar="MIB"
        ),
    ] = None,
    concepts: Concepts = None,
) -> None:
    """Weave extracted papers into the tables of a graph, a piece at a time: for millions of papers.

    The tables are Parquet, one folder a label and one a relationship type, and have the rows of the graph
    that litloom build makes of the same papers. No more than a piece is in memory, here or in a worker of
    Dask. Of records with the same id the first is taken; other records of one paper stay several.

    Then: litloom export neo4j-import CSV --tables FOLDER, for neo4j-admin database import; or, for a graph
    that fits into memory: litloom load FOLDER --store lit.lbug
    """
    from litloom.engines import open_engine
    from litloom.graph.names.corrections import read_corrections
    from litloom.graph.weave.database import MEMORY, Limits
    from litloom.support.pools import cores
    from litloom.weave_parts import weave_parts

    corrections = "" if concepts is None else read_corrections(concepts)
    alone = engine == EngineName.local and processes in (None, 1)
    limits = Limits(memory or MEMORY, cores() if alone else 1)
    with open_engine(engine, scheduler=scheduler, processes=processes) as opened, bars() as progress:
        woven = weave_parts(
            parts, output, engine=opened, corrections=corrections, limits=limits, progress=progress
        )
    left_out = f" ({woven.left_out:,} left out: their id was there already)" if woven.left_out else ""
    note(f"{woven.papers:,} papers woven{left_out}: {output}")


def load(
    tables: Annotated[Path, typer.Argument(help="What litloom weave wrote.", metavar="TABLES")],
    store: Store = "lit.lbug",
    replace: Annotated[bool, typer.Option("--replace", help="Even if another graph is there.")] = False,
) -> None:
    """Load woven tables into a graph, in a file or a Neo4j server.

    Example: litloom load tables --store lit.lbug
    """
    from litloom.load_tables import load_tables

    with bars() as progress:
        graph = load_tables(tables, store, replace=replace, progress=progress)
    with graph:
        print_rows(graph.stats())
