"""Names to keys: names of one concept meet under one key, within a paper and across papers.

A kernel writes out the abbreviations of each name (`litloom.graph.names.identity`); all else is SQL. Keys
whose words are equal when run together are one, and so are keys that a list of known names or a person joins.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from litloom.graph.names.abbreviations import Meanings
from litloom.graph.names.identity import identity, initialisms, is_ellipsis, looked_up, may_be_initialism
from litloom.graph.names.keys import NameReader, one_concept
from litloom.graph.names.normalize import spelling_key
from litloom.graph.weave.components import components
from litloom.graph.weave.kernel_cache import cached_file, keep_file
from litloom.graph.weave.mentions import MENTIONS, open_part
from litloom.graph.weave.stage import Rows, Task, TaskTables, parsed_corrections

NAMES: Final = Rows(
    "names",
    {"paper": "VARCHAR", "place": "BIGINT", "name": "VARCHAR", "words": "VARCHAR[]", "key": "VARCHAR"},
)
"""The names of a part by paper: what each stands for, and its key."""
FORMS: Final = Rows("name_forms", {"name": "VARCHAR", "short": "VARCHAR", "initials": "VARCHAR[]"})
"""Each name of a part, with what abbreviations and their full names meet by; see `name_forms`."""
KEYED: Final = Rows(
    "keyed",
    {"key": "VARCHAR", "part": "BIGINT", "paper": "VARCHAR", "words": "VARCHAR[]", "papers": "BIGINT"},
    by="key",
)
"""The keys of each part: the words and the id of the first paper that has it, and how many have it."""
LISTED: Final = Rows("listed", {"key": "VARCHAR", "list": "BIGINT"}, by="key")
"""Keys of names that a list or a person joins with the others of the same list."""
COUNTED: Final = Rows("counted", {"key": "VARCHAR", "words": "VARCHAR[]", "papers": "BIGINT"})
"""What all papers know of the keys of a bucket."""
TOGETHER: Final = Rows(
    "together", {"together": "VARCHAR", "key": "VARCHAR", "papers": "BIGINT"}, by="together"
)
"""Keys by their words, run together."""
JOINED: Final = Rows("joined", {"key": "VARCHAR", "joined": "VARCHAR"}, by="key")
"""Keys with the other key that they go by."""
JOINED_BY_LISTS: Final = Rows("joined_by_lists", JOINED.columns, by="key")
ANSWERS: Final = Rows(
    "answers",
    {"part": "BIGINT", "key": "VARCHAR", "words": "VARCHAR[]", "papers": "BIGINT", "joined": "VARCHAR"},
    by="part",
)
"""What all papers know of the keys of a part."""
PLACED: Final = Rows(
    "placed",
    {
        "key": "VARCHAR",
        **{name: kind for name, kind in MENTIONS.columns.items() if name != "name"},
        "year": "BIGINT",
        "date": "VARCHAR",
    },
    by="key",
)
"""Mentions by the final key of what they name, with the date of their paper."""
MEANINGS_FILE: Final = "meanings.parquet"
DEFINITIONS: Final = "definitions"
UNITED_FILE: Final = "united.parquet"
_STRINGS: Final = pa.list_(pa.string())


def write_meanings(task: Task, counts: Iterable[pa.Table]) -> None:
    """Write how often all papers define each abbreviation, of which the parts count their own."""
    with task.open() as tables:
        tables.add("counted", pa.concat_tables(counts))
        tables.copy(
            'SELECT short, "full", sum(n)::BIGINT AS n FROM counted GROUP BY ALL',
            task.plan.work / MEANINGS_FILE,
        )


def read_names(task: Task) -> None:
    """Write the names of a part with their keys."""
    plan, by = task.plan, task.part.by
    with task.open(MENTIONS) as tables:
        open_part(tables, task.part)
        tables.compute("name_forms", name_forms, "SELECT DISTINCT name AS key FROM mentions")
        tables.write(FORMS, "SELECT key AS name, short, initials FROM name_forms")
        _write_out(tables, task)
        tables.run(f"""
            CREATE TEMP TABLE written AS
            SELECT paper.id AS paper, unnest(range(len(names))) AS place, unnest(names) AS name,
                   unnest(words) AS words, unnest(keys) AS key
            FROM names_written JOIN paper ON paper."{by}" = names_written.key
        """)
        tables.write(NAMES, "SELECT * FROM written")
        tables.write(
            KEYED,
            f"""
            SELECT key, {task.number} AS part, first.paper AS paper, first.words AS words, papers
            FROM (SELECT key, arg_min({{'paper': paper, 'words': words}}, (paper, place)) AS first,
                         count(DISTINCT paper) AS papers
                  FROM written GROUP BY key)
            """,
        )
        tables.add("list", _lists(plan.corrections))
        tables.write(
            LISTED,
            """
            SELECT DISTINCT key, list.list FROM mentions
            JOIN list ON list.spelling = mentions.spelling
            JOIN written ON written.paper = mentions.paper AND written.name = mentions.name
            """,
        )


def _write_out(tables: TaskTables, task: Task) -> None:
    """Make the view ``names_written``: names of papers, by their text where papers may share one."""
    file, cache, by = task.plan.work / MEANINGS_FILE, task.plan.cache, task.part.by
    reader = NameReader(_meanings(file))
    stale = "false"
    if cache is not None:
        before = cached_file(cache, DEFINITIONS)
        stale = "true" if before is None else _stale(tables, before, file)
        if before is not None:  # what is cached belongs to no definitions until all of it is written
            before.unlink()
    tables.run("""
        CREATE TEMP TABLE named AS
        SELECT paper, list(name ORDER BY place) AS names
        FROM (SELECT paper, name, min(place) AS place FROM mentions GROUP BY ALL) GROUP BY ALL
    """)
    papers = f"""
        SELECT paper."{by}" AS key, names, abbreviations, coalesce(title, '') || chr(10) || abstract AS text
        FROM named JOIN found USING (paper) JOIN paper ON paper.id = named.paper
        WHERE paper.id IN (SELECT min(id) FROM paper GROUP BY "{by}")
    """
    tables.compute("names_written", lambda papers: written_out(papers, reader), papers, stale=stale)
    if cache is not None:
        copy = cache / f".{DEFINITIONS}.parquet"
        shutil.copyfile(file, copy)
        keep_file(copy, cache, DEFINITIONS)


def _stale(tables: TaskTables, before: Path, now: Path) -> str:
    """Return SQL for cached names in which an abbreviation may mean something else by now.

    Parameters
    ----------
    tables
        Has the view ``name_forms``.
    before, now
        How often the papers of the last build, and those of this one, define each abbreviation.
    """
    tables.view("definitions_before", [before], {})
    tables.view("definitions", [now], {})
    changed = tables.rows("""
        SELECT DISTINCT short FROM definitions_before FULL JOIN definitions USING (short, "full")
        WHERE definitions_before.n IS DISTINCT FROM definitions.n
    """)
    old, new = (_meanings(file) for file in (before, now))
    shorts = {spelling_key(short) for (short,) in changed}
    turned = {short for short in shorts if old.reading(short) != new.reading(short)}
    defined = tables.arrow("SELECT DISTINCT short FROM definitions")["short"].to_pylist()
    tables.add("turned", _strings("short", sorted(turned)))
    tables.add("defined_again", _strings("short", [s for s in defined if spelling_key(s) in turned]))
    return """
        key IN (
            SELECT key FROM (SELECT key, unnest(names) AS name FROM cached)
            WHERE name IN (SELECT key FROM (SELECT key, unnest(looked_up) AS short FROM name_forms)
                           WHERE short IN (SELECT short FROM turned))
            UNION SELECT key FROM (SELECT key, unnest(shorts) AS short FROM cached)
            WHERE short IN (SELECT short FROM defined_again))
    """


def written_out(papers: pa.Table, reader: NameReader) -> pa.Table:
    """Return the words and the keys of the names of papers.

    Parameters
    ----------
    papers
        A row a paper: ``key``, ``names`` in their order, ``abbreviations`` (pairs), ``text``.
    reader
        Writes out names.

    Returns
    -------
    pyarrow.Table
        A row a paper: ``key``, ``names``, ``shorts`` (the abbreviations that it defines), and a list each of
        ``words`` and ``keys``, one for each name.
    """
    columns = [papers[name].to_pylist() for name in ("names", "abbreviations", "text")]
    words = [list(reader.written_out(*paper)) for paper in zip(*columns, strict=True)]
    keys = [list(map(identity, of_paper)) for of_paper in words]
    shorts = [[short for short, _ in pairs] for pairs in columns[1]]
    return pa.table(
        {
            "key": papers["key"],
            "names": papers["names"].cast(_STRINGS),
            "shorts": pa.array(shorts, _STRINGS),
            "words": pa.array(words, pa.list_(_STRINGS)),
            "keys": pa.array(keys, _STRINGS),
        }
    )


def count_keys(task: Task) -> pa.Table:
    """Count the papers of the keys of a bucket; return (``together``, ``list``) of those that lists join."""
    with task.open(KEYED, LISTED) as tables:
        tables.run("""
            CREATE TEMP TABLE counted AS
            SELECT key, arg_min(words, paper) AS words, sum(papers) AS papers FROM keyed GROUP BY key
        """)
        tables.write(COUNTED, "SELECT * FROM counted")
        tables.run("""
            CREATE TEMP VIEW together AS
            SELECT array_to_string(words, '') AS together, key, papers FROM counted
        """)
        tables.write(TOGETHER, "SELECT * FROM together")
        return tables.arrow("SELECT DISTINCT together, list FROM listed JOIN together USING (key)")


def write_united(task: Task, listed: Iterable[pa.Table]) -> None:
    """Write which words, run together, lists make one with others: ``together`` and its ``united`` group."""
    with task.open() as tables:
        tables.add("listed", pa.concat_tables(listed))
        # Words and lists are the nodes of a graph, of which a component is one concept.
        ends = tables.arrow("""
            SELECT together, dense_rank() OVER (ORDER BY together) - 1 AS one,
                   count(DISTINCT together) OVER () + dense_rank() OVER (ORDER BY list) - 1 AS other
            FROM listed
        """)
        count = 1 + (pc.max(ends["other"]).as_py() or 0)
        tables.add("edge", ends)
        tables.add("component", components(ends["one"], ends["other"], count))
        tables.copy(
            "SELECT DISTINCT together, component AS united FROM edge JOIN component ON number = one",
            task.plan.work / UNITED_FILE,
        )


def join_keys(task: Task) -> pa.Table:
    """Join the keys of a bucket whose words, run together, are equal.

    Returns
    -------
    pyarrow.Table
        ``united``, ``key`` and ``papers`` of those that lists join with others.
    """
    with task.open(TOGETHER) as tables:
        tables.view("united", [task.plan.work / UNITED_FILE], {})
        tables.write(
            JOINED,
            _commonest("SELECT together AS own, key, papers FROM together ANTI JOIN united USING (together)"),
        )
        return tables.arrow("SELECT united, key, papers FROM together JOIN united USING (together)")


def join_united(task: Task, united: Iterable[pa.Table]) -> None:
    """Join the keys that lists join."""
    with task.open() as tables:
        tables.add("united", pa.concat_tables(united))
        tables.write(JOINED_BY_LISTS, _commonest("SELECT united AS own, key, papers FROM united"))


def _commonest(keys: str) -> str:
    """Return SQL for the keys of each group, ``own``, with the one that most papers have."""
    return f"""
        SELECT key, joined FROM (
            SELECT key, first_value(key) OVER (PARTITION BY own ORDER BY papers DESC, key) AS joined
            FROM ({keys}))
        WHERE key != joined
    """


def answer_keys(task: Task) -> None:
    """Tell every part that has a key of this bucket what all papers know of it."""
    with task.open(KEYED, COUNTED, JOINED, JOINED_BY_LISTS) as tables:
        tables.write(
            ANSWERS,
            """
            SELECT keyed.part, key, counted.words, counted.papers, coalesce(j.joined, l.joined, key) AS joined
            FROM keyed JOIN counted USING (key)
            LEFT JOIN joined j USING (key) LEFT JOIN joined_by_lists l USING (key)
            """,
        )


def place_mentions(task: Task) -> None:
    """Write every mention of a part under its final key."""
    corrected = task.plan.corrected
    apart = sorted({name for names in corrected.apart for name in names})
    with task.open(MENTIONS, NAMES, FORMS, ANSWERS) as tables:
        open_part(tables, task.part)
        _add_moves(tables)
        tables.add("apart", _strings("spelling", apart))
        tables.add("dropped", _strings("spelling", sorted(corrected.drop)))
        tables.write(
            PLACED,
            """
            SELECT coalesce(apart.spelling, final.joined) AS key, m.* EXCLUDE (name), paper.year, paper.date
            FROM mentions m
            JOIN names ON names.paper = m.paper AND names.name = m.name
            LEFT JOIN moves ON moves.paper = names.paper AND moves.key = names.key
            JOIN answers final ON final.key = coalesce(moves.moved, names.key)
            JOIN paper ON paper.id = m.paper
            LEFT JOIN apart ON apart.spelling = m.spelling
            WHERE m.spelling NOT IN (SELECT spelling FROM dropped)
            """,
        )


def _add_moves(tables: TaskTables) -> None:
    """Make the view ``moves``: keys that go by another ``moved`` in one ``paper``.

    A phrase that only one paper has goes by the longer one there that it shortens; an abbreviation, by the
    name there that it is made of the first letters of.
    """
    tables.run("""
        CREATE TEMP TABLE known AS
        SELECT DISTINCT paper, key, answers.words, answers.papers FROM names JOIN answers USING (key)
    """)
    shorter = tables.arrow("""
        SELECT short.paper, short.key, long.key AS moved, short.words AS short, long.words AS long
        FROM known short JOIN known long
        ON long.paper = short.paper AND long.words[1] = short.words[1] AND long.words[-1] = short.words[-1]
        WHERE short.papers = 1 AND len(short.words) > 1 AND len(long.words) > len(short.words)
    """)
    pairs = zip(shorter["short"].to_pylist(), shorter["long"].to_pylist(), strict=True)
    shortens = [is_ellipsis(tuple(short), tuple(long)) for short, long in pairs]
    tables.add("shortening", shorter.filter(pa.array(shortens, pa.bool_())))
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
        phrase AS (SELECT paper, key, max(moved) AS moved FROM shortening GROUP BY ALL)
        SELECT paper, key, coalesce(abbreviation.moved, phrase.moved) AS moved
        FROM abbreviation FULL JOIN phrase USING (paper, key)
    """)


def name_forms(names: pa.Table) -> pa.Table:
    """Return names with what abbreviations and their full names meet by.

    Parameters
    ----------
    names
        The names, as the column ``key``.

    Returns
    -------
    pyarrow.Table
        ``key``; ``short``, which is null where it is no abbreviation; ``initials``; and ``looked_up``, the
        abbreviations whose meaning elsewhere may change how it is written out.
    """
    strings = names["key"].to_pylist()
    short = [spelling_key(name) if may_be_initialism(name) else None for name in strings]
    return pa.table(
        {
            "key": names["key"],
            "short": pa.array(short, pa.string()),
            "initials": pa.array([sorted(initialisms(name)) for name in strings], _STRINGS),
            "looked_up": pa.array([sorted(looked_up(name)) for name in strings], _STRINGS),
        }
    )


def _strings(name: str, values: list[str]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string())})


@lru_cache(maxsize=1)
def _lists(corrections: str) -> pa.Table:
    """Return (``spelling``, ``list``) of the names that lists or a person say are one concept."""
    groups = enumerate(one_concept(parsed_corrections(corrections)))
    rows = [(name, number) for number, names in groups for name in names]
    spellings, lists = zip(*rows, strict=True)
    return pa.table({"spelling": pa.array(spellings, pa.string()), "list": pa.array(lists, pa.int64())})


@lru_cache(maxsize=2)
def _meanings(file: Path) -> Meanings:
    table = pq.read_table(file)
    pairs = zip(table["short"].to_pylist(), table["full"].to_pylist(), strict=True)
    return Meanings(dict(zip(pairs, table["n"].to_pylist(), strict=True)))
