"""Names, aliases, family and variants of a concept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litloom.graph.stores.base import Rows

RANKS = {"name": 0, "alias": 1, "family": 2, "variant": 3}


def spellings(rows: Rows, arguments: Mapping[str, Any]) -> Rows:
    """Return a row for each name from rows (relation, id, name, kind, papers, aliases).

    First the name, then aliases, the commonest first, families and variants.
    """
    found = []
    for relation, id, name, kind, papers, aliases in rows.values:  # noqa: A001 - the property's name
        found.append((RANKS[relation], -papers, name, id, (name, relation, kind, papers)))
        if relation == "name":
            found += [
                (RANKS["alias"], place, alias, id, (alias, "alias", kind, None))
                for place, alias in enumerate(aliases)
            ]
    found.sort(key=lambda row: row[:4])
    return Rows(("name", "relation", "kind", "papers"), tuple(row[4] for row in found))
