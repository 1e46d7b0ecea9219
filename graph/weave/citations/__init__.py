"""CITES: keys of what is cited are matched with those of papers, and what remains becomes stubs.

A reference may be any identifier of a paper or its title. A title that several papers have identifies none of
them, but a work of its own. Works that are cited and not among the papers become stubs.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from litloom.graph.schema import PAPER
from litloom.graph.tables import STRING, arrow_table
from litloom.graph.weave.citations.citation_keys import (
    IDENTIFIER,
    SURNAME,
    TITLE,
    named_works,
    paper_keys,
    parsed_references,
    surnames,
)
from litloom.graph.weave.citations.text import text_citations
from litloom.graph.weave.plan import Rows
from litloom.graph.weave.task import Task, TaskTables
from litloom.papers.match_keys import TELLING_WORDS
from litloom.papers.titles import same_but_for_typos, title_words
from litloom.records import Paper

NAMESAKES: Final = 2
"""Papers of a surname that are matched in any year, since it counts whether there are several."""
_CITED: Final = "id VARCHAR, title VARCHAR, year BIGINT, authors VARCHAR[], venue VARCHAR"
PAPER_KEYS: Final = Rows("paper_keys", f"key VARCHAR, {_CITED}", by="key")
"""The keys of papers; `authors` and `venue` only where the key is a surname."""
CITED_KEYS: Final = Rows("cited_keys", "key VARCHAR, part BIGINT, reference VARCHAR, year BIGINT", by="key")
"""The keys of what a part cites: the references of its papers, the surnames and years in its abstracts."""
REFERENCES: Final = Rows(
    "references",
    "reference VARCHAR, identifier VARCHAR, registered BOOLEAN, words VARCHAR[], stub VARCHAR,"
    "stub_title VARCHAR",
)
"""The references of a part, each once; see `parsed_references`."""
CITING: Final = Rows("citing", "paper VARCHAR")
"""Papers of a part whose abstracts name works."""
MATCHES: Final = Rows("matches", f"part BIGINT, key VARCHAR, reference VARCHAR, {_CITED}", by="part")
"""Papers that a part may cite."""
STUBS: Final = Rows("stubs", "id VARCHAR, title VARCHAR", by="id")
"""Works that are only cited."""
_DIGEST: Final = "md5(concat_ws(chr(31), id, title, doi, arxiv_id, url, array_to_string(ids, chr(31))))"
_IDENTITIES: Final = f"SELECT {_DIGEST} AS key, id, title, doi, arxiv_id, url, ids FROM paper"


def count_references(task: Task) -> int:
    """Return how many papers of a part have references."""
    with task.open(part=True) as tables:
        return int(tables.rows('SELECT count(*) FROM paper WHERE len("references") > 0')[0][0])


def write_keys(task: Task, references: int) -> None:
    """Write the keys of what a part cites, and of its papers.

    `references` is how many papers of all parts have references; if none has, no keys of identifiers and
    titles are needed.
    """
    by = task.part.by
    abstracts = f'SELECT "{by}" AS key, any_value(abstract) AS abstract FROM paper GROUP BY ALL'
    authors = "SELECT DISTINCT authors[1] AS key FROM paper WHERE len(authors) > 0"
    cited = 'SELECT DISTINCT unnest("references") AS key FROM paper'
    identities = _IDENTITIES if references else f"{_IDENTITIES} LIMIT 0"
    with task.open(part=True) as tables:
        tables.compute("named_works", named_works, abstracts)
        tables.compute("surnames", surnames, authors)
        tables.compute("parsed", parsed_references, cited)
        tables.compute("identity_keys", paper_keys, identities)
        tables.write(REFERENCES, "SELECT * RENAME (key AS reference) FROM parsed")
        tables.write(
            CITED_KEYS,
            f"""
            SELECT DISTINCT unnest(keys) AS key, {task.number} AS part, key AS reference, NULL AS year
            FROM parsed
            UNION ALL
            SELECT DISTINCT '{SURNAME}' || work.surname, {task.number}, NULL, work.year
            FROM (SELECT unnest(works) AS work FROM named_works)
            """,
        )
        tables.write(
            PAPER_KEYS,
            f"""
            SELECT unnest(keys) AS key, id, title, NULL AS year, NULL AS authors, NULL AS venue
            FROM identity_keys JOIN (SELECT id, title, {_DIGEST} AS key FROM paper) USING (key)
            UNION ALL
            SELECT '{SURNAME}' || unnest(surnames), id, title, year, authors, venue
            FROM paper JOIN surnames ON surnames.key = paper.authors[1] WHERE year IS NOT NULL
            """,
        )
        tables.write(
            CITING,
            f'SELECT id AS paper FROM paper JOIN named_works w ON w.key = paper."{by}" WHERE len(works) > 0',
        )


def match_keys(task: Task) -> None:
    """Write, for each part, the papers that have a key of what it cites."""
    with task.open(PAPER_KEYS, CITED_KEYS) as tables:
        tables.write(
            MATCHES,
            f"""
            SELECT part, key, reference, p.* EXCLUDE (key)
            FROM cited_keys c JOIN paper_keys p USING (key) WHERE NOT starts_with(key, '{SURNAME}')
            UNION ALL
            SELECT DISTINCT part, key, NULL, p.* EXCLUDE (key, turn)
            FROM cited_keys c
            JOIN (SELECT *, row_number() OVER (PARTITION BY key ORDER BY id) AS turn FROM paper_keys
                  WHERE starts_with(key, '{SURNAME}')) p USING (key)
            WHERE p.turn <= {NAMESAKES} OR abs(p.year - c.year) <= 1
            """,
        )


def write_citations(task: Task) -> None:
    """Write what the papers of a part cite, and the stubs among it."""
    with task.open(MATCHES, REFERENCES, CITING, part=True) as tables:
        tables.add("mistyped", _mistyped(tables))
        tables.run(f"""
            CREATE TEMP TABLE known AS
            WITH by_id AS (
                SELECT reference, key, max(id) AS id FROM matches
                WHERE starts_with(key, '{IDENTIFIER}') GROUP BY ALL),
            exact AS (
                SELECT reference, count(DISTINCT id) AS papers, any_value(id) AS id FROM matches
                WHERE starts_with(key, '{TITLE}''') OR starts_with(key, '{TITLE}"') GROUP BY ALL),
            alike AS (
                SELECT reference, count(DISTINCT id) AS papers, any_value(id) AS id
                FROM mistyped GROUP BY ALL)
            SELECT r.reference, r.stub, r.stub_title,
                   coalesce(a.id, b.id, CASE WHEN r.registered OR exact.papers > 1 THEN NULL
                                             WHEN exact.papers = 1 THEN exact.id
                                             WHEN alike.papers = 1 THEN alike.id END) AS id
            FROM "references" r
            LEFT JOIN by_id a ON a.reference = r.reference AND a.key = '{IDENTIFIER}' || r.identifier
            LEFT JOIN by_id b ON b.reference = r.reference AND b.key = '{IDENTIFIER}' || r.reference
            LEFT JOIN exact ON exact.reference = r.reference
            LEFT JOIN alike ON alike.reference = r.reference
        """)
        tables.add("by_text", _by_text(tables))
        tables.edges(
            ("CITES", "Paper", "Paper"),
            """
            SELECT "from", "to", min(source) AS source FROM (
                SELECT paper.id AS "from", coalesce(known.id, known.stub) AS "to", 'metadata' AS source
                FROM (SELECT id, unnest("references") AS reference FROM paper) paper
                JOIN known USING (reference)
                UNION ALL SELECT "from", "to", 'text' FROM by_text)
            WHERE "to" != '' AND "from" != "to" GROUP BY ALL
            """,
        )
        tables.write(
            STUBS,
            "SELECT stub AS id, min(stub_title) AS title "
            "FROM known WHERE id IS NULL AND stub != '' GROUP BY ALL",
        )


def _mistyped(tables: TaskTables) -> pa.Table:
    """Return the references of which a paper has the title but for typos: ``reference`` and ``id``."""
    pairs = tables.arrow(f"""
        SELECT DISTINCT m.reference, r.words, m.id, m.title
        FROM matches m JOIN "references" r USING (reference)
        WHERE starts_with(key, '{TITLE}(') AND len(r.words) >= {TELLING_WORDS}
    """)
    titles = zip(pairs["words"].to_pylist(), pairs["title"].to_pylist(), strict=True)
    alike = [same_but_for_typos(tuple(words), title_words(title)) for words, title in titles]
    return pairs.select(["reference", "id"]).filter(pa.array(alike, pa.bool_()))


def _by_text(tables: TaskTables) -> pa.Table:
    """Return what abstracts cite: ``from`` and ``to``."""
    citing = "SELECT * FROM paper SEMI JOIN citing ON citing.paper = paper.id"
    cited = f"SELECT *, '' AS abstract FROM matches WHERE starts_with(key, '{SURNAME}')"
    pairs = text_citations(_papers(tables, citing), _papers(tables, cited))
    return arrow_table(pairs, **{"from": STRING, "to": STRING})


def _papers(tables: TaskTables, sql: str) -> list[Paper]:
    """Return the papers of a query, sorted by id, with what `text_citations` needs of them."""
    rows = tables.rows(
        "SELECT DISTINCT id, coalesce(title, ''), coalesce(abstract, ''), year, coalesce(authors, []), "
        f"coalesce(venue, '') FROM ({sql}) ORDER BY id"
    )
    return [
        Paper(id=own, title=title, abstract=abstract, year=year, authors=tuple(authors), venue=venue)
        for own, title, abstract, year, authors, venue in rows
    ]


def write_stubs(task: Task) -> None:
    """Write the stubs of a bucket."""
    values = {name: "[]" if kind == "strings" else "NULL" for name, kind in PAPER.items()}
    values |= {"id": "id", "title": "nullif(min(title), '')", "abstract": "''", "known": "false"}
    columns = ", ".join(f'{value} AS "{name}"' for name, value in values.items())
    with task.open(STUBS) as tables:
        number = len(task.plan.parts) + task.number
        tables.nodes("Paper", f"SELECT {columns} FROM stubs GROUP BY id", number=number)
