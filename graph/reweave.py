"""Weaving what changed: the same graph as `litloom.graph.weave.weave` gives, from the one that there was.

Papers, names, concepts and links that nothing touched stay as they were found the last time
(`litloom.graph.woven.Woven`). Where nothing was woven before, everything is new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from litloom.collecting import without_collecting
from litloom.graph.beside import beside
from litloom.graph.change import GraphChange, joined
from litloom.graph.changes import Changes
from litloom.graph.corrections import Corrections
from litloom.graph.grouped import Grouped, IntArray, flags
from litloom.graph.lexis import Used, kept
from litloom.graph.of_papers import OfPapers
from litloom.graph.order import Order, Read, order_of
from litloom.graph.reconcepts import (
    Redrawn,
    drawn_again,
    mention_concepts,
    variants_again,
    with_others,
)
from litloom.graph.reedges import NO_YEAR, difference, pairs_of
from litloom.graph.repapers import papers_again
from litloom.graph.rereading import Reading, read_again
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.tables import GraphTables, node_table
from litloom.graph.vocabulary import renumbered
from litloom.graph.weave import PAPERS_FOR_TWO_PROCESSES
from litloom.graph.woven import Woven, nothing
from litloom.progress import Progress, silent
from litloom.records import Extraction, Paper


@dataclass(frozen=True, slots=True)
class Rewoven:
    """What is woven now, and what it changes."""

    woven: Woven
    change: GraphChange


def reweave(
    former: Woven | None,
    ids: Collection[str],
    read: Read,
    changed: Container[str],
    extractions: Callable[[Sequence[Paper]], Mapping[str, Extraction]],
    *,
    about: Mapping[str, Any],
    corrections: Corrections | None = None,
    progress: Progress = silent,
    deliver: Callable[[GraphChange], object] = lambda part: None,
) -> Rewoven:
    """Return the graph of these papers as a change of the one before.

    Parameters
    ----------
    former
        What was woven before, with the same corrections, from extractions of the same model; ``None`` for
        nothing. Its vocabularies grow; it is not to be used again.
    ids
        Those of all papers of the graph, in any order.
    read
        Reads papers by their ids: not all of them, where little changed.
    changed
        Ids of papers that are not as they were.
    extractions
        Returns the extractions of papers by id. Asked for papers that are new or changed, and for those whose
        edges changed.
    about
        Properties of the graph's `Litloom` node.
    corrections
        What a person says of the concepts.
    progress
        Told of resolving names (stage ``resolve``) and of linking (``link``).
    deliver
        Given each part of the change of a graph as soon as it is known, nodes before the edges between them.
    """
    before = nothing() if former is None else former
    order = order_of(ids, read, before.papers, changed)
    # Of a change, papers come first, as other parts have edges to them.
    own_process = former is None and len(order.fresh) >= PAPERS_FOR_TWO_PROCESSES
    if own_process:
        order.papers.read_all()
    parts: list[GraphChange] = []

    def tell(part: GraphChange) -> None:
        parts.append(part)
        deliver(part)

    work = partial(papers_again, before.of_papers, order, before.papers)
    with without_collecting(), beside(work, own_process=own_process) as result:

        def of_papers() -> OfPapers:
            found, part = result()
            tell(part)
            return found

        known = None if own_process else of_papers()
        woven, changes = _resolved(before, order, extractions, corrections or Corrections(), progress, tell)
        woven.of_papers = of_papers() if known is None else known
        tell(changes.taken())
        with progress("link", len(order.papers)) as advance:
            woven.candidates = changes.links(advance)
        tell(changes.taken())
    litloom = node_table("Litloom", [{"id": "litloom", "schema_version": SCHEMA_VERSION, **about}])
    tell(_about(litloom, first=former is None))
    return Rewoven(_compact(woven), joined(parts))


def as_tables(change: GraphChange) -> GraphTables:
    """Return the graph that a change makes of none."""
    return GraphTables(dict(change.added_nodes), dict(change.added_edges))


def _about(litloom: pa.Table, *, first: bool) -> GraphChange:
    return GraphChange(
        {}, {} if first else {"Litloom": litloom}, {"Litloom": litloom} if first else {}, {}, {}
    )


def _resolved(
    before: Woven,
    order: Order,
    ask: Callable[[Sequence[Paper]], Mapping[str, Extraction]],
    said: Corrections,
    progress: Progress,
    tell: Callable[[GraphChange], object],
) -> tuple[Woven, Changes]:
    """Return what is woven but for links, and what changes; tell of concepts and mentions."""
    found = _Asked(ask)
    with progress("resolve", len(order.papers)) as advance:
        reading = read_again(before, order, found(order.papers.of(order.fresh)), said, advance)
        redrawn, mentions, former = _redrawn(before, reading, said)
        concepts = redrawn.concepts
        pairs = difference(
            pairs_of(before.mentions, len(before.concepts)),
            pairs_of(mentions, len(concepts)),
            order,
            mentions,
            former,
            redrawn,
        )
        changes = Changes(before, order, redrawn, pairs)
        changes.nodes()
        changes.mentions(mentions, found)
        tell(changes.taken())
        concepts.variants = variants_again(concepts, said)
        changes.variants(concepts.variants)
        fresh_years = [paper.year for paper in order.papers.of(order.fresh)]
        years = order.values(
            before.years,
            np.array([NO_YEAR if year is None else year for year in fresh_years], dtype=np.int64),
        )
        builds_on = changes.foundations(years)
    woven = Woven(
        papers=order.ids,
        lexis=before.lexis,
        names=reading.names,
        mentions=mentions,
        definitions=reading.definitions,
        concepts=concepts,
        candidates=before.candidates,
        years=years,
        builds_on=builds_on,
        of_papers=before.of_papers,
    )
    return woven, changes


def _redrawn(before: Woven, reading: Reading, said: Corrections) -> tuple[Redrawn, Grouped, IntArray]:
    """Return the concepts, all mentions with theirs, and the former concept of each mention."""
    former = reading.mentions["concept"]
    drawn, slots = drawn_again(reading, before.lexis, said)
    redrawn = with_others(before.concepts, drawn, reading.touched, before.lexis)
    concept = mention_concepts(reading, slots, former, redrawn, before.concepts)
    return redrawn, reading.mentions.but(concept=concept), former


def _compact(woven: Woven) -> Woven:
    """Return the same without strings that nothing needs any more."""
    names, mentions, definitions, concepts = woven.names, woven.mentions, woven.definitions, woven.concepts
    lexis = woven.lexis
    keys = np.concatenate([names["moved"], mentions["key"][mentions["key"] >= 0], concepts.key])
    used = Used(
        names=flags(names["name"], len(lexis.names)),
        texts=flags(mentions["text"], len(lexis.texts)),
        pairs=flags(definitions["pair"], len(lexis.pairs)),
        wordings=flags(names["wording"], len(lexis.wordings)),
        keys=flags(keys, len(lexis.keys)),
    )
    woven.lexis, now = kept(lexis, used)
    woven.names = names.but(
        name=now.names[names["name"]], wording=now.wordings[names["wording"]], moved=now.keys[names["moved"]]
    )
    key = np.append(now.keys, -1)[mentions["key"]]
    woven.mentions = mentions.but(text=now.texts[mentions["text"]], key=key)
    woven.definitions = definitions.but(pair=now.pairs[definitions["pair"]])
    concepts.key = now.keys[concepts.key]
    forms = flags(np.concatenate([concepts.offered["form"], concepts.wanted["form"]]), len(concepts.forms))
    form = renumbered(forms)
    concepts.offered = concepts.offered.but(form=form[concepts.offered["form"]])
    concepts.wanted = concepts.wanted.but(form=form[concepts.wanted["form"]])
    concepts.forms = concepts.forms.kept(forms)
    return woven


class _Asked:
    """Extractions that are asked for once."""

    def __init__(self, ask: Callable[[Sequence[Paper]], Mapping[str, Extraction]]) -> None:
        self._ask = ask
        self._known: dict[str, Extraction] = {}

    def __call__(self, papers: Sequence[Paper]) -> Mapping[str, Extraction]:
        unknown = [paper for paper in papers if paper.id not in self._known]
        if unknown:
            self._known.update(self._ask(unknown))
        return {paper.id: self._known[paper.id] for paper in papers}
