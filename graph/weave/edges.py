"""Concepts to nodes and edges: MENTIONS, INTRODUCES and BUILDS_ON."""

from __future__ import annotations

from typing import Final

from litloom.graph.weave.concepts import ASSIGNED, CONCEPTS, NUMBERED
from litloom.graph.weave.families import write_family_names
from litloom.graph.weave.keys import KEYED_MENTIONS
from litloom.graph.weave.plan import Rows
from litloom.graph.weave.task import Task, TaskTables
from litloom.records import KINDS

PROPOSING: Final = "propos|introduc|present|we develop|we design|we release|called|named"
"""Beginnings of words in sentences in which a paper introduces something."""
PREPRINT_YEARS: Final = 1
"""Years before its publication in which a paper may be mentioned."""

PAPER_CONCEPTS: Final = Rows("paper_concepts", "paper VARCHAR, concept VARCHAR")
"""Which papers mention which concepts."""
CONCEPT_NAMES: Final = Rows("concept_names", "concept VARCHAR, name VARCHAR, papers BIGINT")
"""Names of concepts, and how many papers mention each."""
BUILDS_ON: Final = Rows("builds_on", "from VARCHAR, to VARCHAR, via VARCHAR", by="from")
"""Papers, an earlier one each, and the name of what the earlier one introduced."""


def write_concepts(task: Task) -> None:
    """Write the concepts of a bucket and the edges to them."""
    with task.open(KEYED_MENTIONS, CONCEPTS, ASSIGNED, NUMBERED) as tables:
        tables.run("""
            CREATE TEMP TABLE concept AS
            SELECT key, index, coalesce(numbered.id, c.id) AS id, c.* EXCLUDE (key, index, id)
            FROM concepts c LEFT JOIN numbered USING (key, index)
        """)
        tables.run("""
            CREATE TEMP TABLE mention AS
            SELECT concept.id, concept.kind AS concept_kind, m.* EXCLUDE (key, kind, spelling)
            FROM keyed_mentions m JOIN assigned USING (key, paper) JOIN concept USING (key, index)
        """)
        _write_mentions(tables)
        _write_introductions(tables)
        tables.write(PAPER_CONCEPTS, "SELECT DISTINCT paper, id AS concept FROM mention")
        tables.write(CONCEPT_NAMES, "SELECT id AS concept, name, papers FROM concept")
        _find_foundations(tables)
        write_family_names(tables)


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
    tables.run(f"""
        CREATE TEMP TABLE introduction AS
        SELECT paper AS "from", id AS "to", concept_kind AS kind, any_value(year) AS year,
               max(confidence) AS confidence,
               arg_min(sentence, (in_title, NOT proposes, start, place)) AS evidence
        FROM (SELECT *, regexp_matches(lower(sentence), '{PROPOSING}') AS proposes FROM mention)
        WHERE introduced GROUP BY paper, id, concept_kind
    """)
    for kind in KINDS:
        tables.edges(("INTRODUCES", "Paper", kind), f"SELECT * FROM introduction WHERE kind = '{kind}'")


def _find_foundations(tables: TaskTables) -> None:
    """Write what papers build on: what exactly one paper introduced, and no paper mentioned long before.

    Only a concept with a proper name counts. Both years must be known, and the introducing paper must not be
    the later one.
    """
    tables.write(
        BUILDS_ON,
        f"""
        WITH introducer AS (
            SELECT "to" AS id, any_value("from") AS paper, any_value(year) AS year
            FROM introduction GROUP BY ALL HAVING count(*) = 1),
        dated AS (SELECT DISTINCT id, paper, year, date FROM mention),
        earliest AS (SELECT id, coalesce(min(year), 0) AS year FROM dated GROUP BY ALL)
        SELECT later.paper AS "from", earlier.paper AS "to", concept.name AS via
        FROM introducer
        JOIN concept ON concept.id = introducer.id AND concept.proper
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


def write_builds_on(task: Task) -> None:
    """Write what the papers of a bucket build on."""
    with task.open(BUILDS_ON) as tables:
        tables.edges(
            ("BUILDS_ON", "Paper", "Paper"),
            'SELECT "from", "to", list(via ORDER BY via) AS via FROM builds_on GROUP BY ALL',
        )
