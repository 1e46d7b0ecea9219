"""Reading lists for a concept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litloom.graph.stores.base import Rows

ROLES: Final = ("introduces it", "others rest on it", "newest")


def reading_list(rows: Rows, arguments: Mapping[str, Any]) -> Rows:
    """Return `top` papers from rows (role, id, paper, year, rest_on_it), each once.

    First those that introduce the concept, the oldest first; then, for about half of the remaining rows,
    those that most others rest on; then the newest.
    """
    by_role: dict[str, list[tuple[str, str, str, int | None, int]]] = {role: [] for role in ROLES}
    for row in rows.values:
        by_role[row[0]].append(row)
    by_role[ROLES[0]].sort(key=lambda row: (_year(row[3], 9999), row[2], row[1]))
    by_role[ROLES[1]].sort(key=lambda row: (-row[4], _year(row[3], 9999), row[2], row[1]))
    by_role[ROLES[2]].sort(key=lambda row: (-_year(row[3], 0), row[2], row[1]))
    top = arguments["top"]
    chosen: dict[str, tuple[Any, ...]] = {}
    for role, places in ((ROLES[0], max(1, top // 3)), (ROLES[1], None), (ROLES[2], top)):
        most = len(chosen) + (max(1, (top - len(chosen) + 1) // 2) if places is None else places)
        for _, id, title, year, count in by_role[role]:  # noqa: A001 - the property's name
            if len(chosen) < min(most, top):
                chosen.setdefault(id, (role, title, year, count))
    return Rows(("role", "paper", "year", "rest_on_it"), tuple(chosen.values()))


def first_mentions(rows: Rows, arguments: Mapping[str, Any]) -> Rows:
    """Return `top` papers from rows (role, id, paper, year, authors, evidence).

    First those that introduce the concept, the oldest first, then those that mention it in its first year.
    """
    first = min((row[3] for row in rows.values if row[3] is not None), default=None)
    introducing = {row[1]: row for row in rows.values if row[0] == ROLES[0]}
    of_first_year = [row for row in rows.values if row[3] is not None and row[3] == first]
    found = [*introducing.values(), *(row for row in of_first_year if row[1] not in introducing)]
    found.sort(key=lambda row: (row[0], _year(row[3], 9999), row[2], row[1]))
    columns = ("role", "paper", "year", "authors", "evidence")
    return Rows(columns, tuple((row[0], *row[2:]) for row in found[: arguments["top"]]))


def _year(year: int | None, unknown: int) -> int:
    return unknown if year is None else year
