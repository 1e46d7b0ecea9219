"""Records and mentions: which papers a part has, and what they mention, as rows."""

from __future__ import annotations

from typing import Final

from litloom.errors import InputError
from litloom.graph.names.normalize import spelling_key
from litloom.graph.tables import STRING
from litloom.graph.weave.plan import Part, Rows
from litloom.graph.weave.task import Task, TaskTables, by_row, parquet

IDS: Final = Rows("ids", "id VARCHAR, part BIGINT, file VARCHAR, row BIGINT", by="id")
"""All records, by id."""
MENTION: Final = (
    "paper VARCHAR, place BIGINT, start BIGINT, text VARCHAR, kind VARCHAR, confidence DOUBLE,"
    "sentence VARCHAR, in_title BOOLEAN, introduced BOOLEAN, spelling VARCHAR"
)
"""A mention: `place` counts them within a paper, `start` is a character, `spelling` the `spelling_key`."""
MENTIONS: Final = Rows("mentions", f"{MENTION}, name VARCHAR")
"""Mentions of a part; `name` is what the paper calls the concept."""


def list_papers(task: Task) -> None:
    """List the ids of a part."""
    with task.open() as tables:
        tables.write(
            IDS,
            f"SELECT id, {task.number} AS part, parse_filename(filename) AS file, file_row_number AS row "
            f"FROM {parquet(task.part.papers, numbered=True)}",
        )


def repeated_papers(task: Task) -> list[tuple[int, str, int]]:
    """Return (part, file, row) of the papers of a bucket whose id an earlier row has."""
    with task.open(IDS) as tables:
        return tables.rows(
            "SELECT part, file, row FROM ids "
            "QUALIFY row_number() OVER (PARTITION BY id ORDER BY part, file, row) > 1"
        )


def write_mentions(task: Task) -> None:
    """Write the mentions of a part."""
    with task.open(part=True) as tables:
        _check(tables, task.part)
        tables.run("""
            CREATE TEMP TABLE mention AS
            SELECT e.paper, unnest(range(len(mentions))) AS place, unnest(mentions) AS mention,
                   length(coalesce(paper.title, '')) AS title_end, e.introduces
            FROM extraction e JOIN paper ON paper.id = e.paper
        """)
        tables.compute("spellings", spellings, "SELECT DISTINCT mention.text AS key FROM mention")
        tables.write(
            MENTIONS,
            """
            SELECT paper, place, mention.start, mention.text, mention.type AS kind, mention.confidence,
                   mention.concept AS name, mention.sentence, mention.start < title_end AS in_title,
                   list_contains(introduces, mention.text) AS introduced, spelling
            FROM mention JOIN spellings ON spellings.key = mention.text
            """,
        )


@by_row(spelling=STRING)
def spellings(text: str) -> str:
    """Return the `spelling_key` of a text."""
    return spelling_key(text)


def _check(tables: TaskTables, part: Part) -> None:
    """Raise `InputError` unless every paper has one extraction."""
    ((missing, repeated),) = tables.rows("""
        SELECT (SELECT count(*) FROM paper ANTI JOIN extraction e ON e.paper = paper.id),
               (SELECT count(*) FROM (SELECT paper FROM extraction GROUP BY ALL HAVING count(*) > 1))
    """)
    if missing or repeated:
        raise InputError(part.extractions[0], f"is not of the papers in {part.papers[0]}")
