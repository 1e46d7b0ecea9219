"""Commands that ask a graph: ``cypher`` and ``stats``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from litloom.cli.options import OutputFormat, Store
from litloom.cli.output import Format, print_rows
from litloom.errors import QueryError


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

    with open_graph(store) as graph:
        run = graph.store.write if write else graph.store.read
        print_rows(run(query, dict(map(assignment, parameter or ()))), format)


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
