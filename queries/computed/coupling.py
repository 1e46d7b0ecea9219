"""Papers that are close by citations alone.

Bibliographic coupling (Kessler 1963) counts the references that two papers share; co-citation (Small 1973)
counts the papers that cite both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litloom.graph.store import Rows

COLUMNS: Final = ("paper", "year", "shared_references", "cited_together")


def coupled(rows: Rows, arguments: Mapping[str, Any]) -> Rows:
    """Return the `top` papers of rows (id, paper, year, shared_references, cited_together).

    The rows are three lists of `top`: the best by shared references alone, the best by being cited together
    alone, and the best by both of those that are close in both ways. A paper that is close in one way only
    and is among the best is in its list, as what that list puts before it is closer; so none is missing, and
    each of the best has its true counts in one of its rows.
    """
    papers: dict[str, tuple[str, int | None, int, int]] = {}
    for id, paper, year, references, together in rows.values:  # noqa: A001 - the property's name
        _, _, *counts = papers.get(id, (paper, year, 0, 0))
        papers[id] = (paper, year, max(counts[0], references), max(counts[1], together))
    found = [(id, *row) for id, row in papers.items()]  # noqa: A001
    found.sort(key=lambda row: (-row[3] - row[4], -row[3], row[1], row[0]))
    return Rows(COLUMNS, tuple(row[1:] for row in found[: arguments["top"]]))
