"""Concepts to nodes and edges: what papers mention, introduce and build on."""

from __future__ import annotations

from typing import Final

from litloom.graph.weave.concepts import ASSIGNED, CONCEPTS, NUMBERED
from litloom.graph.weave.families import add_families
from litloom.graph.weave.names import PLACED
from litloom.graph.weave.stage import Rows, Task, TaskTables
from litloom.records import KINDS

PROPOSING: Final = (
    "propos",
    "introduc",
    "present",
    "we develop",
    "we design",
    "we release",
    "called",
    "named",
)
"""Beginnings of words by which a sentence says that the paper itself brings something."""
PREPRINT_YEARS: Final = 1
"""A paper may be mentioned so long before the year of its publication."""

ENTRIES: Final = Rows("entries", {"paper": "VARCHAR", "concept": "VARCHAR"})
"""Which papers mention which concepts."""
NAMED: Final = Rows("named", {"concept": "VARCHAR", "name": "VARCHAR", "papers": "BIGINT"})
"""Names of concepts, and how many papers mention each."""
FOUNDATIONS: Final = Rows("foundations", {"from": "VARCHAR", "to": "VARCHAR", "via": "VARCHAR"}, by="from")
"""Papers, an earlier one each, and the name of what the earlier one introduced."""


def write_concepts(task: Task) -> None:
    """Write the concepts of a bucket and the edges to them."""
    with task.open(PLACED, CONCEPTS, ASSIGNED, NUMBERED) as tables:
        tables.run("""
            CREATE TEMP TABLE concept AS
            SELECT key, index, coalesce(numbered.id, c.id) AS id, c.* EXCLUDE (key, index, id)
            FROM concepts c LEFT JOIN numbered USING (key, index)
        """)
        tables.run("""
            CREATE TEMP TABLE mention AS
            SELECT concept.id, concept.kind AS concept_kind, placed.* EXCLUDE (key, kind, spelling)
            FROM placed JOIN assigned USING (key, paper) JOIN concept USING (key, index)
        """)
        tables.run("CREATE TEMP TABLE entry AS SELECT DISTINCT paper, id AS concept FROM mention")
        _write_mentions(tables)
        _write_introductions(tables)
        tables.write(ENTRIES, "SELECT * FROM entry")
        tables.write(NAMED, "SELECT id AS concept, name, papers FROM concept")
        _write_foundations(tables)
        add_families(tables)


def _write_mentions(tables: TaskTables) -> None:
    tables.run("""
        CREATE TEMP TABLE edge AS
        WITH surface AS (
            SELECT paper, id, arg_min(text, (-times, text)) AS surface
            FROM (SELECT paper, id, text, count(*) AS times FROM mention GROUP BY ALL) GROUP BY ALL)
        SELECT paper AS "from", id AS "to", concept_kind AS kind, count(*) AS count,
               bool_or(in_title) AS in_title, max(confidence) AS confidence,
               arg_min(sentence, (in_title, start, place)) AS evidence, any_value(surface) AS surface
        FROM mention JOIN surface USING (paper, id) GROUP BY paper, id, concept_kind
    """)
    for kind in KINDS:
        tables.nodes(kind, f"SELECT *, papers AS paper_count FROM concept WHERE kind = '{kind}'")
        tables.edges(("MENTIONS", "Paper", kind), f"SELECT * FROM edge WHERE kind = '{kind}'")


def _write_introductions(tables: TaskTables) -> None:
    says_so = " OR ".join(f"contains(lower(sentence), '{word}')" for word in PROPOSING)
    tables.run(f"""
        CREATE TEMP TABLE introduction AS
        SELECT paper AS "from", id AS "to", concept_kind AS kind, any_value(year) AS year,
               max(confidence) AS confidence,
               arg_min(sentence, (in_title, NOT ({says_so}), start, place)) AS evidence
        FROM mention WHERE introduced GROUP BY paper, id, concept_kind
    """)
    for kind in KINDS:
        tables.edges(("INTRODUCES", "Paper", kind), f"SELECT * FROM introduction WHERE kind = '{kind}'")


def _write_foundations(tables: TaskTables) -> None:
    """Write what papers build on: what exactly one paper introduced, and no paper mentioned long before.

    Only a concept with a name that somebody gave counts. Both years must be known, and the introducing paper
    must not be the later one.
    """
    tables.write(
        FOUNDATIONS,
        f"""
        WITH introducer AS (
            SELECT "to" AS id, any_value("from") AS paper, any_value(year) AS year
            FROM introduction GROUP BY ALL HAVING count(*) = 1),
        dated AS (SELECT DISTINCT id, paper, year, date FROM mention),
        earliest AS (SELECT id, coalesce(min(year), 0) AS year FROM dated GROUP BY ALL)
        SELECT later.paper AS "from", earlier.paper AS "to", concept.name AS via
        FROM introducer
        JOIN concept ON concept.id = introducer.id AND concept.given
        JOIN earliest ON earliest.id = introducer.id
             AND earliest.year + {PREPRINT_YEARS} >= coalesce(introducer.year, 0)
        JOIN dated earlier ON earlier.id = introducer.id AND earlier.paper = introducer.paper
        JOIN dated later ON later.id = introducer.id AND later.paper != earlier.paper
        WHERE if(earlier.year = later.year AND earlier.date != '' AND later.date != '',
                 substr(earlier.date, 1, least(length(earlier.date), length(later.date)))
                 <= substr(later.date, 1, least(length(earlier.date), length(later.date))),
                 earlier.year <= later.year)
        """,
    )


def write_foundations(task: Task) -> None:
    """Write what the papers of a bucket build on."""
    with task.open(FOUNDATIONS) as tables:
        tables.edges(
            ("BUILDS_ON", "Paper", "Paper"),
            'SELECT "from", "to", list(via ORDER BY via) AS via FROM foundations GROUP BY ALL',
        )
