"""The schema of a Neo4j database: constraints, indexes, and a version number.

Missing constraints and indexes for the labels of `litloom.graph.schema` are created. The version is the
property ``schema_version`` of the one `Litloom` node. `MIGRATIONS` bring older data up to date, step by step;
a step may run twice, as a process may die in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import neo4j

from litloom.graph.schema import EDGES, NODES, SCHEMA_VERSION
from litloom.records import KINDS


def key_label(label: str) -> str:
    """Return the label under which a node's ``id`` is unique; a concept may change its kind.

    Examples
    --------
    >>> key_label("Paper"), key_label("Method")
    ('Paper', 'Concept')
    """
    return "Concept" if label in KINDS else label


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
"""Statements, by the name of the index that they create."""

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
"""The bulk importer omits empty lists."""

ALL_KNOWN: Final = (
    "MATCH (n:Paper) WHERE n.id IS NOT NULL AND n.known IS NULL "
    "CALL (n) { SET n.known = true } IN TRANSACTIONS OF 10000 ROWS"
)
INCOMPLETE: Final = (
    "MATCH (n:Paper) WHERE n.id IS NOT NULL AND n.known IS NULL WITH count(n) AS papers WHERE papers > 0 "
    "MATCH (l:Litloom {id: 'litloom'}) REMOVE l.fingerprint"
)
"""Version 1 had no authors and no cited works; the next build adds them."""

AWAIT: Final = "CALL db.awaitIndexes(600)"


@dataclass(frozen=True, slots=True)
class Migration:
    """Cypher statements that bring data to schema version `to`; they may run twice."""

    to: int
    statements: Sequence[str] = ()


MIGRATIONS: Final[Sequence[Migration]] = (
    Migration(to=1, statements=NO_LIST_MISSING),
    Migration(to=2, statements=(*NO_LIST_MISSING, INCOMPLETE, ALL_KNOWN)),
)
"""In order. Versions that only add labels or properties need none. Version 0 is that of the bulk importer."""


def create_schema(session: neo4j.Session) -> None:
    """Create missing constraints and indexes, and wait until they are online."""
    names = {record["name"] for record in session.run("SHOW INDEXES YIELD name")}
    missing = [statement for name, statement in SCHEMA.items() if name not in names]
    if missing:
        run_each(session, [*missing, AWAIT])


def migrate(session: neo4j.Session, found: int, steps: Iterable[Migration]) -> None:
    """Bring a database from schema version `found` to `SCHEMA_VERSION`."""
    create_schema(session)
    for step in (step for step in steps if step.to > found):
        run_each(session, step.statements)
        _set_version(session, step.to)
    _set_version(session, SCHEMA_VERSION)


def _set_version(session: neo4j.Session, version: int) -> None:
    session.run("MATCH (l:Litloom {id: 'litloom'}) SET l.schema_version = $to", to=version).consume()


def run_each(session: neo4j.Session, statements: Iterable[str]) -> None:
    """Run each statement in its own transaction, as schema and data cannot share one."""
    for statement in statements:
        session.run(neo4j.Query(statement)).consume()
