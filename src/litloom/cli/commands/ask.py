"""Commands that ask a graph: ``cypher`` and ``stats``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Annotated, Any, Final

import typer

from litloom.cli.options import OutputFormat, Store
from litloom.cli.output import Format, print_rows
from litloom.errors import QueryError

CRASHING: Final = re.compile(r"\bALL\s+SHORTEST\b", re.IGNORECASE)
"""LadybugDB 0.22 crashes where such a path ends where it begins."""
APART: Final = "LITLOOM_CYPHER_APART"
"""Set in the process that may crash."""
CRASHED: Final = 256
"""Exit statuses below zero (a signal) or from here up (Windows) are of a crash."""


def cypher(
    query: Annotated[str, typer.Argument(help="Cypher; without --write it may only read.", metavar="QUERY")],
    store: Store,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="A value for $NAME in the query.", metavar="NAME=VALUE"),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Let the query change a graph in Neo4j.")] = False,
    format: OutputFormat = Format.table,  # noqa: A002 - the name of the option
) -> None:
    """Ask the graph in Cypher.

    Example: litloom cypher "MATCH (p:Paper)-[:MENTIONS]->(m:Method) RETURN m.name, count(p) AS n ORDER BY n
    DESC LIMIT 10" --store lit.lbug

    Nodes are Paper (p.known is false for what is only cited), Author, Method, Dataset, Hardware, Metric,
    Task; edges MENTIONS, INTRODUCES, WROTE, CITES, BUILDS_ON, SHARES_CONCEPTS, VARIANT_OF.
    """
    from litloom.api import open_graph
    from litloom.graph.stores.base import is_uri

    if CRASHING.search(query) and not is_uri(store) and APART not in os.environ:
        raise typer.Exit(_run_apart())
    with open_graph(store) as graph:
        run = graph.store.write if write else graph.store.read
        print_rows(run(query, dict(map(assignment, parameter or ()))), format)


def _run_apart() -> int:
    """Run this command in another process, and return its exit status; tell if the database crashes."""
    ended = subprocess.run([sys.executable, *sys.orig_argv[1:]], env={**os.environ, APART: "1"})
    if 0 <= ended.returncode < CRASHED:
        return ended.returncode
    raise QueryError(
        "LadybugDB crashed: it cannot find ALL SHORTEST paths from a node to itself; let the path end at "
        "another node, or ask for one SHORTEST path"
    )


def assignment(text: str) -> tuple[str, Any]:
    """Return name and value of a ``NAME=VALUE``; whole numbers become such."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise QueryError(f"--parameter {text}: write it as NAME=VALUE")
    try:
        return name, int(value)
    except ValueError:
        return name, value


def stats(store: Store, format: OutputFormat = Format.table) -> None:  # noqa: A002 - the name of the option
    """Count the papers, concepts and edges of a graph."""
    from litloom.api import open_graph

    with open_graph(store) as graph:
        print_rows(graph.stats(), format)
