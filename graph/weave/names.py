"""Names to keys, within a paper: what each name stands for with its abbreviations written out."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from litloom.graph.names.abbreviations import Meanings
from litloom.graph.names.expansion import NameExpander, lookups
from litloom.graph.names.identity import identity, initialisms, may_be_initialism, same_concept
from litloom.graph.names.normalize import spelling_key
from litloom.graph.tables import STRING, STRINGS, arrow_table
from litloom.graph.weave.kernel_cache import cached_file, keep_file
from litloom.graph.weave.mentions import MENTIONS
from litloom.graph.weave.plan import Rows, parsed_corrections
from litloom.graph.weave.task import Task, TaskTables, by_row

NAMES: Final = Rows("names", "paper VARCHAR, place BIGINT, name VARCHAR, words VARCHAR[], key VARCHAR")
"""The names of each paper of a part: the words that each stands for, and its key."""
FORMS: Final = Rows("name_forms", "name VARCHAR, short VARCHAR, initials VARCHAR[]")
"""Each name of a part, with what abbreviations and their full names meet by; see `name_forms`."""
PART_KEYS: Final = Rows(
    "part_keys", "key VARCHAR, part BIGINT, paper VARCHAR, words VARCHAR[], papers BIGINT", by="key"
)
"""The keys of each part: the first paper that has it, by id, its words there, and how many papers have it."""
LISTED: Final = Rows("listed", "key VARCHAR, list BIGINT", by="key")
"""Keys of names that known names or corrections say are one concept with all others of the same list."""
DEFINITIONS: Final = "definitions"
"""The file of abbreviations: ``short``, ``full``, and the number ``n`` of papers that define it so."""


def count_definitions(task: Task) -> pa.Table:
    """Return how often the papers of a part define each abbreviation: ``short``, ``full``, ``n``."""
    with task.open(part=True) as tables:
        return tables.arrow("""
            SELECT pair[1] AS short, pair[2] AS "full", count(*) AS n
            FROM (SELECT unnest(abbreviations) AS pair FROM extraction) GROUP BY ALL
        """)


def write_definitions(task: Task, counts: Iterable[pa.Table]) -> None:
    """Write how often all papers define each abbreviation, of which the parts count their own."""
    with task.open() as tables:
        tables.add("counted", pa.concat_tables(counts))
        query = 'SELECT short, "full", sum(n)::BIGINT AS n FROM counted GROUP BY ALL'
        tables.copy(query, _definitions_file(task))


def write_names(task: Task) -> None:
    """Write the names of a part with their keys."""
    with task.open(MENTIONS, part=True) as tables:
        tables.compute("name_forms", name_forms, "SELECT DISTINCT name AS key FROM mentions")
        tables.write(FORMS, "SELECT key AS name, short, initials FROM name_forms")
        _expand(tables, task)
        tables.run(f"""
            CREATE TEMP TABLE keyed AS
            SELECT paper.id AS paper, unnest(range(len(names))) AS place, unnest(names) AS name,
                   unnest(words) AS words, unnest(keys) AS key
            FROM expanded_names e JOIN paper ON paper."{task.part.by}" = e.key
        """)
        tables.write(NAMES, "SELECT * FROM keyed")
        tables.write(
            PART_KEYS,
            f"""
            SELECT key, {task.number} AS part, first.paper AS paper, first.words AS words, papers
            FROM (SELECT key, arg_min({{'paper': paper, 'words': words}}, (paper, place)) AS first,
                         count(DISTINCT paper) AS papers
                  FROM keyed GROUP BY key)
            """,
        )
        tables.add("list", _lists(task.plan.corrections))
        tables.write(
            LISTED,
            """
            SELECT DISTINCT key, list.list FROM mentions
            JOIN list ON list.spelling = mentions.spelling
            JOIN keyed ON keyed.paper = mentions.paper AND keyed.name = mentions.name
            """,
        )


@by_row(short=STRING, initials=STRINGS, looked_up=STRINGS)
def name_forms(name: str) -> tuple[str | None, list[str], list[str]]:
    """Return the forms of a name.

    ``short`` is its key as an abbreviation, null where it is none; ``initials`` are the abbreviations that it
    may be spelled as; ``looked_up`` are those whose meaning in other papers may change its expansion.
    """
    short = spelling_key(name) if may_be_initialism(name) else None
    return short, sorted(initialisms(name)), sorted(lookups(name))


def expanded_names(papers: pa.Table, expander: NameExpander) -> pa.Table:
    """Return the words and the keys of the names of papers.

    Parameters
    ----------
    papers
        A row a paper: ``key``, ``names``, ``abbreviations`` (lists of short and full form), ``text``.

    Returns
    -------
    pyarrow.Table
        A row a paper: ``key``, ``names``, ``shorts`` (the abbreviations that it defines), and ``words``
        (a list of words a name) and ``keys``, as long as ``names``.
    """
    kernel = by_row(names=STRINGS, shorts=STRINGS, words=pa.list_(STRINGS), keys=STRINGS)
    return kernel(partial(_expanded, expander))(papers)


def _expanded(
    expander: NameExpander, names: list[str], abbreviations: list[tuple[str, str]], text: str
) -> tuple[Any, ...]:
    words = expander.of_paper(names, abbreviations, text)
    return names, [short for short, _ in abbreviations], words, list(map(identity, words))


def _expand(tables: TaskTables, task: Task) -> None:
    """Make the view ``expanded_names``: names of papers, by their text where papers may share one."""
    file, cache, by = _definitions_file(task), task.plan.cache, task.part.by
    expander = NameExpander(_meanings(file))
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
        FROM named JOIN extraction USING (paper) JOIN paper ON paper.id = named.paper
        WHERE paper.id IN (SELECT min(id) FROM paper GROUP BY "{by}")
    """
    tables.compute("expanded_names", lambda papers: expanded_names(papers, expander), papers, stale=stale)
    if cache is not None:
        copy = cache / f".{DEFINITIONS}.parquet"
        shutil.copyfile(file, copy)
        keep_file(copy, cache, DEFINITIONS)


def _stale(tables: TaskTables, before: Path, now: Path) -> str:
    """Return SQL for cached names in which an abbreviation may have another meaning than in the last build.

    ``before`` and ``now`` are files of definitions.
    """
    tables.view("definitions_before", [before], {})
    tables.view("definitions", [now], {})
    changed = tables.rows("""
        SELECT DISTINCT short FROM definitions_before FULL JOIN definitions USING (short, "full")
        WHERE definitions_before.n IS DISTINCT FROM definitions.n
    """)
    old, new = _meanings(before), _meanings(now)
    shorts = {spelling_key(short) for (short,) in changed}
    turned = {short for short in shorts if old.state(short) != new.state(short)}
    defined = tables.rows("SELECT DISTINCT short FROM definitions")
    tables.add_rows("turned", ((short,) for short in sorted(turned)), short=STRING)
    tables.add_rows("redefined", (row for row in defined if spelling_key(row[0]) in turned), short=STRING)
    return """
        key IN (
            SELECT key FROM (SELECT key, unnest(names) AS name FROM cached)
            WHERE name IN (SELECT key FROM (SELECT key, unnest(looked_up) AS short FROM name_forms)
                           WHERE short IN (SELECT short FROM turned))
            UNION SELECT key FROM (SELECT key, unnest(shorts) AS short FROM cached)
            WHERE short IN (SELECT short FROM redefined))
    """


def _definitions_file(task: Task) -> Path:
    return task.plan.work / f"{DEFINITIONS}.parquet"


@lru_cache(maxsize=2)
def _meanings(file: Path) -> Meanings:
    table = pq.read_table(file)
    pairs = zip(table["short"].to_pylist(), table["full"].to_pylist(), strict=True)
    return Meanings(dict(zip(pairs, table["n"].to_pylist(), strict=True)))


@lru_cache(maxsize=1)
def _lists(corrections: str) -> pa.Table:
    """Return (``spelling``, ``list``) of the names that are one concept by known names or corrections."""
    lists = enumerate(same_concept(parsed_corrections(corrections, "corrections")))
    rows = ((name, number) for number, names in lists for name in names)
    return arrow_table(rows, spelling=STRING, list=pa.int64())
