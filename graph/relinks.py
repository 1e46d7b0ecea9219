"""Links between papers where some vectors changed: the others keep the candidates that they have.

A paper's candidates are the papers that telling concepts bring it together with most. Where the vector of one
of them changes, it keeps its place among them or gives it up to others that changed; only a paper that would
have to look further is compared with all papers again, as are those whose own vector changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from litloom.graph.grouped import BoolArray, Grouped, IntArray, distinct, ends_of, flags
from litloom.graph.links import (
    BEST,
    BLOCK,
    CANDIDATES_PER_LINK,
    TELLING_PAPERS,
    FloatArray,
    Links,
    Matrix,
    compared,
    first_few,
    halvings,
    likeliest,
    linked,
    paired,
    squared_lengths,
)
from litloom.graph.order import Order
from litloom.graph.reconcepts import Redrawn
from litloom.graph.reedges import Difference, Pairs

MOST = CANDIDATES_PER_LINK * BEST
TOO_MANY = 0.3
"""Share of vectors that changed from which all papers are compared again."""


class Vectors:
    """The vectors of papers, as `litloom.graph.links` has them."""

    def __init__(self, pairs: Pairs, papers: int) -> None:
        self.papers = papers
        self.frequency = np.bincount(pairs.concept, minlength=pairs.width)
        self.weight = halvings(np.maximum(self.frequency, 1), papers)
        self.telling = self.frequency <= TELLING_PAPERS
        self._pairs = pairs

    @cached_property
    def all(self) -> Matrix:
        """A row a paper."""
        ends = ends_of(np.bincount(self._pairs.paper, minlength=self.papers))
        values = self.weight[self._pairs.concept], self._pairs.concept, ends
        return sp.csr_array(values, shape=(self.papers, self._pairs.width))

    @cached_property
    def by_telling(self) -> Matrix:
        """The columns of telling concepts."""
        return self.all[:, np.flatnonzero(self.telling)]

    @cached_property
    def to_compare(self) -> Matrix:
        """The same, a column a paper."""
        return sp.csr_array(self.by_telling.T)

    @cached_property
    def squares(self) -> FloatArray:
        """The squared length of each."""
        return squared_lengths(self.all)

    def products(self, rows: IntArray) -> Matrix:
        """Return the products of the telling concepts of some papers with those of all."""
        return sp.csr_array(self.by_telling[rows] @ self.to_compare)


@dataclass(slots=True)
class Candidates:
    """Rows (paper, other, overlap, cosine), in any order."""

    row: IntArray
    other: IntArray
    overlap: FloatArray
    cosine: FloatArray

    def chosen(self, chosen: BoolArray | IntArray) -> Candidates:
        """Return some of the rows."""
        return Candidates(self.row[chosen], self.other[chosen], self.overlap[chosen], self.cosine[chosen])


def together(parts: list[Candidates]) -> Candidates:
    """Return the rows of all parts."""
    return Candidates(
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.other for part in parts]),
        np.concatenate([part.overlap for part in parts]),
        np.concatenate([part.cosine for part in parts]),
    )


@dataclass(frozen=True, slots=True)
class Relinked:
    """The candidates of all papers; the ends of links that go, and the links that are new, by position."""

    candidates: Grouped
    gone: tuple[IntArray, IntArray]
    new: Links


def links_again(
    before: Grouped,
    found: Difference,
    order: Order,
    redrawn: Redrawn,
    renamed: BoolArray,
    advance: Callable[[int], object],
) -> Relinked:
    """Return the links of all papers.

    Parameters
    ----------
    before
        The former candidates.
    found
        Who mentions what, and what is new of it.
    order
        The papers.
    redrawn
        The concepts.
    renamed
        Which of them have another name than before.
    advance
        Called with the number of papers done since the last call.
    """
    count = len(order.papers)
    vectors = Vectors(found.now, count)
    changed = _changed(vectors, found, order, redrawn)
    if np.count_nonzero(changed) > TOO_MANY * count:
        changed[:] = True
    candidates = _candidates(vectors, before, changed, order, advance)
    code = _codes(candidates, count)
    old = _codes(before, order.before)
    one, other = (np.append(order.now, -1)[place] for place in np.divmod(old, max(order.before, 1)))
    other_vector = np.append(changed, True)  # also of those that are gone
    stands = ~other_vector[one] & ~other_vector[other]
    stands[stands] = np.isin(paired(one[stands], other[stands], count), code, assume_unique=True)
    stands[stands] = ~_share(vectors.all, renamed, one[stands], other[stands])
    new = code[~np.isin(code, paired(one[stands], other[stands], count), assume_unique=True)]
    links = linked((), (), vectors.all, vectors.weight, *np.divmod(new, max(count, 1)))
    return Relinked(candidates, np.divmod(old[~stands], max(order.before, 1)), links)


def _changed(vectors: Vectors, found: Difference, order: Order, redrawn: Redrawn) -> BoolArray:
    """Return whose vectors, or what of them is telling, may be other than before."""
    former = Vectors(found.before, order.before)
    kept = np.flatnonzero(redrawn.now >= 0)
    now = redrawn.now[kept]
    other = (former.weight[kept] != vectors.weight[now]) | (former.telling[kept] != vectors.telling[now])
    turned = flags(now[other], found.now.width)
    changed = flags(found.now.paper[found.new | turned[found.now.concept]], len(order.papers))
    went = order.now[found.before.paper[found.gone]]
    changed[went[went >= 0]] = True
    changed[order.fresh] = True
    return changed


def _codes(candidates: Grouped, count: int) -> IntArray:
    best = candidates["best"]
    return distinct(paired(candidates.group[best], candidates["other"][best], count))


def _share(vectors: Matrix, concepts: BoolArray, one: IntArray, other: IntArray) -> BoolArray:
    """Return which pairs of papers share any of these concepts."""
    told = np.zeros(len(one), dtype=bool)
    some = sp.csr_array(vectors[:, np.flatnonzero(concepts)])
    has = np.diff(some.indptr) > 0
    asked = np.flatnonzero(has[one] & has[other])
    told[asked] = some[one[asked]].multiply(some[other[asked]]).sum(axis=1) > 0
    return told


def _candidates(
    vectors: Vectors, before: Grouped, changed: BoolArray, order: Order, advance: Callable[[int], object]
) -> Grouped:
    """Return the candidates of all papers."""
    count = len(order.papers)
    stayed = np.flatnonzero(~changed)
    held = before.taken(order.was[stayed])
    row = stayed[held.group]
    other = np.append(order.now, -1)[held["other"]]
    known = (other >= 0) & ~changed[other]
    mine = Candidates(row, other, held["overlap"], held["cosine"])
    full = np.zeros(count, dtype=bool)
    full[stayed] = np.diff(held.starts) >= MOST
    least = np.zeros(count)
    filled = np.flatnonzero(full[row])
    if len(filled):
        starts = held.starts[:-1][full[stayed]]
        # The groups of those that are full, one after the other.
        at = Grouped(ends_of(np.full(len(starts), MOST)), {"overlap": held["overlap"][filled]})
        least[stayed[full[stayed]]] = np.minimum.reduceat(at["overlap"], at.starts[:-1])
    last = np.full(count, -1, dtype=np.int64)
    level = known & (held["overlap"] == least[row])
    np.maximum.at(last, row[level], other[level])
    of_changed, offers = _compared_with_all(
        vectors, np.flatnonzero(changed), changed, least, last, full, advance
    )
    touched = flags(np.concatenate([row[~known], offers.row]), count)
    pool = together([mine.chosen(known & touched[row]), offers])
    short = touched & full & (np.bincount(pool.row, minlength=count) < MOST)
    pool = pool.chosen(~short[pool.row])
    pool = pool.chosen(first_few(pool.row, pool.other, pool.overlap, MOST))
    looked, _ = _compared_with_all(
        vectors, np.flatnonzero(short), np.ones(count, dtype=bool), least, last, full
    )
    again = together([of_changed, pool, looked])
    best = first_few(again.row, again.other, again.cosine, BEST)
    advance(len(stayed))
    as_before = ~touched[row]
    return _in_groups(
        together([mine.chosen(as_before), again]), np.concatenate([held["best"][as_before], best]), count
    )


def _in_groups(rows: Candidates, best: BoolArray, count: int) -> Grouped:
    order = np.argsort(rows.row, kind="stable")
    return Grouped(
        ends_of(np.bincount(rows.row, minlength=count)),
        {
            "other": rows.other[order].astype(np.int32),
            "overlap": rows.overlap[order],
            "cosine": rows.cosine[order],
            "best": best[order],
        },
    )


def _compared_with_all(
    vectors: Vectors,
    rows: IntArray,
    changed: BoolArray,
    least: FloatArray,
    last: IntArray,
    full: BoolArray,
    advance: Callable[[int], object] = lambda papers: None,
) -> tuple[Candidates, Candidates]:
    """Return the candidates of some papers, and those papers as candidates of all that did not change.

    A paper is offered to another only if it overlaps more than the last of that one's candidates, which is
    the `last` of those that overlap the `least`, unless it has few.
    """
    none = np.zeros(0, dtype=np.int64)
    own, offers = [Candidates(none, none, np.zeros(0), np.zeros(0))], []
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        products = vectors.products(block)
        row, other, overlap = likeliest(products, vectors.squares, block, BEST)
        own.append(_with_cosines(vectors, row, other, overlap))
        row = np.repeat(block, np.diff(products.indptr))
        other, overlap = products.indices.astype(np.int64), products.data / np.sqrt(vectors.squares[row])
        more = (overlap > least[other]) | ((overlap == least[other]) & (row < last[other]))
        asked = ~changed[other] & (more | ~full[other])
        offers.append(_with_cosines(vectors, other[asked], row[asked], overlap[asked]))
        advance(len(block))
    return together(own), together([own[0], *offers])


def _with_cosines(vectors: Vectors, row: IntArray, other: IntArray, overlap: FloatArray) -> Candidates:
    return Candidates(row, other, overlap, compared(vectors.all, vectors.squares, row, other)[1])
