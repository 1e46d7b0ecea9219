"""Papers related by citations.

Bibliographic coupling (Kessler 1963) counts the references that two papers share; co-citation (Small 1973)
counts the papers that cite both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from litloom.graph.stores.base import Rows
from litloom.queries.computed.adjacency import Adjacency, IntArray, ends_of_lists

COLUMNS: Final = ("paper", "year", "shared_references", "cited_together")

Described = tuple[str, str, int | None]
"""A paper's id, title and year."""


@dataclass(frozen=True, slots=True)
class CitationNetwork:
    """Numbers of works, the papers among them, and citations in both directions."""

    numbers: Mapping[str, int]
    papers: Mapping[int, Described]
    citing: Adjacency
    cited: Adjacency


def citation_network(rows: Rows) -> CitationNetwork:
    """Return the network of rows (what, place, id, paper, year, linked).

    ``what`` is ``paper``, or ``cites`` for rows where ``linked`` has the places of cited works.
    """
    papers = {row[1]: (row[2], row[3], row[4]) for row in rows.values if row[0] == "paper"}
    listed = [(row[1], row[5]) for row in rows.values if row[0] == "cites"]
    citing, cited = ends_of_lists([place for place, _ in listed], [works for _, works in listed])
    size = 1 + max(-1, *papers, int(citing.max(initial=-1)), int(cited.max(initial=-1)))
    return CitationNetwork(
        numbers={paper[0]: place for place, paper in papers.items()},
        papers=papers,
        citing=Adjacency.of(citing, cited, size),
        cited=Adjacency.of(cited, citing, size),
    )


def coupled(network: CitationNetwork, arguments: Mapping[str, Any]) -> Rows:
    """Return the `top` papers by shared references plus common citing papers."""
    own = network.numbers[arguments["paper"]]
    references, together = (
        _ways(network, towards, back, own)
        for towards, back in ((network.citing, network.cited), (network.cited, network.citing))
    )
    either = references + together
    either[own] = 0
    close = np.flatnonzero(either)
    close = close[np.argsort(-either[close], kind="stable")]
    found: list[tuple[Described, int, int]] = []
    last = 0
    for number in close.tolist():
        if len(found) >= arguments["top"] and either[number] < last:
            break
        if number in network.papers:
            found.append((network.papers[number], int(references[number]), int(together[number])))
            last = int(either[number])
    found.sort(key=lambda row: (-row[1] - row[2], -row[1], row[0][1], row[0][0]))
    return Rows(COLUMNS, tuple((*paper[1:], *counts) for paper, *counts in found[: arguments["top"]]))


def _ways(network: CitationNetwork, towards: Adjacency, back: Adjacency, own: int) -> IntArray:
    """Count the works between one work and each other work, one link forth and one back."""
    between = towards.neighbours(np.array([own]))
    return np.bincount(back.neighbours(between), minlength=len(back.starts) - 1)
