"""Papers and their authors, as nodes and edges.

An author is identified by an id (ORCID, or that of the source), or else by a full name within a source: the
same name in another file may be another person. Only a paper that several sources have shows that its author
of that name is one person in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from litloom.graph.tables import STRING
from litloom.graph.weave.plan import Rows
from litloom.graph.weave.sparse import components
from litloom.graph.weave.task import Task, by_row
from litloom.papers.people import parse_name
from litloom.records import LONGEST_ID

AUTHORS: Final = Rows(
    "authors", "paper VARCHAR, position BIGINT, name VARCHAR, id VARCHAR, person VARCHAR, source VARCHAR"
)
"""Names on the papers of a part: the id from the source or ``""``, the `persons` key, the first source."""
WROTE: Final = Rows("wrote", "author VARCHAR, name VARCHAR, paper VARCHAR, position BIGINT", by="author")
SAME_PEOPLE: Final = "same_people.parquet"
"""``person`` and ``source`` of names that are one person in several sources, and the ``first`` source."""
_NUMBER: Final = re.compile(r"\b\d{4}$")
"""By which DBLP tells people of one name apart: ``Wei Wang 0001``."""


def write_papers(task: Task) -> pa.Table:
    """Write the papers of a part and the names of their authors.

    Returns
    -------
    pyarrow.Table
        ``person``, ``source`` and ``other``, strings: names that are one person in two sources.
    """
    with task.open(part=True) as tables:
        tables.nodes("Paper", "SELECT * FROM paper")
        tables.run("""
            CREATE TEMP TABLE author AS
            SELECT * FROM (
                SELECT id AS paper, sources, unnest(authors) AS name,
                       unnest(range(1, 1 + len(authors))) AS position,
                       unnest(if(len(author_ids) > 0, author_ids,
                                 list_transform(authors, lambda name: ''))) AS id
                FROM paper)
            WHERE name IS NOT NULL AND id IS NOT NULL
        """)
        tables.compute("persons", persons, "SELECT DISTINCT name AS key FROM author")
        tables.run("CREATE TEMP VIEW parsed AS SELECT key AS name, person FROM persons")
        tables.write(
            AUTHORS,
            "SELECT paper, position, name, id, person, coalesce(sources[1], '') AS source "
            "FROM author JOIN parsed USING (name) WHERE id != '' OR person != ''",
        )
        return tables.arrow("""
            SELECT DISTINCT person, sources[1] AS source, unnest(sources[2:]) AS other
            FROM author JOIN parsed USING (name) WHERE len(sources) > 1 AND id = '' AND person != ''
        """)


@by_row(person=STRING)
def persons(name: str) -> str:
    """Return what the spellings of a person's name have in common, ``""`` where it is no name."""
    parsed, number = parse_name(name), _NUMBER.search(name)
    return "" if parsed is None else f"{parsed.key} {number[0]}" if number else parsed.key


def write_same_people(task: Task, pairs: Iterable[pa.Table]) -> None:
    """Write which names in several sources are one person; see `SAME_PEOPLE`."""
    with task.open() as tables:
        tables.add("pair", pa.concat_tables(pairs))
        tables.run("""
            CREATE TEMP TABLE place AS
            SELECT person, source, row_number() OVER () - 1 AS number
            FROM (SELECT person, source FROM pair UNION SELECT person, other FROM pair)
        """)
        ends = tables.arrow("""
            SELECT one.number AS one, two.number AS two FROM pair
            JOIN place one ON one.person = pair.person AND one.source = pair.source
            JOIN place two ON two.person = pair.person AND two.source = pair.other
        """)
        ((count,),) = tables.rows("SELECT count(*) FROM place")
        tables.add("component", components(ends["one"], ends["two"], count))
        first = tables.arrow("""
            SELECT person, source, min(source) OVER (PARTITION BY component) AS first
            FROM place JOIN component USING (number)
        """)
        pq.write_table(first, task.plan.work / SAME_PEOPLE)


def identify_authors(task: Task) -> None:
    """Write the authors of the papers of a part, with their ids in the graph."""
    with task.open(AUTHORS) as tables:
        tables.view("same", [task.plan.work / SAME_PEOPLE], {})
        tables.write(
            WROTE,
            f"""
            SELECT {_bounded("wanted")} AS author, name, paper, position FROM (
                SELECT 'author:' || if(id != '', id, coalesce(first, source) || ':' || person) AS wanted,
                       name, paper, position
                FROM authors LEFT JOIN same USING (person, source))
            """,
        )


def write_authors(task: Task) -> None:
    """Write the authors of a bucket, and what they wrote."""
    with task.open(WROTE) as tables:
        tables.nodes(
            "Author",
            """
            SELECT author AS id, names[1] AS name, names[2:] AS aliases, paper_count
            FROM (SELECT author, list(name ORDER BY times DESC, name) AS names
                  FROM (SELECT author, name, count(*) AS times FROM wrote GROUP BY ALL) GROUP BY ALL)
            JOIN (SELECT author, count(DISTINCT paper) AS paper_count FROM wrote GROUP BY ALL) USING (author)
            """,
        )
        tables.edges(
            ("WROTE", "Author", "Paper"),
            'SELECT author AS "from", paper AS "to", min(position) AS position FROM wrote GROUP BY ALL',
        )


def _bounded(identifier: str) -> str:
    """Return SQL for what `litloom.records.bounded_id` makes of a column."""
    digest = f"sha256({identifier})"
    return (
        f"if(length({identifier}) <= {LONGEST_ID}, {identifier}, "
        f"left({identifier}, {LONGEST_ID} - length({digest})) || {digest})"
    )
