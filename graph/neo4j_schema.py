"""What litloom creates in a Neo4j database besides nodes: constraints, indexes, and a schema number.

The number is ``schema_version`` of the one `Litloom` node. `MIGRATIONS` lead from any older number to
`litloom.graph.schema.SCHEMA_VERSION`, one step each; a step may run twice, as a process may die in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import neo4j

from litloom.graph.schema import EDGES, NODES

KEYS: Final = {
    f"litloom_{label.lower()}_id": f"FOR (n:{label}) REQUIRE n.id IS UNIQUE" for label in (*NODES, "Concept")
}
FULL_TEXT: Final = {
    "litloom_papers": "FOR (n:Paper) ON EACH [n.title, n.abstract]",
    "litloom_concepts": "FOR (n:Concept) ON EACH [n.name, n.aliases]",
}
RANGE: Final = {"litloom_paper_year": "FOR (n:Paper) ON (n.year)"}

SCHEMA: Final[dict[str, str]] = {
    **{name: f"CREATE CONSTRAINT {name} IF NOT EXISTS {what}" for name, what in KEYS.items()},
    **{name: f"CREATE FULLTEXT INDEX {name} IF NOT EXISTS {what}" for name, what in FULL_TEXT.items()},
    **{name: f"CREATE RANGE INDEX {name} IF NOT EXISTS {what}" for name, what in RANGE.items()},
}
"""Statements by the name of the index that they create."""

LISTS: Final = {
    **{f"(n:{label})": kinds for label, kinds in NODES.items()},
    **{f"(:{edge.sources[0]})-[n:{name}]->()": edge.properties for name, edge in EDGES.items()},
}
NO_LIST_MISSING: Final = [
    f"MATCH {pattern} WHERE n.{name} IS NULL CALL (n) {{ SET n.{name} = [] }} IN TRANSACTIONS OF 10000 ROWS"
    for pattern, properties in LISTS.items()
    for name, kind in properties.items()
    if kind == "strings"
]
"""The bulk importer leaves empty lists out."""

AWAIT: Final = "CALL db.awaitIndexes(600)"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from the schema before to number `to`: Cypher statements that may run twice."""

    to: int
    statements: Sequence[str] = ()


MIGRATIONS: Final[Sequence[Migration]] = (
    Migration(to=1, statements=(*SCHEMA.values(), AWAIT, *NO_LIST_MISSING)),
)
"""In their order. The next schema adds a step here, such as ``Migration(2, ["MATCH (p:Paper) …"])``; number 0
is a graph that comes from the bulk importer."""


def create_schema(session: neo4j.Session) -> None:
    """Create the constraints and indexes that are not there, and wait until all can be used."""
    names = {record["name"] for record in session.run("SHOW INDEXES YIELD name")}
    missing = [statement for name, statement in SCHEMA.items() if name not in names]
    if missing:
        run_each(session, [*missing, AWAIT])


def migrate(session: neo4j.Session, found: int, steps: Iterable[Migration]) -> None:
    """Bring a database whose schema has number `found` up to the last step."""
    for step in steps:
        if step.to > found:
            run_each(session, step.statements)
            session.run("MATCH (l:Litloom {id: 'litloom'}) SET l.schema_version = $to", to=step.to).consume()


def run_each(session: neo4j.Session, statements: Iterable[str]) -> None:
    """Run statements, each in a transaction of its own, as schema and data may not share one."""
    for statement in statements:
        session.run(neo4j.Query(statement)).consume()
