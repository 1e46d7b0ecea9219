"""The concepts that mark each group of papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from litloom.graph.store import Rows


def marking_concepts(rows: Rows, arguments: Mapping[str, Any]) -> Rows:
    """Return the `top` concepts of each group, the groups with the most papers first.

    A concept marks a group the more, the more of its papers beyond those that chance would give it mention
    the concept: papers × (1 − 1 / lift).
    """
    groups: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for group, concept, kind, papers, of, id, lift in rows.values:  # noqa: A001 - the property's name
        beyond = round(papers * (1 - 1 / lift), 4) if lift > 0 else 0.0
        groups[-of, group].append((-beyond, concept, id, (group, concept, kind, papers, of, lift)))
    found = [row[3] for key in sorted(groups) for row in sorted(groups[key])[: arguments["top"]]]
    return Rows(("owner", "concept", "kind", "papers", "of", "lift"), tuple(found))
