"""Commands ``cypher`` and ``stats``."""

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
IN_CHILD: Final = "LITLOOM_CYPHER_CHILD"
"""Set in the child process, which may crash."""
CRASHED: Final = 256
"""Exit statuses below zero (a signal) or from this one on (Windows) mean a crash."""


def cypher(
    query: Annotated[str, typer.Argument(help="Cypher query; read-only without --write.", metavar="QUERY")],
    store: Store,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="Value of the query parameter $NAME.", metavar="NAME=VALUE"),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Allow the query to write (Neo4j only).")] = False,
    format: OutputFormat = Format.table,  # noqa: A002 - the name of the option
) -> None:
    """Run a Cypher query.

    Example: litloom cypher "MATCH (p:Paper)-[:MENTIONS]->(m:Method) RETURN m.name, count(p) AS n ORDER BY n
    DESC LIMIT 10" --store lit.lbug

    Node labels: Paper (p.known is false for works that are only cited), Author, Method, Dataset, Hardware,
    Metric, Task. Relationship types: MENTIONS, INTRODUCES, WROTE, CITES, BUILDS_ON, SHARES_CONCEPTS,
    VARIANT_OF.
    """
    from litloom.api import open_graph
    from litloom.graph.stores.base import is_uri

    if CRASHING.search(query) and not is_uri(store) and IN_CHILD not in os.environ:
        raise typer.Exit(_run_in_child())
    with open_graph(store) as graph:
        run = graph.store.write if write else graph.store.read
        print_rows(run(query, dict(map(assignment, parameter or ()))), format)


def _run_in_child() -> int:
    """Run this command in a child process, and return its exit status."""
    ended = subprocess.run([sys.executable, *sys.orig_argv[1:]], env={**os.environ, IN_CHILD: "1"})
    if 0 <= ended.returncode < CRASHED:
        return ended.returncode
    raise QueryError(
        "LadybugDB crashed: it cannot find ALL SHORTEST paths from a node to itself; let the path end at "
        "another node, or ask for one SHORTEST path"
    )


def assignment(text: str) -> tuple[str, Any]:
    """Parse ``NAME=VALUE``; an integer value becomes an int."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise QueryError(f"--parameter {text}: write it as NAME=VALUE")
    try:
        return name, int(value)
    except ValueError:
        return name, value


def stats(store: Store, format: OutputFormat = Format.table) -> None:  # noqa: A002 - the name of the option
    """Print the numbers of papers, concepts and relationships."""
    from litloom.api import open_graph

    with open_graph(store) as graph:
        print_rows(graph.stats(), format)
