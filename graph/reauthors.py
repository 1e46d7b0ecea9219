"""Authors where some papers changed: those of the others stay, unless sources tell who is one person anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from litloom.graph.authors import Authorship, SamePeople, authorships, gathered, one_person
from litloom.graph.grouped import BoolArray, Grouped, IntArray, flags
from litloom.graph.nodes import author_properties
from litloom.graph.of_papers import Nodes, OfPapers, coded
from litloom.graph.order import Order
from litloom.graph.tables import edge_table, ends_table, node_table
from litloom.graph.vocabulary import Vocabulary
from litloom.graph.weave import author_rows
from litloom.records import Paper


def authors_again(before: OfPapers, now: OfPapers, order: Order) -> Grouped:
    """Return who wrote each paper; of all again where sources have other people in common than before."""
    joining = order.papers.of(np.flatnonzero(now.joins))
    same = SamePeople(group for paper in joining for group in one_person(paper))
    now.same = _digest(same, joining)
    read = order.fresh if now.same == before.same else np.arange(len(order.papers))
    rows = [list(authorships(paper, same)) for paper in order.papers.of(read)]
    fresh = coded(now.strings, "author", [[row.author for row in of] for of in rows]).but(
        name=now.strings.add([row.name for of in rows for row in of]),
        position=np.array([row.position for of in rows for row in of], dtype=np.int64),
    )
    return order.merged(before.authors, fresh) if now.same == before.same else fresh


def _digest(same: SamePeople, papers: Iterable[Paper]) -> str:
    names = sorted({name for paper in papers for group in one_person(paper) for name in group})
    return hashlib.sha256(repr([(name, same.first(name)) for name in names]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class People(Nodes):
    """Authors, and which edges go from them, and which are new or other than before."""

    gone_edges: pa.Table
    new_edges: pa.Table


def people_again(before: OfPapers, now: OfPapers, order: Order, ids: pa.Array) -> People:
    """Return how authors and what they wrote change; `ids` are those of the papers that there were."""
    strings, was, authors = now.strings, before.authors, now.authors
    fresh = flags(order.fresh, len(order.papers)) | _differ(was, authors, order)
    gone = np.append(fresh, True)[order.now]
    gone_rows, rows = was.rows(np.flatnonzero(gone)), authors.rows(np.flatnonzero(fresh))
    count = len(strings)
    known, still = flags(was["author"], count), flags(authors["author"], count)
    touched = flags(np.concatenate([was["author"][gone_rows], authors["author"][rows]]), count)
    found = gathered(
        _authorships(authors, np.flatnonzero(touched[authors["author"]]), strings, order.papers.ids)
    )
    former = set(strings.strings(np.flatnonzero(known & touched)))
    properties = list(map(author_properties, found))
    written = {order.papers.ids[at] for at in np.flatnonzero(fresh).tolist()}
    pairs = np.unique(np.stack([was["author"][gone_rows], was.group[gone_rows]]), axis=1)
    return People(
        gone_ids=strings.strings(np.flatnonzero(known & touched & ~still)),
        changed=node_table("Author", [row for row in properties if row["id"] in former]),
        added=node_table("Author", [row for row in properties if row["id"] not in former]),
        gone_edges=ends_table(strings.values, pairs[0], ids, pairs[1]),
        new_edges=edge_table("WROTE", [row for row in author_rows(found) if row["to"] in written]),
    )


def _differ(before: Grouped, now: Grouped, order: Order) -> BoolArray:
    """Return which of the papers that stayed have other rows than before."""
    stayed = order.stayed
    told = np.zeros(len(now), dtype=bool)
    was = order.was[stayed]
    same_length = np.diff(now.starts)[stayed] == np.diff(before.starts)[was]
    told[stayed[~same_length]] = True
    one, other = before.taken(was[same_length]), now.taken(stayed[same_length])
    differs = np.zeros(len(one.group), dtype=bool)
    for name in one.columns:
        differs |= one[name] != other[name]
    told[stayed[same_length][one.any(differs)]] = True
    return told


def _authorships(
    authors: Grouped, rows: IntArray, strings: Vocabulary, ids: Sequence[str]
) -> Iterable[Authorship]:
    columns = (
        strings.strings(authors["author"][rows]),
        strings.strings(authors["name"][rows]),
        authors.group[rows].tolist(),
        authors["position"][rows].tolist(),
    )
    for author, name, paper, position in zip(*columns, strict=True):
        yield Authorship(author, name, ids[paper], position)
