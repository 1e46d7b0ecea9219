"""What cites what: by references, and by the words of abstracts.

A reference may be any identifier of a paper or its title. A title that several papers have is the title of
neither of them, but of a work of its own. Works that are cited and not among the papers become stubs.

Every part names what it looks for (identifiers, titles, surnames) and what its own papers go by; where both
meet, the part is told of the papers that may be meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa

from litloom.graph.schema import PAPER
from litloom.graph.weave.mentions import open_part
from litloom.graph.weave.stage import Rows, Task, TaskTables
from litloom.graph.weave.text_citations import cited_works, surnames_of, text_citations
from litloom.papers.match_keys import TELLING_WORDS, canonical_id, identifiers, registry
from litloom.papers.titles import Words, same_but_for_typos, title_key, title_words, typo_keys
from litloom.records import Paper, bounded_id, title_id

IDENTIFIER: Final = "#"
TITLE: Final = "="
SURNAME: Final = "@"
"""What a key begins with, by what it is."""
OTHERS: Final = 2
"""Papers of a surname that are told of in any year, since it counts whether there is more than one."""

_CITED: Final = {
    "id": "VARCHAR",
    "title": "VARCHAR",
    "year": "BIGINT",
    "authors": "VARCHAR[]",
    "venue": "VARCHAR",
}
GOES_BY: Final = Rows("goes_by", {"key": "VARCHAR", **_CITED}, by="key")
"""What papers go by; `authors` and `venue` only where it is a surname."""
LOOKED_FOR: Final = Rows(
    "looked_for", {"key": "VARCHAR", "part": "BIGINT", "reference": "VARCHAR", "year": "BIGINT"}, by="key"
)
"""What the references and the abstracts of a part may mean."""
REFERENCES: Final = Rows(
    "references",
    {
        "reference": "VARCHAR",
        "identifier": "VARCHAR",
        "registered": "BOOLEAN",
        "words": "VARCHAR[]",
        "stub": "VARCHAR",
        "stub_title": "VARCHAR",
    },
)
"""The references of a part, each once."""
CITING: Final = Rows("citing", {"paper": "VARCHAR"})
"""Papers of a part whose abstracts name works."""
MEANT: Final = Rows(
    "meant", {"part": "BIGINT", "key": "VARCHAR", "reference": "VARCHAR", **_CITED}, by="part"
)
"""Papers that a part may mean."""
STUBS: Final = Rows("stubs", {"id": "VARCHAR", "title": "VARCHAR"}, by="id")


def count_references(task: Task) -> int:
    """Return how many papers of a part have references."""
    with task.open() as tables:
        open_part(tables, task.part)
        return int(tables.rows('SELECT count(*) FROM paper WHERE len("references") > 0')[0][0])


def look_for_works(task: Task, references: int) -> None:
    """Write what the papers of a part look for, and what they go by.

    Parameters
    ----------
    task
        About the part.
    references
        How many papers of all parts have references.
    """
    by = task.part.by
    with task.open() as tables:
        open_part(tables, task.part)
        tables.compute(
            "named_works",
            named_works,
            f'SELECT "{by}" AS key, any_value(abstract) AS abstract FROM paper GROUP BY ALL',
        )
        tables.compute(
            "surnames", surnames, "SELECT DISTINCT authors[1] AS key FROM paper WHERE len(authors) > 0"
        )
        tables.compute("parsed", parsed_references, 'SELECT DISTINCT unnest("references") AS key FROM paper')
        named = _NAMED if references else f"{_NAMED} LIMIT 0"
        tables.compute("paper_names", paper_names, named)
        tables.write(REFERENCES, "SELECT * RENAME (key AS reference) FROM parsed")
        tables.write(
            LOOKED_FOR,
            f"""
            SELECT DISTINCT unnest(names) AS key, {task.number} AS part, key AS reference, NULL AS year
            FROM parsed
            UNION ALL
            SELECT DISTINCT '{SURNAME}' || work.surname, {task.number}, NULL, work.year
            FROM (SELECT unnest(works) AS work FROM named_works)
            """,
        )
        tables.write(
            GOES_BY,
            f"""
            SELECT unnest(names) AS key, id, title, NULL AS year, NULL AS authors, NULL AS venue
            FROM paper_names JOIN (SELECT id, title, {_DIGEST} AS key FROM paper) USING (key)
            UNION ALL
            SELECT '{SURNAME}' || unnest(surnames), id, title, year, authors, venue
            FROM paper JOIN surnames ON surnames.key = paper.authors[1] WHERE year IS NOT NULL
            """,
        )
        tables.write(
            CITING,
            f'SELECT id AS paper FROM paper JOIN named_works w ON w.key = paper."{by}" WHERE len(works) > 0',
        )


_DIGEST: Final = "md5(concat_ws(chr(31), id, title, doi, arxiv_id, url, array_to_string(ids, chr(31))))"
_NAMED: Final = f"SELECT {_DIGEST} AS key, id, title, doi, arxiv_id, url, ids FROM paper"


def named_works(abstracts: pa.Table) -> pa.Table:
    """Return the works that abstracts name by author and year.

    Parameters
    ----------
    abstracts
        ``key`` and ``abstract``.

    Returns
    -------
    pyarrow.Table
        ``key`` and ``works``: a list of ``surname`` and ``year``, each once.
    """
    works = [
        [
            {"surname": surname, "year": year}
            for surname, year in sorted(
                {(work.surnames[0], work.year) for read, _ in cited_works(abstract) for work in read}
            )
        ]
        for abstract in abstracts["abstract"].to_pylist()
    ]
    kind = pa.list_(pa.struct([("surname", pa.string()), ("year", pa.int64())]))
    return pa.table({"key": abstracts["key"], "works": pa.array(works, kind)})


def surnames(authors: pa.Table) -> pa.Table:
    """Return names of authors, the column ``key``, with a list of what may be their ``surnames``."""
    found = [sorted(surnames_of(name)) for name in authors["key"].to_pylist()]
    return authors.append_column("surnames", pa.array(found, pa.list_(pa.string())))


def paper_names(papers: pa.Table) -> pa.Table:
    """Return the identifiers and titles that papers go by.

    Parameters
    ----------
    papers
        ``key``, and the properties of papers that identify them.

    Returns
    -------
    pyarrow.Table
        ``key`` and ``names``, a list.
    """
    found = []
    for row in papers.to_pylist():
        paper = Paper(
            id=row["id"],
            title=row["title"] or "",
            doi=row["doi"] or "",
            arxiv_id=row["arxiv_id"] or "",
            url=row["url"] or "",
            ids=tuple(row["ids"] or ()),
        )
        names = {IDENTIFIER + name for name in (*identifiers(paper), paper.id)}
        found.append(sorted(names | title_names(title_words(paper.title))))
    return pa.table({"key": papers["key"], "names": pa.array(found, pa.list_(pa.string()))})


def title_names(words: Words) -> set[str]:
    """Return the keys that a title and the same one with a typo have in common."""
    return {TITLE + repr(key) for key in filter(None, (title_key(words), *typo_keys(words)))}


def parsed_references(references: pa.Table) -> pa.Table:
    """Return references with what they may mean.

    Parameters
    ----------
    references
        The references, as the column ``key``.

    Returns
    -------
    pyarrow.Table
        ``key``, the columns of `REFERENCES`, and ``names``: what a paper goes by that the reference means.
    """
    rows = [_parsed(reference) for reference in references["key"].to_pylist()]
    columns = zip(*rows, strict=True) if rows else [()] * len(_PARSED)
    return pa.table(
        {name: pa.array(column, kind) for (name, kind), column in zip(_PARSED.items(), columns, strict=True)}
    )


_PARSED: Final = {
    "key": pa.string(),
    "identifier": pa.string(),
    "registered": pa.bool_(),
    "words": pa.list_(pa.string()),
    "stub": pa.string(),
    "stub_title": pa.string(),
    "names": pa.list_(pa.string()),
}


def _parsed(reference: str) -> tuple[Any, ...]:
    identifier = canonical_id(reference)
    registered = bool(registry(identifier))
    words = () if registered else title_words(reference)
    keys = {IDENTIFIER + identifier, IDENTIFIER + reference} | title_names(words)
    if registered or " " not in identifier:
        stub, title = bounded_id(identifier), ""
    else:
        # Not the id that a paper of this title would have, of which there may be several.
        stub, title = title_id(f"cited {title_key(words)}"), reference
    return reference, identifier, registered, words, stub, title, sorted(keys)


def offer_works(task: Task) -> None:
    """Tell every part of the papers that go by what it looks for."""
    with task.open(GOES_BY, LOOKED_FOR) as tables:
        columns = ", ".join(f"g.{name}" for name in _CITED)
        tables.write(
            MEANT,
            f"""
            SELECT part, key, reference, {columns} FROM looked_for JOIN goes_by g USING (key)
            WHERE NOT starts_with(key, '{SURNAME}')
            UNION ALL
            SELECT DISTINCT part, key, NULL, {columns}
            FROM looked_for
            JOIN (SELECT *, row_number() OVER (PARTITION BY key ORDER BY id) AS turn FROM goes_by
                  WHERE starts_with(key, '{SURNAME}')) g USING (key)
            WHERE g.turn <= {OTHERS} OR abs(g.year - looked_for.year) <= 1
            """,
        )


def write_citations(task: Task) -> None:
    """Write what the papers of a part cite, and the works among it that are no papers here."""
    with task.open(MEANT, REFERENCES, CITING) as tables:
        open_part(tables, task.part)
        tables.add("mistyped", _mistyped(tables))
        tables.run(f"""
            CREATE TEMP TABLE known AS
            WITH by_id AS (
                SELECT reference, key, max(id) AS id FROM meant
                WHERE starts_with(key, '{IDENTIFIER}') GROUP BY ALL),
            exact AS (
                SELECT reference, count(DISTINCT id) AS papers, any_value(id) AS id FROM meant
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
        SELECT DISTINCT meant.reference, r.words, meant.id, meant.title
        FROM meant JOIN "references" r USING (reference)
        WHERE starts_with(key, '{TITLE}(') AND len(r.words) >= {TELLING_WORDS}
    """)
    columns = zip(pairs["words"].to_pylist(), pairs["title"].to_pylist(), strict=True)
    alike = [same_but_for_typos(tuple(words), title_words(title)) for words, title in columns]
    return pairs.select(["reference", "id"]).filter(pa.array(alike, pa.bool_()))


def _by_text(tables: TaskTables) -> pa.Table:
    """Return what abstracts cite: ``from`` and ``to``."""
    columns = ", ".join(("id", "title", "abstract", "year", "authors", "venue"))
    papers = tables.arrow(
        f"SELECT {columns} FROM paper SEMI JOIN citing ON citing.paper = paper.id ORDER BY id"
    )
    among = tables.arrow(
        f"SELECT DISTINCT {', '.join(_CITED)} FROM meant WHERE starts_with(key, '{SURNAME}') ORDER BY id"
    )
    pairs = list(text_citations(list(_papers(papers)), list(_papers(among))))
    return pa.table(
        {
            "from": pa.array([citing for citing, _ in pairs], pa.string()),
            "to": pa.array([cited for _, cited in pairs], pa.string()),
        }
    )


def write_stubs(task: Task) -> None:
    """Write the works of a bucket that are only cited, as nodes."""
    values = {name: "[]" if kind == "strings" else "NULL" for name, kind in PAPER.items()}
    values |= {"id": "id", "title": "nullif(min(title), '')", "abstract": "''", "known": "false"}
    columns = ", ".join(f'{value} AS "{name}"' for name, value in values.items())
    with task.open(STUBS) as tables:
        number = len(task.plan.parts) + task.number
        tables.nodes("Paper", f"SELECT {columns} FROM stubs GROUP BY id", number=number)


def _papers(table: pa.Table) -> Iterator[Paper]:
    return map(_paper, table.to_pylist())


def _paper(row: dict[str, Any]) -> Paper:
    return Paper(
        id=row["id"],
        title=row["title"] or "",
        abstract=row.get("abstract") or "",
        year=row["year"],
        authors=tuple(row["authors"] or ()),
        venue=row["venue"] or "",
    )
