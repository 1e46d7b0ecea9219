"""Papers that are close by citations alone.

Bibliographic coupling (Kessler 1963) counts the references that two papers share; co-citation (Small 1973)
counts the papers that cite both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litloom.graph.store import Rows


def coupled(rows: Rows, arguments: Mapping[str, Any]) -> Rows:
    """Return one row a paper from rows (relation, id, paper, year, papers), the closest first."""
    papers: dict[str, tuple[str, int | None]] = {}
    counts: dict[str, dict[str, int]] = {"shared references": {}, "cited together": {}}
    for relation, id, title, year, count in rows.values:  # noqa: A001 - the property's name
        papers[id] = (title, year)
        counts[relation][id] = count
    references, together = counts.values()
    found = [
        (paper, title, year, references.get(paper, 0), together.get(paper, 0))
        for paper, (title, year) in papers.items()
    ]
    found.sort(key=lambda row: (-row[3] - row[4], -row[3], row[1], row[0]))
    columns = ("paper", "year", "shared_references", "cited_together")
    return Rows(columns, tuple(row[1:] for row in found[: arguments["top"]]))
