"""Concepts where some keys are touched: the others stay what they are, but for the numbers in their ids.

It does as `litloom.graph.resolve.resolve_concepts` does, by columns.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from litloom.graph.concepts import Concept, commonest_first, concept_id, kinds_of, ranked
from litloom.graph.corrections import Corrections
from litloom.graph.families import family_names, own_names
from litloom.graph.grouped import BoolArray, Grouped, IntArray, ends_of, flags
from litloom.graph.lexis import Lexis
from litloom.graph.meanings import Words
from litloom.graph.nodes import concept_properties
from litloom.graph.rereading import KINDS_BY_NAME, Reading
from litloom.graph.tables import node_table
from litloom.graph.vocabulary import Vocabulary
from litloom.graph.woven import Concepts
from litloom.records import Kind, unused_id

FIRST, SECOND = 0, 1
OTHER = 2
"""The slot of mentions that are of no touched key."""


@dataclass(slots=True)
class Drawn:
    """What a touched key makes: a concept, by its key and slot, with how many papers it is in."""

    key: int
    slot: int
    concept: Concept
    papers: int


def drawn_again(reading: Reading, lexis: Lexis, said: Corrections) -> tuple[list[Drawn], IntArray]:
    """Return the concepts of the touched keys, and the slot of every mention."""
    mentions = reading.mentions
    rows = np.flatnonzero((mentions["key"] >= 0) & reading.touched[mentions["key"]])
    slots = np.full(len(mentions["key"]), OTHER)
    slots[rows] = FIRST
    drawn: list[Drawn] = []
    tallies = _tallies(mentions, rows, lexis)
    keys = np.array(sorted(tallies), dtype=np.int64)
    used = Counter(mentions["text"][rows].tolist())
    spelled = dict(
        zip(
            used,
            lexis.spellings.strings(lexis.spelling_of_text[np.array(list(used), dtype=np.int64)]),
            strict=True,
        )
    )
    written = dict(zip(used, lexis.texts.strings(np.array(list(used), dtype=np.int64)), strict=True))
    words = _words(reading, lexis, keys)
    split: dict[int, tuple[Kind, Kind]] = {}
    for key in keys.tolist():
        tally = tallies[key]
        kinds = kinds_of({spelled[text] for text in tally.papers}, tally.kinds, said.kind)
        if len(kinds) == 2:
            split[key] = (kinds[0], kinds[1])
        else:
            drawn.append(Drawn(key, FIRST, tally.concept(kinds[0], words[key], written), tally.count))
    if split:
        of_second = _of_second(mentions, rows, split)
        slots[rows[of_second]] = SECOND
        inside = flags(np.array(list(split)), len(lexis.keys))[mentions["key"][rows]]
        for slot, part in ((FIRST, rows[inside & ~of_second]), (SECOND, rows[inside & of_second])):
            for key, tally in _tallies(mentions, part, lexis).items():
                drawn.append(
                    Drawn(key, slot, tally.concept(split[key][slot], words[key], written), tally.count)
                )
    return drawn, slots


@dataclass(slots=True)
class _Tally:
    """How many papers see each kind in a key; how many have each text, and how often."""

    kinds: Counter[Kind]
    papers: dict[int, int]
    times: dict[int, int]

    @property
    def count(self) -> int:
        return self.kinds.total()

    def concept(self, kind: Kind, words: Words, written: Mapping[int, str]) -> Concept:
        papers = {written[text]: count for text, count in self.papers.items()}
        name, *aliases = commonest_first(papers, {written[text]: n for text, n in self.times.items()})
        return Concept(concept_id(kind, words), name, kind, self.kinds[kind] / self.count, tuple(aliases), {})


def _tallies(mentions: Grouped, rows: IntArray, lexis: Lexis) -> dict[int, _Tally]:
    """Return what these mentions say of each key."""
    key, paper, text = mentions["key"][rows], mentions.group[rows], mentions["text"][rows]
    count, texts = len(mentions), len(lexis.texts)
    places, vote = _votes(key * count + paper, mentions["kind"][rows])
    votes = np.unique((places // max(count, 1)) * len(KINDS_BY_NAME) + vote, return_counts=True)
    kinds: dict[int, dict[Kind, int]] = defaultdict(dict)
    for number, papers in zip(*(column.tolist() for column in votes), strict=True):
        kinds[number // len(KINDS_BY_NAME)][KINDS_BY_NAME[number % len(KINDS_BY_NAME)]] = papers
    tallies = {number: _Tally(ranked(of_key), {}, {}) for number, of_key in kinds.items()}
    both = key * texts + text
    order = np.lexsort((paper, both))
    begins = np.append(True, both[order][1:] != both[order][:-1])[: len(order)]
    new_paper = begins | np.append(True, paper[order][1:] != paper[order][:-1])[: len(order)]
    starts = np.flatnonzero(begins)
    if len(starts):
        found = both[order][starts]
        in_papers = np.add.reduceat(new_paper.astype(np.int64), starts)
        times = np.diff(np.append(starts, len(order)))
        for number, papers, often in zip(found.tolist(), in_papers.tolist(), times.tolist(), strict=True):
            tally = tallies[number // texts]
            tally.papers[number % texts] = papers
            tally.times[number % texts] = often
    return tallies


def _votes(places: IntArray, kinds: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct places, a paper and a key each, and the kind that each paper sees most there."""
    distinct, of = np.unique(places, return_inverse=True)
    width = len(KINDS_BY_NAME)
    counts = np.bincount(of * width + kinds, minlength=len(distinct) * width).reshape(-1, width)
    return distinct, counts.argmax(axis=1)


def _of_second(mentions: Grouped, rows: IntArray, split: Mapping[int, tuple[Kind, Kind]]) -> BoolArray:
    """Return which of these mentions are of the second concept of their key."""
    second = np.full(int(mentions["key"].max(initial=-1)) + 1, -1)
    for key, (_, kind) in split.items():
        second[key] = KINDS_BY_NAME.index(kind)
    places = mentions["key"][rows] * len(mentions) + mentions.group[rows]
    distinct, vote = _votes(places, mentions["kind"][rows])
    told: BoolArray = vote[np.searchsorted(distinct, places)] == second[mentions["key"][rows]]
    return told


def _words(reading: Reading, lexis: Lexis, keys: IntArray) -> dict[int, Words]:
    wording = np.append(reading.keys.wording, np.full(len(lexis.keys) - len(reading.keys.wording), -1))[keys]
    known = wording >= 0
    words = dict(zip(keys[known].tolist(), lexis.words(wording[known]), strict=True))
    alone = keys[~known]
    return words | {key: (text,) for key, text in zip(alone.tolist(), lexis.keys.strings(alone), strict=True)}


@dataclass(slots=True)
class Redrawn:
    """All concepts, and the position of each former one among them; -1 where its id is gone."""

    concepts: Concepts
    now: IntArray
    fresh: BoolArray


def with_others(before: Concepts, drawn: list[Drawn], touched: BoolArray, lexis: Lexis) -> Redrawn:
    """Return the concepts that were drawn again, and the others as they were, with ids of their own."""
    stayed = np.flatnonzero(~touched[before.key])
    rows = [concept_properties(one.concept) | {"paper_count": one.papers} for one in drawn]
    nodes = pa.concat_tables([before.nodes.take(stayed), node_table("Method", rows)])
    bases = pa.concat_arrays(
        [before.bases.take(stayed), pa.array([one.concept.id for one in drawn], pa.large_string())]
    )
    key = np.concatenate([before.key[stayed], np.array([one.key for one in drawn], dtype=np.int64)])
    slot = np.concatenate([before.slot[stayed], np.array([one.slot for one in drawn], dtype=np.int64)])
    offered, wanted = _forms(before.forms, [one.concept for one in drawn])
    offered = before.offered.taken(stayed).followed_by(offered)
    wanted = before.wanted.taken(stayed).followed_by(wanted)
    ids = _own_ids(lexis.keys.values.take(key), slot, bases)
    order = np.array(pc.sort_indices(ids), dtype=np.int64)
    nodes = nodes.set_column(0, "id", ids.cast(pa.string())).take(order).combine_chunks()
    now = _same_ids(before.nodes["id"], nodes["id"])
    concepts = Concepts(
        nodes=nodes,
        bases=bases.take(order),
        key=key[order],
        slot=slot[order],
        offered=offered.taken(order),
        wanted=wanted.taken(order),
        forms=before.forms,
        variants=np.zeros((2, 0), dtype=np.int64),
        introducer=np.full(len(order), -1, dtype=np.int64),
    )
    return Redrawn(concepts, now, (order >= len(stayed)))


def _same_ids(before: pa.ChunkedArray, now: pa.ChunkedArray) -> IntArray:
    return np.array(pc.index_in(before.combine_chunks(), now.combine_chunks()).fill_null(-1), dtype=np.int64)


def _own_ids(keys: pa.Array, slot: IntArray, bases: pa.Array) -> pa.Array:
    """Return ids of which no two are alike: where they would be, that of the later key is numbered."""
    order = np.lexsort((slot, np.argsort(np.array(pc.sort_indices(keys)), kind="stable")))
    own = bases.to_pylist()
    taken: set[str] = set()
    for place in order.tolist():
        own[place] = unused_id(own[place], taken)
        taken.add(own[place])
    return pa.array(own, pa.large_string())


def _forms(forms: Vocabulary, concepts: list[Concept]) -> tuple[Grouped, Grouped]:
    """Return the names that concepts may be families by, and those that their own families would have."""
    made = []
    for names in (own_names, family_names):
        found = [list(dict.fromkeys(names(concept))) for concept in concepts]
        numbers = forms.add([name for of_concept in found for name in of_concept])
        made.append(Grouped(ends_of(np.array(list(map(len, found)), dtype=np.int64)), {"form": numbers}))
    return made[0], made[1]


def variants_again(concepts: Concepts, said: Corrections) -> IntArray:
    """Return the positions of variants with those of their nearest families, and of what a person says.

    A name is that of the concept of the most papers that has it, and then of the first by id.
    """
    papers = np.array(concepts.nodes["paper_count"], dtype=np.int64)
    offering, form = concepts.offered.group, concepts.offered["form"]
    order = np.lexsort((offering, -papers[offering], form))
    best = np.full(len(concepts.forms) + 1, -1, dtype=np.int64)
    best[form[order][::-1]] = offering[order][::-1]
    wanting, found = concepts.wanted.group, best[concepts.wanted["form"]]
    told = np.flatnonzero((found >= 0) & (found != wanting))
    variant, nearest = np.unique(wanting[told], return_index=True)
    of_said = best[concepts.forms.find([f"~{name}" for pair in said.variant.items() for name in pair])]
    of_said = of_said.reshape(-1, 2).T
    pairs = [np.stack([variant, found[told][nearest]]), of_said[:, (of_said >= 0).all(axis=0)]]
    return np.unique(np.concatenate(pairs, axis=1), axis=1)


def mention_concepts(
    reading: Reading, slots: IntArray, former: IntArray, redrawn: Redrawn, before: Concepts
) -> IntArray:
    """Return the concept of each mention; `former` is that of before, -1 where there was none."""
    concepts, key = redrawn.concepts, reading.mentions["key"]
    place = np.full((2, len(reading.touched)), -1, dtype=np.int64)
    place[concepts.slot, concepts.key] = np.arange(len(concepts))
    slot = np.where(slots == OTHER, np.append(before.slot, FIRST)[former], slots)
    return np.where(key < 0, -1, place[slot, key])
