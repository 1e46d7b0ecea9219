"""First stages: the mentions, definitions and texts of each part of the papers, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from litloom.errors import InputError
from litloom.graph.names.normalize import spelling_key
from litloom.graph.weave.database import quoted
from litloom.graph.weave.stage import Part, Rows, Task, TaskTables

IDS: Final = Rows("ids", {"id": "VARCHAR", "part": "BIGINT", "file": "VARCHAR", "row": "BIGINT"}, by="id")
"""Every record, to find those whose id is there already."""
MENTIONS: Final = Rows(
    "mentions",
    {
        "paper": "VARCHAR",
        "place": "BIGINT",
        "start": "BIGINT",
        "text": "VARCHAR",
        "kind": "VARCHAR",
        "confidence": "DOUBLE",
        "name": "VARCHAR",
        "sentence": "VARCHAR",
        "in_title": "BOOLEAN",
        "introduced": "BOOLEAN",
        "spelling": "VARCHAR",
    },
)
"""Mentions of a part: `place` counts them within a paper, `name` is what the paper calls the concept."""


def open_part(tables: TaskTables, part: Part) -> None:
    """Make the views ``paper`` and ``found``, the papers of a part and their extractions.

    ``paper`` has the columns of the papers' files. ``found`` has ``paper`` (the id), ``mentions``,
    ``introduces`` and ``abbreviations``.
    """
    tables.run(f"CREATE TEMP VIEW paper AS {_rows_of(part.papers, part)}")
    found = _rows_of(part.extractions, part)
    if part.by == "id":
        found = f"SELECT * RENAME (id AS paper) FROM ({found})"
    else:
        found = (
            "SELECT paper.id AS paper, e.mentions, e.introduces, e.abbreviations "
            f'FROM ({found}) e JOIN paper ON paper."{part.by}" = e.id'
        )
    tables.run(f"CREATE TEMP VIEW found AS {found}")


def _rows_of(files: Iterable[object], part: Part) -> str:
    listed = ", ".join(quoted(str(file)) for file in files)
    if not part.left_out:
        return f"SELECT * FROM read_parquet([{listed}])"
    left_out = ", ".join(f"({quoted(file)}, {row})" for file, row in sorted(part.left_out))
    return (
        "SELECT * EXCLUDE (filename, file_row_number) "
        f"FROM read_parquet([{listed}], filename = true, file_row_number = true) "
        f"WHERE (parse_filename(filename), file_row_number) NOT IN ({left_out})"
    )


def list_papers(task: Task) -> None:
    """List the ids of a part."""
    listed = ", ".join(map(quoted, task.part.papers))
    with task.open() as tables:
        tables.write(
            IDS,
            f"SELECT id, {task.number} AS part, parse_filename(filename) AS file, file_row_number AS row "
            f"FROM read_parquet([{listed}], filename = true, file_row_number = true)",
        )


def repeated_papers(task: Task) -> list[tuple[int, str, int]]:
    """Return (part, file, row) of the papers of a bucket whose id an earlier row has."""
    with task.open(IDS) as tables:
        return tables.rows(
            "SELECT part, file, row FROM ids "
            "QUALIFY row_number() OVER (PARTITION BY id ORDER BY part, file, row) > 1"
        )


def read_mentions(task: Task) -> None:
    """Write the mentions of a part."""
    with task.open() as tables:
        open_part(tables, task.part)
        _check(tables, task.part)
        tables.run("""
            CREATE TEMP TABLE mention AS
            SELECT found.paper, unnest(range(len(mentions))) AS place, unnest(mentions) AS mention,
                   length(coalesce(paper.title, '')) AS title_end, found.introduces
            FROM found JOIN paper ON paper.id = found.paper
        """)
        tables.compute("spelled", spelled, "SELECT DISTINCT mention.text AS key FROM mention")
        tables.write(
            MENTIONS,
            """
            SELECT paper, place, mention.start, mention.text, mention.type AS kind, mention.confidence,
                   mention.concept AS name, mention.sentence, mention.start < title_end AS in_title,
                   list_contains(introduces, mention.text) AS introduced, spelling
            FROM mention JOIN spelled ON spelled.key = mention.text
            """,
        )


def definitions(task: Task) -> pa.Table:
    """Return how often the papers of a part define each abbreviation: ``short``, ``full``, ``n``."""
    with task.open() as tables:
        open_part(tables, task.part)
        return tables.arrow(
            'SELECT pair[1] AS short, pair[2] AS "full", count(*) AS n '
            "FROM (SELECT unnest(abbreviations) AS pair FROM found) GROUP BY ALL"
        )


def spelled(texts: pa.Table) -> pa.Table:
    """Return the `spelling_key` of each text, as the column ``spelling``."""
    keys = [spelling_key(text) for text in texts["key"].to_pylist()]
    return texts.append_column("spelling", pa.array(keys, pa.string()))


def _check(tables: TaskTables, part: Part) -> None:
    """Raise `InputError` unless every paper has one extraction."""
    ((unread, strange),) = tables.rows("""
        SELECT (SELECT count(*) FROM paper ANTI JOIN found ON found.paper = paper.id),
               (SELECT count(*) FROM (SELECT paper FROM found GROUP BY ALL HAVING count(*) > 1))
    """)
    if unread or strange:
        raise InputError(part.extractions[0], f"is not of the papers in {part.papers[0]}")
