"""Characteristic concepts of venues or authors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from litloom.graph.stores.base import Rows


def marking_concepts(rows: Rows, arguments: Mapping[str, Any]) -> Rows:
    """Return the `top` concepts of each owner, owners with the most papers first.

    Concepts are ranked by the number of papers beyond chance: papers × (1 − 1 / lift).
    """
    owners: dict[tuple[int, str, str], list[Any]] = defaultdict(list)
    for owner, owner_id, concept, kind, papers, of, id, lift in rows.values:  # noqa: A001 - as in the Cypher
        beyond = round(papers * (1 - 1 / lift), 4) if lift > 0 else 0.0
        owners[-of, owner, owner_id].append((-beyond, concept, id, (owner, concept, kind, papers, of, lift)))
    found = [row[3] for key in sorted(owners) for row in sorted(owners[key])[: arguments["top"]]]
    return Rows(("owner", "concept", "kind", "papers", "of", "lift"), tuple(found))
