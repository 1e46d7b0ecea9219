"""What a user may want to correct, as a file of corrections (`litloom.graph.names.corrections`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from litloom.graph.curation.near_duplicates import NamedConcept, NearDuplicates, near_duplicates
from litloom.graph.stores.base import GraphStore
from litloom.records import KINDS

HEADING: Final = """\
# Concepts that may be one, and kinds that papers disagree on, the most rewarding first.
# Delete what is wrong, add what is missing (apart:, variant:, drop:), and give this file to
#   litloom build FILES --store STORE --concepts THIS-FILE
"""
AGREED_SHARE: Final = 0.8
"""The share of a concept's papers from which they agree on its kind."""


def suggestions(store: GraphStore, top: int) -> str:
    """Return near duplicates and doubtful kinds, `top` of each, as the text of a file of corrections."""
    rows = store.read(
        f"MATCH (c:{'|'.join(KINDS)}) RETURN c.id AS id, c.name AS name, c.kind AS kind, "
        "c.paper_count AS papers, c.kind_share AS share ORDER BY id"
    )
    concepts = [NamedConcept(row["id"], row["name"], row["kind"], row["papers"]) for row in rows]
    doubtful = [
        (concept, row["share"])
        for concept, row in zip(concepts, rows, strict=True)
        if row["share"] < AGREED_SHARE and concept.papers > 1
    ]
    doubtful.sort(key=lambda item: (-item[0].papers * (1 - item[1]), item[0].id))
    lines = [HEADING, *_section("same", map(_pair_line, near_duplicates(concepts)[:top]))]
    lines += _section("kind", (_kind_line(*item) for item in doubtful[:top]))
    return "".join(lines)


def _section(name: str, lines: Iterator[str]) -> list[str]:
    listed = list(lines)
    return [f"\n{name}:\n", *listed] if listed else []


def _pair_line(pair: NearDuplicates) -> str:
    one, other = pair.one, pair.other
    evidence = f"{one.papers} and {other.papers} papers, spelled {pair.similarity:.0%} alike"
    kinds = "" if one.kind == other.kind else f", {one.kind} and {other.kind}"
    return f"  - [{_quoted(one.name)}, {_quoted(other.name)}]  # {evidence}{kinds}\n"


def _kind_line(concept: NamedConcept, share: float) -> str:
    return f"  {_quoted(concept.name)}: {concept.kind}  # so in {share:.0%} of its {concept.papers} papers\n"


def _quoted(name: str) -> str:
    """Return a name as a YAML scalar: JSON strings are."""
    return json.dumps(name, ensure_ascii=True)
