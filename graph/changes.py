"""The parts of a `GraphChange` that follow from concepts, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from litloom.graph.change import GraphChange
from litloom.graph.grouped import BoolArray, Grouped, IntArray
from litloom.graph.order import Order
from litloom.graph.reconcepts import Redrawn
from litloom.graph.reedges import (
    Difference,
    ExtractionsOf,
    added_mentions,
    edges,
    foundations_again,
    introducers,
    removed_mentions,
)
from litloom.graph.relinks import links_again
from litloom.graph.tables import EdgeKey, ends_table
from litloom.graph.weave import link_table
from litloom.graph.woven import Woven
from litloom.records import KINDS

BUILDS_ON: Final[EdgeKey] = ("BUILDS_ON", "Paper", "Paper")
SHARES: Final[EdgeKey] = ("SHARES_CONCEPTS", "Paper", "Paper")


class Changes:
    """How the graph changes by its concepts.

    Parameters
    ----------
    before
        What was woven before.
    order
        The papers now.
    redrawn
        The concepts now.
    pairs
        Which papers mention them.
    """

    def __init__(self, before: Woven, order: Order, redrawn: Redrawn, pairs: Difference) -> None:
        self._before, self._order, self._redrawn, self._pairs = before, order, redrawn, pairs
        self._concepts = redrawn.concepts
        self._kinds = (kinds_of_nodes(before.concepts.nodes), kinds_of_nodes(self._concepts.nodes))
        self._former = np.full(len(self._concepts), -1, dtype=np.int64)
        kept = np.flatnonzero(redrawn.now >= 0)
        self._former[redrawn.now[kept]] = kept
        self._other, self.renamed = self._compared()
        self._made = GraphChange({}, {}, {}, {}, {})

    def _compared(self) -> tuple[BoolArray, BoolArray]:
        """Return which concepts have an id of before but another row; and which, another name."""
        old, new = self._before.concepts, self._concepts
        at = np.flatnonzero(self._former >= 0)
        was = self._former[at]
        asked = self._redrawn.fresh[at] | (old.key[was] != new.key[at]) | (old.slot[was] != new.slot[at])
        at, was = at[asked], was[asked]
        other, renamed = np.zeros(len(new), dtype=bool), np.zeros(len(new), dtype=bool)
        rows = (
            nodes.take(pa.array(place)).to_pylist() for nodes, place in ((old.nodes, was), (new.nodes, at))
        )
        for place, one, two in zip(at.tolist(), *rows, strict=True):
            other[place] = one != two
            renamed[place] = one["name"] != two["name"]
        return other, renamed

    def nodes(self) -> None:
        """Note which concepts go, change and come."""
        gone = self._redrawn.now < 0
        ids = self._before.concepts.nodes["id"]
        for kind in KINDS:
            mine = self._kinds[1] == kind
            self._put(
                removed_nodes={kind: ids.filter(pa.array(gone & (self._kinds[0] == kind))).to_pylist()},
                changed_nodes={kind: self._rows(self._other & mine)},
                added_nodes={kind: self._rows((self._former < 0) & mine)},
            )

    def _rows(self, chosen: BoolArray) -> pa.Table:
        return self._concepts.nodes.filter(pa.array(chosen))

    def mentions(self, mentions: Grouped, extractions: ExtractionsOf) -> None:
        """Note which mentions and introductions go and come."""
        self._put(
            removed_edges=removed_mentions(self._pairs, self._before.papers, self._before.concepts),
            added_edges=added_mentions(
                self._pairs, mentions, self._order.papers, self._concepts, extractions
            ),
        )

    def variants(self, pairs: IntArray) -> None:
        """Note which variants go and come; `pairs` are those of now, by position."""
        ids = self._before.concepts.nodes["id"], self._concepts.nodes["id"]
        count = len(self._concepts)
        old = np.append(self._redrawn.now, -1)[self._before.concepts.variants]
        codes = np.where((old >= 0).all(axis=0), old[0] * count + old[1], -1)
        gone = ~np.isin(codes, pairs[0] * count + pairs[1])
        new = ~np.isin(pairs[0] * count + pairs[1], codes)
        for source in KINDS:
            for target in KINDS:
                tables = []
                for side, these in enumerate((self._before.concepts.variants[:, gone], pairs[:, new])):
                    kinds = self._kinds[side]
                    mine = (kinds[these[0]] == source) & (kinds[these[1]] == target)
                    tables.append(ends_table(ids[side], these[0][mine], ids[side], these[1][mine]))
                key = ("VARIANT_OF", source, target)
                self._put(
                    removed_edges={key: tables[0]} if len(tables[0]) else {},
                    added_edges={key: tables[1]} if len(tables[1]) else {},
                )

    def foundations(self, years: IntArray) -> IntArray:
        """Note what papers of these years build on by now, and return it by position."""
        order, new = self._order, self._concepts
        new.introducer = introducers(self._pairs.now, years, new.nodes["name"])
        was = np.append(self._before.concepts.introducer, -1)[self._former]
        turned = np.append(order.now, -1)[was] != new.introducer
        turned |= (self._former < 0) | self.renamed | ((was >= 0) & (np.append(order.now, -1)[was] < 0))
        found = foundations_again(self._before.builds_on, self._pairs, order, new, turned)
        papers = self._before.papers
        gone = self._before.builds_on[:, found.gone]
        self._put(
            removed_edges={BUILDS_ON: ends_table(papers, gone[0], papers, gone[1])},
            added_edges={BUILDS_ON: edges("BUILDS_ON", found.rows)},
        )
        return found.pairs

    def links(self, advance: Callable[[int], object]) -> Grouped:
        """Note which links between papers go and come, and return the candidates for them."""
        found = links_again(
            self._before.candidates, self._pairs, self._order, self._redrawn, self.renamed, advance
        )
        papers = self._before.papers
        self._put(
            removed_edges={SHARES: ends_table(papers, found.gone[0], papers, found.gone[1])},
            added_edges={
                SHARES: link_table(
                    found.new,
                    self._order.ids.cast(pa.string()),
                    self._concepts.nodes["name"].combine_chunks(),
                )
            },
        )
        return found.candidates

    def taken(self) -> GraphChange:
        """Return the change as far as its parts were asked for since the last call."""
        made, self._made = self._made, GraphChange({}, {}, {}, {}, {})
        return made

    def _put(self, **parts: dict[Any, Any]) -> None:
        for name, part in parts.items():
            getattr(self._made, name).update(part)


def kinds_of_nodes(nodes: pa.Table) -> npt.NDArray[np.object_]:
    """Return the kinds of concepts."""
    return np.array(nodes["kind"].to_pylist(), dtype=object)
