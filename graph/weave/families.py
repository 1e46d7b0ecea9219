"""Variants and their families: `LLaMA-2-7B` is a variant of `LLaMA-2`, and that of `LLaMA`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from litloom.graph.names.families import families
from litloom.graph.names.identity import identity
from litloom.graph.names.known_names import known_by_key
from litloom.graph.names.normalize import name_words, spelling_key
from litloom.graph.weave.stage import Rows, Task, TaskTables
from litloom.records import KINDS

OFFERED: Final = Rows("offered", {"name": "VARCHAR", "concept": "VARCHAR", "papers": "BIGINT"}, by="name")
"""All names that others may call a concept by as their family."""
WANTED: Final = Rows("wanted", {"name": "VARCHAR", "concept": "VARCHAR", "rank": "BIGINT"}, by="name")
"""What the family of a concept would be called, the likeliest with the least rank."""
VARIANTS: Final = Rows(
    "variants", {"concept": "VARCHAR", "family": "VARCHAR", "rank": "BIGINT"}, by="concept"
)
"""The families of concepts that there are."""
CORRECTED_VARIANTS: Final = Rows(
    "corrected_variants", {"concept": "VARCHAR", "family": "VARCHAR"}, by="concept"
)
"""Those that a person gives."""
_STRINGS: Final = pa.list_(pa.string())


def add_families(tables: TaskTables) -> None:
    """Write what the concepts in the table ``concept`` are called, and what their families would be."""
    tables.run("""
        CREATE TEMP TABLE alias AS
        SELECT id, kind, papers, unnest(list_prepend(name, aliases)) AS text,
               unnest(range(1 + len(aliases))) AS position
        FROM concept
    """)
    tables.compute("family_forms", family_forms, "SELECT DISTINCT text AS key FROM alias")
    tables.run("CREATE TEMP VIEW form AS SELECT * RENAME (key AS text) FROM family_forms")
    tables.add("known_family", _known_families())
    tables.write(
        OFFERED,
        """
        SELECT DISTINCT unnest([normal, spelled]) AS name, id AS concept, papers
        FROM alias JOIN form USING (text)
        """,
    )
    tables.write(
        WANTED,
        """
        SELECT name, concept, min(rank) AS rank FROM (
            SELECT family AS name, id AS concept, 0 AS rank
            FROM alias JOIN form USING (text) JOIN known_family USING (spelled) WHERE position = 0
            UNION ALL
            SELECT unnest(names), id, 1 + 1000 * position + unnest(range(len(names)))
            FROM (SELECT id, position, if(kind = 'Dataset', dataset_families, families) AS names
                  FROM alias JOIN form USING (text) WHERE kind != 'Task'))
        GROUP BY ALL
        """,
    )


def family_forms(texts: pa.Table) -> pa.Table:
    """Return spellings of concepts with the names by which families are found.

    Parameters
    ----------
    texts
        The spellings, as the column ``key``.

    Returns
    -------
    pyarrow.Table
        ``key``; ``normal`` and ``spelled``, names that it offers; ``families`` and ``dataset_families``,
        names of what it says that it is a variant of, the nearest first.
    """
    strings = texts["key"].to_pylist()
    return pa.table(
        {
            "key": texts["key"],
            "normal": pa.array([_normal(name_words(text)) for text in strings], pa.string()),
            "spelled": pa.array([_spelled(text) for text in strings], pa.string()),
            "families": pa.array([[*map(_normal, families(t, "Method"))] for t in strings], _STRINGS),
            "dataset_families": pa.array(
                [[*map(_normal, families(t, "Dataset"))] for t in strings], _STRINGS
            ),
        }
    )


def find_families(task: Task) -> pa.Table:
    """Find the families among the names of a bucket.

    Returns
    -------
    pyarrow.Table
        ``name`` and ``concept`` of the names of variants and families that a person gives.
    """
    variants = task.plan.corrected.variant
    asked = sorted({_tilde(name) for pair in variants.items() for name in pair})
    with task.open(OFFERED, WANTED) as tables:
        tables.run("""
            CREATE TEMP TABLE named AS
            SELECT name, arg_min(concept, (-papers, concept)) AS concept FROM offered GROUP BY name
        """)
        tables.write(
            VARIANTS,
            """
            SELECT wanted.concept, named.concept AS family, rank FROM wanted JOIN named USING (name)
            WHERE wanted.concept != named.concept
            """,
        )
        tables.add("asked", pa.table({"name": pa.array(asked, pa.string())}))
        return tables.arrow("SELECT name, concept FROM named SEMI JOIN asked USING (name)")


def add_corrected_variants(task: Task, found: Iterable[pa.Table]) -> None:
    """Write the variants that a person gives, as far as there are such concepts."""
    table = pa.concat_tables(found)
    concepts = dict(zip(table["name"].to_pylist(), table["concept"].to_pylist(), strict=True))
    names = ((_tilde(one), _tilde(other)) for one, other in task.plan.corrected.variant.items())
    pairs = [(concepts[one], concepts[other]) for one, other in names if {one, other} <= concepts.keys()]
    with task.open() as tables:
        columns = {"concept": [one for one, _ in pairs], "family": [other for _, other in pairs]}
        tables.add("corrected", pa.table({name: pa.array(ids, pa.string()) for name, ids in columns.items()}))
        tables.write(CORRECTED_VARIANTS, "SELECT * FROM corrected")


def write_variants(task: Task) -> None:
    """Write the variants among the concepts of a bucket, each with its nearest family."""
    kinds = {kind.lower(): kind for kind in KINDS}
    with task.open(VARIANTS, CORRECTED_VARIANTS) as tables:
        tables.run("""
            CREATE TEMP TABLE edge AS
            SELECT concept AS "from", family AS "to", split_part(concept, ':', 1) AS variant_kind,
                   split_part(family, ':', 1) AS family_kind
            FROM (SELECT concept, arg_min(family, rank) AS family FROM variants GROUP BY concept
                  UNION SELECT concept, family FROM corrected_variants)
        """)
        for variant, family in tables.rows("SELECT DISTINCT variant_kind, family_kind FROM edge"):
            tables.edges(
                ("VARIANT_OF", kinds[variant], kinds[family]),
                f"SELECT * FROM edge WHERE variant_kind = '{variant}' AND family_kind = '{family}'",
            )


def _known_families() -> pa.Table:
    known = known_by_key().items()
    return pa.table(
        {
            "spelled": pa.array([_tilde(spelling) for spelling, _ in known], pa.string()),
            "family": pa.array([_spelled(name.family) for _, name in known], pa.string()),
        }
    )


def _normal(words: tuple[str, ...]) -> str:
    return "=" + identity(words)


def _spelled(name: str) -> str:
    return _tilde(spelling_key(name))


def _tilde(spelling: str) -> str:
    return "~" + spelling
