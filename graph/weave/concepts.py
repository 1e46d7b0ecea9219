"""Keys to concepts: the kind, the name and the id of what meets under a key."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from litloom.graph.names.abbreviations import usual_short_form
from litloom.graph.names.known_names import known_by_key
from litloom.graph.names.normalize import slug
from litloom.graph.tables import STRING
from litloom.graph.weave.keys import KEYED_MENTIONS, KEYS
from litloom.graph.weave.plan import Plan, Rows
from litloom.graph.weave.task import Task, TaskTables
from litloom.records import bounded_id, unused_id

BOTH_WAYS_SHARE: Final = 0.35
"""Share of its papers from which the second kind of a name is a concept of its own …"""
BOTH_WAYS_PAPERS: Final = 8
"""… where at least this many papers use the name so."""
KNOWN_VOTES: Final = 3
"""Papers that the kind of a known name counts for, where papers disagree."""
SHARE_DECIMALS: Final = 4

CONCEPTS: Final = Rows(
    "concepts",
    "key VARCHAR, index BIGINT, id VARCHAR, name VARCHAR, kind VARCHAR, kind_share DOUBLE, aliases VARCHAR[],"
    "papers BIGINT, proper BOOLEAN",
)
"""The concepts of a bucket: two of one key where papers use its name for two kinds.

`index` is 0 or 1, `kind_share` from 0 to 1, and `proper` tells whether its name is a proper one.
"""
ASSIGNED: Final = Rows("assigned", "key VARCHAR, paper VARCHAR, index BIGINT")
"""Which concept of its key each paper mentions."""
STEMS: Final = Rows("stems", "stem VARCHAR, id VARCHAR, key VARCHAR, index BIGINT", by="stem")
"""Ids by what is left of them without a number at their end."""
NUMBERED: Final = Rows("numbered", "key VARCHAR, index BIGINT, id VARCHAR", by="key")
"""Other ids of concepts whose id an earlier one has."""


def find_concepts(task: Task) -> None:
    """Write the concepts of a bucket."""
    with task.open(KEYED_MENTIONS, KEYS) as tables:
        _add_kinds(tables, task.plan)
        tables.run("""
            CREATE TEMP TABLE named AS
            SELECT key, index, list(text ORDER BY papers DESC, times DESC, text) AS names
            FROM (SELECT key, index, text, count(DISTINCT paper) AS papers, count(*) AS times
                  FROM keyed_mentions JOIN assigned USING (key, paper) GROUP BY ALL)
            GROUP BY ALL
        """)
        concepts = tables.arrow("""
            SELECT key, index, chosen.kind, names[1] AS name, names[2:] AS aliases, tally.papers, agreeing,
                   coalesce(keys.words, [key]) AS words
            FROM chosen JOIN named USING (key, index)
            JOIN (SELECT key, index, count(*) AS papers,
                         count(*) FILTER (vote.kind = chosen.kind) AS agreeing
                  FROM assigned JOIN vote USING (key, paper) JOIN chosen USING (key, index)
                  GROUP BY ALL) tally
            USING (key, index)
            LEFT JOIN keys USING (key)
        """)
        tables.add("identified", identify(concepts))
        tables.write(CONCEPTS, "SELECT * FROM identified")
        tables.write(ASSIGNED, "SELECT * FROM assigned")
        tables.write(
            STEMS, "SELECT regexp_replace(id, '(-[0-9]+)+$', '') AS stem, id, key, index FROM identified"
        )


def _add_kinds(tables: TaskTables, plan: Plan) -> None:
    """Make the tables ``chosen`` (the kinds of each key) and ``assigned`` (the papers of each of them).

    A corrected kind wins. Else a key has two kinds where many papers use either; else the one of most papers,
    where a known name counts as some of them.
    """
    known = ((spelling, name.kind) for spelling, name in known_by_key().items())
    tables.add_rows("corrected_kind", plan.corrected.kind.items(), spelling=STRING, kind=STRING)
    tables.add_rows("known", known, spelling=STRING, kind=STRING)
    tables.run("""
        CREATE TEMP TABLE vote AS
        SELECT key, paper, arg_min(kind, (-times, kind)) AS kind
        FROM (SELECT key, paper, kind, count(*) AS times FROM keyed_mentions GROUP BY ALL) GROUP BY ALL
    """)
    tables.run(f"""
        CREATE TEMP TABLE chosen AS
        WITH spelling AS (SELECT DISTINCT key, spelling FROM keyed_mentions),
        corrected AS (
            SELECT key, arg_min(kind, spelling) AS kind
            FROM spelling JOIN corrected_kind USING (spelling) GROUP BY key),
        tally AS (SELECT key, kind, count(*) AS papers FROM vote GROUP BY ALL),
        ranked AS (
            SELECT *, row_number() OVER (PARTITION BY key ORDER BY papers DESC, kind) - 1 AS index,
                   sum(papers) OVER (PARTITION BY key) AS total
            FROM tally),
        two AS (
            SELECT key FROM ranked ANTI JOIN corrected USING (key)
            WHERE index = 1 AND papers >= greatest({BOTH_WAYS_PAPERS}, {BOTH_WAYS_SHARE}::DOUBLE * total)),
        listed AS (
            SELECT key, kind, min(spelling) AS spelling
            FROM spelling JOIN known USING (spelling) GROUP BY ALL),
        likeliest AS (
            SELECT key, arg_min(kind, (-votes, -papers, turn)) AS kind
            FROM (SELECT key, kind, coalesce(papers, 0) AS papers,
                         coalesce(papers, 0) + if(spelling IS NULL, 0, {KNOWN_VOTES}) AS votes,
                         if(papers IS NULL, spelling, kind) AS turn
                  FROM tally FULL JOIN listed USING (key, kind))
            GROUP BY key)
        SELECT key, 0 AS index, kind FROM corrected
        UNION ALL SELECT key, index, kind FROM ranked SEMI JOIN two USING (key) WHERE index < 2
        UNION ALL SELECT key, 0, kind FROM likeliest ANTI JOIN corrected USING (key) ANTI JOIN two USING (key)
    """)
    tables.run("""
        CREATE TEMP TABLE assigned AS
        SELECT vote.key, vote.paper, if(second.kind IS NULL, 0, 1) AS index
        FROM vote LEFT JOIN chosen second
        ON second.key = vote.key AND second.index = 1 AND second.kind = vote.kind
    """)


def identify(concepts: pa.Table) -> pa.Table:
    """Return concepts with the id that each has if no other has it, and what follows from their names.

    Parameters
    ----------
    concepts
        A row a concept: ``key``, ``index``, ``kind``, ``name``, ``aliases``, ``words`` of the key, ``papers``
        (their number), and how many of these are ``agreeing`` on the kind.

    Returns
    -------
    pyarrow.Table
        The same, and ``id``, ``kind_share`` and ``proper``, see `CONCEPTS`. The share is rounded as Python
        rounds, which SQL does not.
    """
    columns = [concepts[name].to_pylist() for name in ("kind", "words", "name", "agreeing", "papers")]
    kinds, words, names, agreeing, papers = columns
    ids = [concept_id(kind, tuple(key)) for kind, key in zip(kinds, words, strict=True)]
    shares = [round(count / total, SHARE_DECIMALS) for count, total in zip(agreeing, papers, strict=True)]
    return (
        concepts.append_column("id", pa.array(ids, pa.string()))
        .append_column("kind_share", pa.array(shares, pa.float64()))
        .append_column("proper", pa.array(map(is_proper_name, names), pa.bool_()))
    )


def concept_id(kind: str, words: tuple[str, ...]) -> str:
    """Return the id of a concept by its kind and the words that its key stands for.

    Examples
    --------
    >>> concept_id("Method", ("low", "rank", "adaptation"))
    'method:lora'
    """
    return bounded_id(f"{kind.lower()}:{slug(usual_short_form(words) or ' '.join(words))}")


def is_proper_name(name: str) -> bool:
    """Tell whether a name is a proper name, as its capitals or digits show.

    Examples
    --------
    >>> [is_proper_name(name) for name in ("LoRA", "word2vec", "attention mechanism")]
    [True, True, False]
    """
    return any(letter.isupper() or letter.isdigit() for letter in name)


def number_concepts(task: Task) -> None:
    """Give numbers to the ids of a bucket that several concepts have, in the order of their keys."""
    with task.open(STEMS) as tables:
        clashing = tables.rows("""
            SELECT id, key, index FROM stems
            WHERE stem IN (SELECT stem FROM stems GROUP BY stem HAVING count(*) > count(DISTINCT id))
            ORDER BY key, index
        """)
        taken: set[str] = set()
        numbered = []
        for wanted, key, index in clashing:
            own = unused_id(wanted, taken)
            taken.add(own)
            if own != wanted:
                numbered.append((key, index, own))
        tables.add_rows("renamed", numbered, key=STRING, index=pa.int64(), id=STRING)
        tables.write(NUMBERED, "SELECT * FROM renamed")
