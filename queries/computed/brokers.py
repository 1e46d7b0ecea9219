"""Hubs and bridges: papers with many links, and papers whose links have little to do with one another.

Two papers are linked where they share concepts, or one cites or builds on the other. A bridge is measured by
the effective size of its neighbourhood (Burt 1992, *Structural Holes*; for plain links Borgatti 1997):
n − 2t / n, for n neighbours with t links among them. It is the number of neighbours less the mean number of
other neighbours that each of them is linked to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from litloom.graph.store import Rows

IntArray = npt.NDArray[np.int64]
BLOCK: Final = 100_000
"""Links looked at at once, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Network:
    """Papers in the order of their ids, with their neighbours and the links among these."""

    papers: list[tuple[str, str, int | None]]
    links: IntArray
    among: IntArray


def paper_network(rows: Rows) -> Network:
    """Return the network that rows (id, paper, year, linked), ``linked`` being a list of ids, describe."""
    import scipy.sparse as sp

    ordered = sorted(rows.values, key=lambda row: row[0])
    place = {row[0]: i for i, row in enumerate(ordered)}
    ends = [(i, place[other]) for i, row in enumerate(ordered) for other in row[3] if other in place]
    pairs = np.array(ends, dtype=np.int64).reshape(-1, 2)
    ones = np.ones(len(pairs), dtype=np.int64)
    one_way = sp.csr_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(ordered), len(ordered)))
    linked = sp.csr_array(one_way + one_way.T)
    linked.setdiag(0)
    linked.eliminate_zeros()
    linked.data[:] = 1
    links = np.asarray(linked.sum(axis=1), dtype=np.int64).ravel()
    return Network([row[:3] for row in ordered], links, _links_among_neighbours(linked, links))


def hubs_and_bridges(network: Network, arguments: Mapping[str, Any]) -> Rows:
    """Return `top` hubs and `top` bridges; a bridge has at least half of its neighbours to itself."""
    size = np.maximum(network.links, 1)
    effective = np.round(network.links - 2 * network.among / size, 2)
    alone = np.round(effective / size, 2)
    found = []
    for role, score in (("hub", network.links), ("bridge", effective * alone)):
        papers = _best(score, arguments["top"])
        papers.sort(key=lambda i: (-score[i], *network.papers[i][1::-1]))
        found += [
            (role, *network.papers[i][1:], int(network.links[i]), float(effective[i]), float(alone[i]))
            for i in papers[: arguments["top"]]
        ]
    return Rows(("role", "paper", "year", "links", "effective_size", "efficiency"), tuple(found))


def _links_among_neighbours(linked: Any, links: IntArray) -> IntArray:
    """Count the triangles through each paper.

    Every link points from the end with fewer links to the other, so that no paper points to many (Latapy
    2008); a triangle is then found once, at its first link, by what both of its ends point to.
    """
    import scipy.sparse as sp

    rows, columns = linked.nonzero()
    forward = (links[rows] < links[columns]) | ((links[rows] == links[columns]) & (rows < columns))
    rows, columns = rows[forward], columns[forward]
    pointing = sp.csr_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=linked.shape)
    counts = np.zeros(linked.shape[0], dtype=np.int64)
    for start in range(0, len(rows), BLOCK):
        first, second = rows[start : start + BLOCK], columns[start : start + BLOCK]
        third = pointing[first].multiply(pointing[second])
        triangles = np.asarray(third.sum(axis=1), dtype=np.int64).ravel()
        np.add.at(counts, first, triangles)
        np.add.at(counts, second, triangles)
        counts += np.asarray(third.sum(axis=0), dtype=np.int64).ravel()
    return counts


def _best(score: npt.NDArray[Any], top: int) -> list[int]:
    wanted = score > 0
    if wanted.sum() > top:
        wanted &= score >= np.partition(score, -top)[-top] if top else False
    return [int(i) for i in np.flatnonzero(wanted)]
