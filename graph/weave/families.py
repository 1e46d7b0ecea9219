"""VARIANT_OF: variants and their families: `LLaMA-2-7B` is a variant of `LLaMA-2`, and that of `LLaMA`.

Concepts meet their families by name, in two forms: ``=`` and the `identity` of the name's words, or ``~`` and
its `spelling_key`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from litloom.graph.names.families import families
from litloom.graph.names.identity import identity
from litloom.graph.names.known_names import known_by_key
from litloom.graph.names.normalize import name_words, spelling_key
from litloom.graph.tables import STRING, STRINGS
from litloom.graph.weave.plan import Rows
from litloom.graph.weave.task import Task, TaskTables, by_row
from litloom.records import KINDS

FAMILY_NAMES: Final = Rows("family_names", "name VARCHAR, concept VARCHAR, papers BIGINT", by="name")
"""All names by which others may call a concept as their family."""
WANTED_FAMILIES: Final = Rows("wanted_families", "name VARCHAR, concept VARCHAR, rank BIGINT", by="name")
"""Names that the family of a concept may have, the likeliest with the least rank."""
VARIANTS: Final = Rows("variants", "concept VARCHAR, family VARCHAR, rank BIGINT", by="concept")
"""The families of concepts that exist."""
CORRECTED_VARIANTS: Final = Rows("corrected_variants", "concept VARCHAR, family VARCHAR", by="concept")
"""The families that corrections give."""


def write_family_names(tables: TaskTables) -> None:
    """Write the names of the concepts in the table ``concept``, and those of their families."""
    tables.run("""
        CREATE TEMP TABLE alias AS
        SELECT id, kind, papers, unnest(list_prepend(name, aliases)) AS text,
               unnest(range(1 + len(aliases))) AS position
        FROM concept
    """)
    tables.compute("family_forms", family_forms, "SELECT DISTINCT text AS key FROM alias")
    tables.run("CREATE TEMP VIEW form AS SELECT * RENAME (key AS text) FROM family_forms")
    known = (("~" + key, _spelled(name.family)) for key, name in known_by_key().items())
    tables.add_rows("known_family", known, spelled=STRING, family=STRING)
    tables.write(
        FAMILY_NAMES,
        """
        SELECT DISTINCT unnest([normal, spelled]) AS name, id AS concept, papers
        FROM alias JOIN form USING (text)
        """,
    )
    tables.write(
        WANTED_FAMILIES,
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


@by_row(normal=STRING, spelled=STRING, families=STRINGS, dataset_families=STRINGS)
def family_forms(text: str) -> tuple[str, str, list[str], list[str]]:
    """Return both forms of a spelling, and the forms of its families, the nearest first."""
    method, dataset = (list(map(_normal, families(text, kind))) for kind in ("Method", "Dataset"))
    return _normal(name_words(text)), _spelled(text), method, dataset


def match_families(task: Task) -> pa.Table:
    """Match the names of a bucket; return ``name`` and ``concept`` of those in corrections of variants."""
    corrected = sorted({"~" + name for pair in task.plan.corrected.variant.items() for name in pair})
    with task.open(FAMILY_NAMES, WANTED_FAMILIES) as tables:
        tables.run("""
            CREATE TEMP TABLE named AS
            SELECT name, arg_min(concept, (-papers, concept)) AS concept FROM family_names GROUP BY name
        """)
        tables.write(
            VARIANTS,
            """
            SELECT w.concept, named.concept AS family, rank FROM wanted_families w JOIN named USING (name)
            WHERE w.concept != named.concept
            """,
        )
        tables.add_rows("corrected", ((name,) for name in corrected), name=STRING)
        return tables.arrow("SELECT name, concept FROM named SEMI JOIN corrected USING (name)")


def write_corrected_variants(task: Task, named: Iterable[pa.Table]) -> None:
    """Write the variants that corrections give, of the concepts that exist."""
    table = pa.concat_tables(named)
    concepts = dict(zip(table["name"].to_pylist(), table["concept"].to_pylist(), strict=True))
    names = (("~" + one, "~" + other) for one, other in task.plan.corrected.variant.items())
    pairs = [(concepts[one], concepts[other]) for one, other in names if {one, other} <= concepts.keys()]
    with task.open() as tables:
        tables.add_rows("corrected", pairs, concept=STRING, family=STRING)
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


def _normal(words: tuple[str, ...]) -> str:
    return "=" + identity(words)


def _spelled(name: str) -> str:
    return "~" + spelling_key(name)
