"""The shortest chain between two papers or concepts, by bidirectional breadth-first search (Pohl 1971).

Each step extends the side with fewer links to follow. Of several shortest chains, the one with the first ids
is returned: a walk through the nodes on shortest chains that takes the first id at each step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from litloom.graph.stores.base import Rows
from litloom.queries.computed.adjacency import Adjacency, IntArray, ends_of_lists

MOST_STEPS: Final = 8
SHARING: Final = "SHARES_CONCEPTS"
MENTIONS: Final = "MENTIONS"
WORDS: Final = {
    "CITES": "cited or citing",
    SHARING: "shares",
    MENTIONS: "mentioned or mentioning",
}
COLUMNS: Final = ("step", "name", "kind", "year", "link", "shared")
UNSEEN: Final = -1

Levels = npt.NDArray[np.int8]
"""Distance of each node, or `UNSEEN`."""


@dataclass(frozen=True, slots=True)
class ChainNetwork:
    """Numbers of papers and concepts, links between papers, and links of papers with concepts."""

    papers: Mapping[str, int]
    concepts: Mapping[str, int]
    ids: Mapping[int, str]
    between_papers: Adjacency
    mentions: Adjacency


def chain_network(rows: Rows) -> ChainNetwork:
    """Return the network of rows (what, place, id, linked).

    ``what`` is ``paper``; ``links``, if ``linked`` has the places of linked papers; or ``concept``, if it has
    those of papers that mention the concept.
    """
    papers = {row[2]: row[1] for row in rows.values if row[0] == "paper"}
    places = np.array(list(papers.values()), dtype=np.int64)
    links = [row for row in rows.values if row[0] == "links"]
    one, other = ends_of_lists([row[1] for row in links], [row[3] for row in links])
    size = 1 + max(int(numbers.max(initial=-1)) for numbers in (places, one, other))
    was_read = np.zeros(size, dtype=np.bool_)
    was_read[places] = True
    both_read = was_read[one] & was_read[other]
    mentioned = [row for row in rows.values if row[0] == "concept"]
    concepts = {row[2]: number for number, row in enumerate(mentioned, start=size)}
    mentions = ends_of_lists(list(concepts.values()), [row[3] for row in mentioned])
    return ChainNetwork(
        papers=papers,
        concepts=concepts,
        ids=dict(zip([*papers.values(), *concepts.values()], [*papers, *concepts], strict=True)),
        between_papers=_both_ways(one[both_read], other[both_read], size),
        mentions=_both_ways(*mentions, size + len(concepts)),
    )


def _both_ways(one: IntArray, other: IntArray, nodes: int) -> Adjacency:
    return Adjacency.of(np.concatenate((one, other)), np.concatenate((other, one)), nodes)


def shortest_chain(network: ChainNetwork, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the ids of the shortest chain from ``start`` to ``goal`` as ``chain``, if there is one."""
    ends = (arguments["start"], arguments["goal"])
    between_papers = all(end in network.papers for end in ends)
    links = network.between_papers if between_papers else network.mentions
    start, goal = (network.papers.get(end, network.concepts.get(end, UNSEEN)) for end in ends)
    if UNSEEN in (start, goal):
        return None
    found = first_shortest(links, start, goal, network.ids)
    return None if found is None else {"chain": [network.ids[number] for number in found]}


def first_shortest(links: Adjacency, start: int, goal: int, ids: Mapping[int, str]) -> list[int] | None:
    """Return the nodes of a shortest path of at most `MOST_STEPS`, the first one by ids.

    Examples
    --------
    >>> ring = _both_ways(np.array([0, 1, 2, 3]), np.array([1, 2, 3, 0]), nodes=5)
    >>> first_shortest(ring, 0, 2, {0: "a", 1: "d", 2: "c", 3: "b"})
    [0, 3, 2]
    >>> first_shortest(ring, 0, 4, {}) is None
    True
    """
    sides = tuple(_Side(links, end) for end in (start, goal))
    while not len(met := np.flatnonzero((sides[0].levels >= 0) & (sides[1].levels >= 0))):
        if any(not len(side.edge) for side in sides) or sum(side.reached for side in sides) == MOST_STEPS:
            return None
        min(sides, key=lambda side: side.ahead).go_on()
    ways = [met]
    for level in range(sides[0].reached - 1, 0, -1):
        ways.append(_at(links.neighbours(ways[-1]), sides[0].levels, level))
    chain = [start]
    for level in range(1, sides[0].reached + 1):
        near = links.neighbours(np.array(chain[-1:]))
        chain.append(_first(np.intersect1d(near, ways[-level]), ids))
    for level in range(sides[1].reached - 1, -1, -1):
        chain.append(_first(_at(links.neighbours(np.array(chain[-1:])), sides[1].levels, level), ids))
    return chain


class _Side:
    """Search from one end, with the distances of nodes up to `reached` steps away."""

    def __init__(self, links: Adjacency, end: int) -> None:
        self._links = links
        self.levels: Levels = np.full(len(links.starts) - 1, UNSEEN, dtype=np.int8)
        self.levels[end] = 0
        self.edge = np.array([end])
        self.reached = 0

    @property
    def ahead(self) -> int:
        """Number of links to follow for the next level."""
        return int(self._links.degrees(self.edge).sum())

    def go_on(self) -> None:
        near = self._links.neighbours(self.edge)
        self.reached += 1
        self.levels[near[self.levels[near] == UNSEEN]] = self.reached
        self.edge = np.flatnonzero(self.levels == self.reached)


def _at(nodes: IntArray, levels: Levels, level: int) -> IntArray:
    return np.unique(nodes[levels[nodes] == level])


def _first(nodes: IntArray, ids: Mapping[int, str]) -> int:
    return int(min(nodes.tolist(), key=ids.__getitem__))


def steps(rows: Rows, arguments: Mapping[str, Any]) -> Rows:
    """Return the steps of ``chain`` from rows (what, id, other, name, kind, year, link, shared).

    ``what`` is ``node`` or ``link``. Of several links between two nodes, the citation is returned.
    """
    nodes = {row[1]: row[3:6] for row in rows.values if row[0] == "node"}
    links: dict[tuple[str, str], tuple[str, Any]] = {}
    for _, one, other, _, _, _, link, shared in (row for row in rows.values if row[0] == "link"):
        known, _ = links.get((one, other), (link, None))
        if link <= known:
            links[one, other] = (link, shared if link == SHARING else None)
    chain = arguments["chain"]
    how = [links.get(pair, (MENTIONS, None)) for pair in pairwise(chain)]
    return _steps([nodes[id] for id in chain], how)  # noqa: A001 - the property's name


def first_path(rows: Rows, arguments: Mapping[str, Any]) -> Rows:
    """Return the steps of the first of several shortest paths (ids, names, years, kinds, links, shared).

    The first one by ids is used; of several links, the citation.
    """
    if not rows.values:
        return Rows(COLUMNS, ())
    _, names, years, kinds, links, shared = min(rows.values, key=lambda path: (path[0], path[4]))
    by = [by if link == SHARING else None for link, by in zip(links, shared, strict=True)]
    return _steps(list(zip(names, kinds, years, strict=True)), list(zip(links, by, strict=True)))


def _steps(nodes: Sequence[tuple[str, str, int | None]], links: Sequence[tuple[str, Any]]) -> Rows:
    how = [("", None), *((WORDS[link], shared) for link, shared in links)]
    rows = ((number, *node, *link) for number, (node, link) in enumerate(zip(nodes, how, strict=True)))
    return Rows(COLUMNS, tuple(rows))
