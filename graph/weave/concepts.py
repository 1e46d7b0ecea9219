"""Keys to concepts: the kind, the name and the id of what meets under a key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from litloom.graph.names.abbreviations import usual_short_form
from litloom.graph.names.known_names import known_by_key
from litloom.graph.names.normalize import slug
from litloom.graph.weave.names import COUNTED, PLACED
from litloom.graph.weave.stage import Plan, Rows, Task, TaskTables
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
    {
        "key": "VARCHAR",
        "index": "BIGINT",
        "id": "VARCHAR",
        "name": "VARCHAR",
        "kind": "VARCHAR",
        "kind_share": "DOUBLE",
        "aliases": "VARCHAR[]",
        "papers": "BIGINT",
        "given": "BOOLEAN",
    },
)
"""The concepts of a bucket: two of one key where papers use its name for two kinds.

`given` tells whether its name is one that somebody gave.
"""
ASSIGNED: Final = Rows("assigned", {"key": "VARCHAR", "paper": "VARCHAR", "index": "BIGINT"})
"""Which concept of its key each paper mentions."""
STEMS: Final = Rows(
    "stems", {"stem": "VARCHAR", "id": "VARCHAR", "key": "VARCHAR", "index": "BIGINT"}, by="stem"
)
"""Ids, by what is left of them without a number at their end."""
NUMBERED: Final = Rows("numbered", {"key": "VARCHAR", "index": "BIGINT", "id": "VARCHAR"}, by="key")
"""Other ids of concepts, since an earlier one has theirs."""


def find_concepts(task: Task) -> None:
    """Write the concepts of a bucket."""
    with task.open(PLACED, COUNTED) as tables:
        _add_kinds(tables, task.plan)
        tables.run("""
            CREATE TEMP TABLE named AS
            SELECT key, index, list(text ORDER BY papers DESC, times DESC, text) AS names
            FROM (SELECT key, index, text, count(DISTINCT paper) AS papers, count(*) AS times
                  FROM placed JOIN assigned USING (key, paper) GROUP BY ALL)
            GROUP BY ALL
        """)
        concepts = tables.arrow("""
            SELECT key, index, chosen.kind, names[1] AS name, names[2:] AS aliases, tally.papers, agreeing,
                   coalesce(counted.words, [key]) AS words
            FROM chosen JOIN named USING (key, index)
            JOIN (SELECT key, index, count(*) AS papers,
                         count(*) FILTER (vote.kind = chosen.kind) AS agreeing
                  FROM assigned JOIN vote USING (key, paper) JOIN chosen USING (key, index)
                  GROUP BY ALL) tally
            USING (key, index)
            LEFT JOIN counted USING (key)
        """)
        tables.add("identified", identified(concepts))
        tables.write(CONCEPTS, "SELECT * FROM identified")
        tables.write(ASSIGNED, "SELECT * FROM assigned")
        tables.write(
            STEMS, "SELECT regexp_replace(id, '(-[0-9]+)+$', '') AS stem, id, key, index FROM identified"
        )


def _add_kinds(tables: TaskTables, plan: Plan) -> None:
    """Make the tables ``chosen`` (the kinds of each key) and ``assigned`` (the papers of each of them).

    A kind that a person gives wins. Else a key has two where many papers use either; else the one of most
    papers, where a known name counts as some of them.
    """
    spelled = plan.corrected.kind.items()
    tables.add("given", _kinds_of_spellings((spelling, str(kind)) for spelling, kind in spelled))
    known = known_by_key().items()
    tables.add("known", _kinds_of_spellings((spelling, str(name.kind)) for spelling, name in known))
    tables.run("""
        CREATE TEMP TABLE vote AS
        SELECT key, paper, arg_min(kind, (-times, kind)) AS kind
        FROM (SELECT key, paper, kind, count(*) AS times FROM placed GROUP BY ALL) GROUP BY ALL
    """)
    tables.run(f"""
        CREATE TEMP TABLE chosen AS
        WITH spelling AS (SELECT DISTINCT key, spelling FROM placed),
        corrected AS (
            SELECT key, arg_min(kind, spelling) AS kind
            FROM spelling JOIN given USING (spelling) GROUP BY key),
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


def identified(concepts: pa.Table) -> pa.Table:
    """Return concepts with the id that each has if no other has it, and what follows from their names.

    Parameters
    ----------
    concepts
        ``key``, ``index``, ``kind``, ``name``, ``aliases``, ``words`` of the key, ``papers``, and of these
        how many are ``agreeing`` on the kind.

    Returns
    -------
    pyarrow.Table
        The columns of `CONCEPTS`. `kind_share` is rounded as Python rounds, which SQL does not.
    """
    columns = [concepts[name].to_pylist() for name in ("kind", "words", "name", "agreeing", "papers")]
    kinds, words, names, agreeing, papers = columns
    ids = [concept_id(kind, tuple(key)) for kind, key in zip(kinds, words, strict=True)]
    shares = [round(count / total, SHARE_DECIMALS) for count, total in zip(agreeing, papers, strict=True)]
    return (
        concepts.append_column("id", pa.array(ids, pa.string()))
        .append_column("kind_share", pa.array(shares, pa.float64()))
        .append_column("given", pa.array(map(is_given_name, names), pa.bool_()))
    )


def concept_id(kind: str, words: tuple[str, ...]) -> str:
    """Return the id of a concept by its kind and the words that its key stands for.

    Examples
    --------
    >>> concept_id("Method", ("low", "rank", "adaptation"))
    'method:lora'
    """
    return bounded_id(f"{kind.lower()}:{slug(usual_short_form(words) or ' '.join(words))}")


def is_given_name(name: str) -> bool:
    """Tell whether a name is one that somebody gave, as its capitals or digits show, and no common word.

    Examples
    --------
    >>> [is_given_name(name) for name in ("LoRA", "word2vec", "attention mechanism")]
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
                numbered.append({"key": key, "index": index, "id": own})
        schema = pa.schema([("key", pa.string()), ("index", pa.int64()), ("id", pa.string())])
        tables.add("renamed", pa.Table.from_pylist(numbered, schema=schema))
        tables.write(NUMBERED, "SELECT * FROM renamed")


def _kinds_of_spellings(kinds: Iterable[tuple[str, str]]) -> pa.Table:
    pairs = list(kinds)
    return pa.table(
        {
            "spelling": pa.array([spelling for spelling, _ in pairs], pa.string()),
            "kind": pa.array([kind for _, kind in pairs], pa.string()),
        }
    )
