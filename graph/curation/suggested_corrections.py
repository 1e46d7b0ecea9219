"""What a user may want to correct, as a file of corrections (`litloom.graph.names.corrections`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from litloom.graph.curation.near_duplicates import Named, Twins, suspected_twins
from litloom.graph.stores.base import GraphStore
from litloom.records import KINDS

HEADING: Final = """\
# Concepts that may be one, and kinds that papers dispute, the most rewarding first.
# Delete what is wrong, add what is missing (apart:, variant:, drop:), and give this file to
#   litloom build FILES --store STORE --concepts THIS-FILE
"""
DISPUTED_SHARE: Final = 0.8
"""A kind that fewer of a concept's papers agree on is disputed."""


def suggestions(store: GraphStore, top: int) -> str:
    """Return suspected twins and disputed kinds with their evidence, as the text of a file of corrections.

    Parameters
    ----------
    store
        A graph.
    top
        How many of each at most.
    """
    rows = store.read(
        f"MATCH (c:{'|'.join(KINDS)}) RETURN c.id AS id, c.name AS name, c.kind AS kind, "
        "c.paper_count AS papers, c.kind_share AS share ORDER BY id"
    )
    concepts = [Named(row["id"], row["name"], row["kind"], row["papers"]) for row in rows]
    disputed = [
        (concept, row["share"])
        for concept, row in zip(concepts, rows, strict=True)
        if row["share"] < DISPUTED_SHARE and concept.papers > 1
    ]
    disputed.sort(key=lambda item: (-item[0].papers * (1 - item[1]), item[0].id))
    lines = [HEADING, *_section("same", map(_twins_line, suspected_twins(concepts)[:top]))]
    lines += _section("kind", (_kind_line(*item) for item in disputed[:top]))
    return "".join(lines)


def _section(name: str, lines: Iterator[str]) -> list[str]:
    found = list(lines)
    return [f"\n{name}:\n", *found] if found else []


def _twins_line(twins: Twins) -> str:
    one, other = twins.one, twins.other
    evidence = f"{one.papers} and {other.papers} papers, spelled {twins.likeness:.0%} alike"
    kinds = "" if one.kind == other.kind else f", {one.kind} and {other.kind}"
    return f"  - [{_quoted(one.name)}, {_quoted(other.name)}]  # {evidence}{kinds}\n"


def _kind_line(concept: Named, share: float) -> str:
    return f"  {_quoted(concept.name)}: {concept.kind}  # so in {share:.0%} of its {concept.papers} papers\n"


def _quoted(name: str) -> str:
    """Return a name as a YAML scalar: JSON strings are."""
    return json.dumps(name, ensure_ascii=True)
