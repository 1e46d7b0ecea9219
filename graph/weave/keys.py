"""Keys to final keys, over all papers: keys of one concept are merged, and mentions get their final key.

Keys whose words are equal without the spaces between them (their compact form) are one, and so are keys that
known names or corrections list together. Within a paper, a phrase that only it has goes by a longer one there
that it shortens, and an abbreviation by the name there whose first letters it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from litloom.graph.names.identity import is_ellipsis
from litloom.graph.tables import STRING
from litloom.graph.weave.mentions import MENTION, MENTIONS
from litloom.graph.weave.names import FORMS, LISTED, NAMES, PART_KEYS
from litloom.graph.weave.plan import Rows
from litloom.graph.weave.sparse import components
from litloom.graph.weave.task import Task, TaskTables

KEYS: Final = Rows("keys", "key VARCHAR, words VARCHAR[], papers BIGINT")
"""The keys of a bucket, with their words in the first paper and the number of papers, of all parts."""
COMPACT: Final = Rows("compact_keys", "compact VARCHAR, key VARCHAR, papers BIGINT", by="compact")
"""Keys by their compact form."""
MERGED: Final = Rows("merged", "key VARCHAR, merged VARCHAR", by="key")
"""Keys with the other key that they go by."""
MERGED_BY_LISTS: Final = Rows("merged_by_lists", MERGED.schema, by="key")
FINAL_KEYS: Final = Rows(
    "final_keys", "part BIGINT, key VARCHAR, words VARCHAR[], papers BIGINT, merged VARCHAR", by="part"
)
"""The keys of a part, with what is known of them in all parts, and the key that they go by."""
KEYED_MENTIONS: Final = Rows("keyed_mentions", f"key VARCHAR, {MENTION}, year BIGINT, date VARCHAR", by="key")
"""Mentions by the final key of their name, with the date of their paper."""
COMPONENTS: Final = "components.parquet"
"""``compact`` forms that lists join with others, and the ``component`` of each."""


def count_papers(task: Task) -> pa.Table:
    """Count the papers of the keys of a bucket; return (``compact``, ``list``) of those in lists."""
    with task.open(PART_KEYS, LISTED) as tables:
        tables.run("""
            CREATE TEMP TABLE keys AS
            SELECT key, arg_min(words, paper) AS words, sum(papers) AS papers FROM part_keys GROUP BY key
        """)
        tables.write(KEYS, "SELECT * FROM keys")
        compact = "SELECT array_to_string(words, '') AS compact, key, papers FROM keys"
        tables.write(COMPACT, compact)
        return tables.arrow(f"SELECT DISTINCT compact, list FROM listed JOIN ({compact}) USING (key)")


def write_components(task: Task, listed: Iterable[pa.Table]) -> None:
    """Write the components of the graph whose nodes are compact forms and lists: each is one concept."""
    with task.open() as tables:
        tables.add("listed", pa.concat_tables(listed))
        ends = tables.arrow("""
            SELECT compact, dense_rank() OVER (ORDER BY compact) - 1 AS one,
                   count(DISTINCT compact) OVER () + dense_rank() OVER (ORDER BY list) - 1 AS other
            FROM listed
        """)
        count = 1 + (pc.max(ends["other"]).as_py() or 0)
        tables.add("edge", ends)
        tables.add("node", components(ends["one"], ends["other"], count))
        tables.copy(
            "SELECT DISTINCT compact, component FROM edge JOIN node ON number = one",
            task.plan.work / COMPONENTS,
        )


def merge_compact(task: Task) -> pa.Table:
    """Merge the keys of a bucket that have one compact form.

    Returns
    -------
    pyarrow.Table
        ``component``, ``key`` and ``papers`` of the keys that lists join with others instead.
    """
    with task.open(COMPACT) as tables:
        tables.view("components", [task.plan.work / COMPONENTS], {})
        unlisted = "SELECT * FROM compact_keys ANTI JOIN components USING (compact)"
        tables.write(MERGED, _merged("compact", unlisted))
        return tables.arrow("SELECT component, key, papers FROM compact_keys JOIN components USING (compact)")


def merge_listed(task: Task, listed: Iterable[pa.Table]) -> None:
    """Merge the keys of each component."""
    with task.open() as tables:
        tables.add("listed", pa.concat_tables(listed))
        tables.write(MERGED_BY_LISTS, _merged("component", "SELECT * FROM listed"))


def _merged(group: str, keys: str) -> str:
    """Return SQL for the keys of each group with the one that most papers have."""
    return f"""
        SELECT key, merged FROM (
            SELECT key, first_value(key) OVER (PARTITION BY {group} ORDER BY papers DESC, key) AS merged
            FROM ({keys}))
        WHERE key != merged
    """


def write_final_keys(task: Task) -> None:
    """Write, for each part that has a key of this bucket, what is known of it in all parts."""
    with task.open(PART_KEYS, KEYS, MERGED, MERGED_BY_LISTS) as tables:
        tables.write(
            FINAL_KEYS,
            """
            SELECT p.part, key, keys.words, keys.papers, coalesce(m.merged, l.merged, key) AS merged
            FROM part_keys p JOIN keys USING (key)
            LEFT JOIN merged m USING (key) LEFT JOIN merged_by_lists l USING (key)
            """,
        )


def write_keyed_mentions(task: Task) -> None:
    """Write every mention of a part under its final key."""
    corrected = task.plan.corrected
    apart = sorted({name for names in corrected.apart for name in names})
    with task.open(MENTIONS, NAMES, FORMS, FINAL_KEYS, part=True) as tables:
        _add_moves(tables)
        tables.add_rows("apart", ((spelling,) for spelling in apart), spelling=STRING)
        tables.add_rows("dropped", ((spelling,) for spelling in sorted(corrected.drop)), spelling=STRING)
        tables.write(
            KEYED_MENTIONS,
            """
            SELECT coalesce(apart.spelling, final.merged) AS key, m.* EXCLUDE (name), paper.year, paper.date
            FROM mentions m
            JOIN names ON names.paper = m.paper AND names.name = m.name
            LEFT JOIN moves ON moves.paper = names.paper AND moves.key = names.key
            JOIN final_keys final ON final.key = coalesce(moves.moved, names.key)
            JOIN paper ON paper.id = m.paper
            LEFT JOIN apart ON apart.spelling = m.spelling
            WHERE m.spelling NOT IN (SELECT spelling FROM dropped)
            """,
        )


def _add_moves(tables: TaskTables) -> None:
    """Make the view ``moves``: a ``key`` that goes by another, ``moved``, in one ``paper``."""
    tables.run("""
        CREATE TEMP TABLE known AS
        SELECT DISTINCT paper, key, f.words, f.papers FROM names JOIN final_keys f USING (key)
    """)
    shorter = tables.arrow("""
        SELECT short.paper, short.key, long.key AS moved, short.words AS short, long.words AS long
        FROM known short JOIN known long
        ON long.paper = short.paper AND long.words[1] = short.words[1] AND long.words[-1] = short.words[-1]
        WHERE short.papers = 1 AND len(short.words) > 1 AND len(long.words) > len(short.words)
    """)
    pairs = zip(shorter["short"].to_pylist(), shorter["long"].to_pylist(), strict=True)
    shortens = [is_ellipsis(tuple(short), tuple(long)) for short, long in pairs]
    tables.add("ellipsis", shorter.filter(pa.array(shortens, pa.bool_())))
    tables.run("""
        CREATE TEMP VIEW moves AS
        WITH short AS (
            SELECT paper, place, key, short AS letters
            FROM names JOIN name_forms USING (name) WHERE short IS NOT NULL),
        initials AS (
            SELECT paper, letters, arg_max(key, name) AS moved
            FROM (SELECT paper, key, name, unnest(initials) AS letters
                  FROM names JOIN name_forms USING (name) WHERE paper IN (SELECT paper FROM short))
            GROUP BY paper, letters),
        abbreviation AS (
            SELECT paper, short.key, arg_max(moved, place) AS moved
            FROM short JOIN initials USING (paper, letters) WHERE moved != short.key GROUP BY ALL),
        phrase AS (SELECT paper, key, max(moved) AS moved FROM ellipsis GROUP BY ALL)
        SELECT paper, key, coalesce(abbreviation.moved, phrase.moved) AS moved
        FROM abbreviation FULL JOIN phrase USING (paper, key)
    """)
