"""Hubs and bridges: papers with many links, and papers whose neighbours are not linked.

Two papers are linked if they share concepts, or one cites or builds on the other. Bridges are ranked by the
effective size of the neighbourhood (Burt 1992, *Structural Holes*; Borgatti 1997): n − 2t / n for n
neighbours with t links among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from litloom.graph.stores.base import Rows
from litloom.queries.computed.adjacency import IntArray, ends_of_lists

BLOCK: Final = 100_000
"""Links of a batch, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Network:
    """Papers (id, title, year), with their numbers of neighbours, and of links among these."""

    papers: list[tuple[str, str, int | None]]
    links: IntArray
    among: IntArray


def paper_network(rows: Rows) -> Network:
    """Return the network of rows (what, place, id, paper, year, linked).

    ``what`` is ``paper``, or ``links`` for rows where ``linked`` has the places of neighbours. A place is the
    number of a node in the database; those of other nodes are left out.
    """
    read = [row for row in rows.values if row[0] == "paper"]
    linking = [row for row in rows.values if row[0] == "links"]
    places = np.array([row[1] for row in read], dtype=np.int64)
    pointing, pointed = ends_of_lists([row[1] for row in linking], [row[5] for row in linking])
    numbers = np.full(
        1 + max(int(p.max(initial=-1)) for p in (places, pointing, pointed)), -1, dtype=np.int64
    )
    numbers[places] = np.arange(len(places))
    first, second = numbers[pointing], numbers[pointed]
    between = (first >= 0) & (second >= 0) & (first != second)
    first, second, size = first[between], second[between], max(len(read), 1)
    pairs = np.sort(np.minimum(first, second) * size + np.maximum(first, second))
    one, other = np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], size)
    links = np.bincount(one, minlength=len(read)) + np.bincount(other, minlength=len(read))
    return Network([row[2:5] for row in read], links, _links_among_neighbours(one, other, links))


def hubs_and_bridges(network: Network, arguments: Mapping[str, Any]) -> Rows:
    """Return `top` hubs, by links, and `top` bridges, by effective size times efficiency."""
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


def _links_among_neighbours(one: IntArray, other: IntArray, links: IntArray) -> IntArray:
    """Count the triangles of each paper, given the ends of each link, the lesser first.

    Links are directed from the end with fewer links to the other, so that no paper has many (Latapy 2008).
    """
    import scipy.sparse as sp

    turned = links[one] > links[other]
    ends = np.where(turned, other, one), np.where(turned, one, other)
    ones = np.ones(len(one), dtype=np.int64)
    pointing = sp.csr_array((ones, ends), shape=(len(links), len(links)))
    rows, columns = pointing.nonzero()
    counts = np.zeros(len(links), dtype=np.int64)
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
