"""Edges from papers to concepts, between concepts, and to what papers build on, where some are touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from litloom.graph.concepts import Concept
from litloom.graph.foundations import PREPRINT_YEARS, built_on, is_given_name
from litloom.graph.grouped import BoolArray, Grouped, IntArray, distinct, flags
from litloom.graph.mention_edges import introduction_rows, mention_rows
from litloom.graph.order import Order, PapersByPlace
from litloom.graph.reconcepts import Redrawn
from litloom.graph.tables import EdgeKey, Row, edge_table, ends_table
from litloom.graph.woven import Concepts
from litloom.records import KINDS, Extraction, Mention, Paper

NO_YEAR: Final = -(2**30)
"""The year of a paper whose year is unknown."""
ExtractionsOf = Callable[[Sequence[Paper]], Mapping[str, Extraction]]
"""The extractions of papers, by id."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Papers with the concepts that they mention, by position, in order; whether each introduces it.

    `code` is one number a pair: that of the paper times `width`, and that of the concept.
    """

    width: int
    code: IntArray
    introduces: BoolArray

    @property
    def paper(self) -> IntArray:
        """The paper of each."""
        return self.code // max(self.width, 1)

    @property
    def concept(self) -> IntArray:
        """The concept of each."""
        return self.code % max(self.width, 1)


def pairs_of(mentions: Grouped, concepts: int) -> Pairs:
    """Return which paper mentions which of so many concepts."""
    rows = np.flatnonzero(mentions["concept"] >= 0)
    codes = mentions.group[rows] * concepts + mentions["concept"][rows]
    distinct, of = np.unique(codes, return_inverse=True)
    introduces = np.bincount(of, weights=mentions["introduces"][rows], minlength=len(distinct)) > 0
    return Pairs(concepts, distinct, introduces)


@dataclass(frozen=True, slots=True)
class Difference:
    """Which of the former pairs go, and which of those of now are new or other than before."""

    before: Pairs
    now: Pairs
    gone: BoolArray
    new: BoolArray


def difference(
    before: Pairs, now: Pairs, order: Order, mentions: Grouped, former: IntArray, redrawn: Redrawn
) -> Difference:
    """Return which pairs of papers and concepts are touched.

    Parameters
    ----------
    before, now
        All pairs.
    order
        The papers.
    mentions
        All mentions.
    former
        The concept that each was of before, -1 where there was none.
    redrawn
        The concepts, and where the former ones are.
    """
    stands = np.append(redrawn.now, -1)[former]
    concept, paper = mentions["concept"], mentions.group
    was = order.was[paper]
    other = (stands != concept) & (was >= 0)
    back = np.full(now.width + 1, -1, dtype=np.int64)
    back[redrawn.now[redrawn.now >= 0]] = np.flatnonzero(redrawn.now >= 0)
    touched = _codes(paper, concept, other, now.width), _codes(paper, stands, other, now.width)
    new = np.isin(now.code, np.concatenate(touched))
    new |= flags(order.fresh, len(order.papers))[now.paper]
    touched = _codes(was, former, other, before.width), _codes(was, back[concept], other, before.width)
    gone = np.isin(before.code, np.concatenate(touched))
    gone |= flags(order.gone, order.before)[before.paper]
    return Difference(before, now, gone, new)


def _codes(paper: IntArray, concept: IntArray, chosen: BoolArray, width: int) -> IntArray:
    chosen = chosen & (concept >= 0)
    return paper[chosen] * width + concept[chosen]


def removed_mentions(found: Difference, papers: pa.Array, concepts: Concepts) -> dict[EdgeKey, pa.Table]:
    """Return the ends of the ``MENTIONS`` and ``INTRODUCES`` edges that go."""
    kinds = np.array(concepts.nodes["kind"].to_pylist(), dtype=object)
    tables = {}
    for kind in KINDS:
        of_kind = found.gone & (kinds == kind)[found.before.concept]
        for relationship, chosen in (
            ("MENTIONS", of_kind),
            ("INTRODUCES", of_kind & found.before.introduces),
        ):
            ends = found.before.paper[chosen], found.before.concept[chosen]
            tables[relationship, "Paper", str(kind)] = ends_table(
                papers, ends[0], concepts.nodes["id"], ends[1]
            )
    return tables


def added_mentions(
    found: Difference,
    mentions: Grouped,
    papers: PapersByPlace,
    concepts: Concepts,
    extractions: ExtractionsOf,
) -> dict[EdgeKey, pa.Table]:
    """Return the ``MENTIONS`` and ``INTRODUCES`` edges that are new, or other than before."""
    now = found.now
    chosen = flags(now.paper[found.new], len(papers))
    chosen_papers = papers.of(np.flatnonzero(chosen))
    of = extractions(chosen_papers)
    rows = np.flatnonzero(chosen[mentions.group] & (mentions["concept"] >= 0))
    codes = mentions.group[rows] * now.width + mentions["concept"][rows]
    rows = rows[found.new[np.searchsorted(now.code, codes)]]
    rows = rows[np.argsort(mentions["concept"][rows], kind="stable")]
    place = rows - mentions.starts[mentions.group[rows]]
    at: dict[int, dict[str, list[Mention]]] = defaultdict(lambda: defaultdict(list))
    columns = mentions.group[rows].tolist(), mentions["concept"][rows].tolist(), place.tolist()
    for paper, concept, mention in zip(*columns, strict=True):
        identifier = papers.ids[paper]
        at[concept][identifier].append(of[identifier].mentions[mention])
    title_ends = {paper.id: len(paper.title) for paper in chosen_papers}
    introduced = {identifier: set(extraction.introduces) for identifier, extraction in of.items()}
    touched = np.array(sorted(at), dtype=np.int64)
    named = concepts.nodes.select(["id", "kind"]).take(pa.array(touched))
    of_kind: dict[str, list[Concept]] = {str(kind): [] for kind in KINDS}
    for number, row in zip(touched.tolist(), named.to_pylist(), strict=True):
        of_kind[row["kind"]].append(
            Concept(
                row["id"], "", row["kind"], 1, (), {paper: tuple(ms) for paper, ms in at.pop(number).items()}
            )
        )
    tables = {}
    for kind in KINDS:
        mentioned = (row for concept in of_kind[kind] for row in mention_rows(concept, title_ends))
        tables["MENTIONS", "Paper", str(kind)] = edges("MENTIONS", mentioned)
        introductions = (
            row for concept in of_kind[kind] for row in introduction_rows(concept, introduced, title_ends)
        )
        tables["INTRODUCES", "Paper", str(kind)] = edges("INTRODUCES", introductions)
    return tables


def edges(relationship: str, rows: Iterable[Row]) -> pa.Table:
    """Return edges, sorted by their ends."""
    return edge_table(relationship, sorted(rows, key=lambda row: (row["from"], row["to"])))


def introducers(pairs: Pairs, years: IntArray, names: pa.ChunkedArray) -> IntArray:
    """Return the paper that introduced each concept, as `litloom.graph.foundations` has it; -1 for none.

    `years` are those of the papers, or `NO_YEAR`.
    """
    claims = pairs.concept[pairs.introduces]
    claimed = np.bincount(claims, minlength=pairs.width)
    claiming = np.full(pairs.width, -1, dtype=np.int64)
    claiming[claims] = pairs.paper[pairs.introduces]
    once = np.flatnonzero(claimed == 1)
    given = [is_given_name(name) for name in names.take(pa.array(once)).to_pylist()]
    once = once[np.array(given, dtype=bool)]
    late = np.iinfo(np.int64).max
    first = np.full(pairs.width, late, dtype=np.int64)
    np.minimum.at(first, pairs.concept, np.where(years == NO_YEAR, late, years)[pairs.paper])
    first[first == late] = 0
    of_paper = np.append(np.where(years == NO_YEAR, 0, years), 0)[claiming[once]]
    once = once[first[once] + PREPRINT_YEARS >= of_paper]
    introducer = np.full(pairs.width, -1, dtype=np.int64)
    introducer[once] = claiming[once]
    return introducer


@dataclass(frozen=True, slots=True)
class Foundations:
    """Positions of papers and of what they build on; which of the former edges go; rows that are new."""

    pairs: IntArray
    gone: BoolArray
    rows: list[Row]


def foundations_again(
    before: IntArray, found: Difference, order: Order, concepts: Concepts, turned: BoolArray
) -> Foundations:
    """Return what builds on what.

    Parameters
    ----------
    before
        The pairs of positions that there were.
    found
        What is new of who mentions what.
    order
        The papers.
    concepts
        With who introduced them.
    turned
        Concepts that somebody else introduced than before, or under another name.
    """
    pairs, papers = found.now, order.papers
    again = flags(pairs.paper[found.new | turned[pairs.concept]], len(papers))
    again[order.fresh] = True
    # Whose pairs only went has none that is new.
    went = order.now[found.before.paper[found.gone]]
    again[went[went >= 0]] = True
    gone = np.append(again, True)[order.now[before[0]]]
    told = again[pairs.paper] & (concepts.introducer[pairs.concept] >= 0)
    of_paper: dict[int, list[int]] = defaultdict(list)
    for paper, concept in zip(pairs.paper[told].tolist(), pairs.concept[told].tolist(), strict=True):
        of_paper[paper].append(concept)
    numbers = distinct(pairs.concept[told])
    by_number = [concepts.nodes[name].take(pa.array(numbers)).to_pylist() for name in ("id", "name")]
    ids = dict(zip(numbers.tolist(), by_number[0], strict=True))
    names = dict(zip(*by_number, strict=True))
    places = concepts.introducer[numbers]
    by_id = {paper.id: paper for paper in papers.of(places)}
    introducer = {ids[n]: papers.ids[at] for n, at in zip(numbers.tolist(), places.tolist(), strict=True)}
    position = {papers.ids[at]: at for at in places.tolist()}
    citing = dict(zip(of_paper, papers.of(np.array(list(of_paper), dtype=np.int64)), strict=True))
    rows: list[Row] = []
    new: list[tuple[int, int]] = []
    for paper, mentioned in of_paper.items():
        own = [ids[concept] for concept in mentioned]
        for identifier, earlier, via in built_on(citing[paper], own, introducer, by_id):
            rows.append({"from": identifier, "to": earlier, "via": sorted(names[concept] for concept in via)})
            new.append((paper, position[earlier]))
    fresh = np.array(new, dtype=np.int64).reshape(-1, 2).T
    return Foundations(np.concatenate([order.now[before[:, ~gone]], fresh], axis=1), gone, rows)
