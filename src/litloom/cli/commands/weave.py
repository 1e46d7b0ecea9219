"""Commands ``weave`` and ``load``, for more papers than fit into memory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import Concepts, Engine, EngineName, EngineProcesses, Scheduler, Store
from litloom.cli.output import note, print_rows
from litloom.cli.stages import bars


def weave(
    parts: Annotated[Path, typer.Argument(help="Folder written by litloom extract.", metavar="PARTS")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Output folder for the tables.", metavar="FOLDER")
    ],
    engine: Engine = EngineName.local,
    scheduler: Scheduler = None,
    processes: EngineProcesses = None,
    memory: Annotated[
        int | None,
        typer.Option(
            min=256, help="Memory for tables in each process, in MiB; more is put on disk.", metavar="MIB"
        ),
    ] = None,
    concepts: Concepts = None,
) -> None:
    """Build the tables of a graph from extracted papers, piece by piece, for millions of papers.

    The tables are Parquet, in one folder for each label and relationship type, with the rows of the graph
    that litloom build gives. Of records with the same id, the first is used; other records of one paper are
    not merged.

    Then run litloom export neo4j-import CSV --tables FOLDER, for neo4j-admin database import; or, if the
    graph fits into memory, litloom load FOLDER --store lit.lbug
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
    left_out = f" ({woven.left_out:,} left out as duplicates)" if woven.left_out else ""
    note(f"{woven.papers:,} papers{left_out}: {output}")


def load(
    tables: Annotated[Path, typer.Argument(help="Folder written by litloom weave.", metavar="TABLES")],
    store: Store = "lit.lbug",
    replace: Annotated[bool, typer.Option("--replace", help="Replace another graph in the store.")] = False,
) -> None:
    """Load tables of litloom weave into a store.

    Example: litloom load tables --store lit.lbug
    """
    from litloom.load_tables import load_tables

    with bars() as progress:
        graph = load_tables(tables, store, replace=replace, progress=progress)
    with graph:
        print_rows(graph.stats())
