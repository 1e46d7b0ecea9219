"""What follows from papers alone, where some changed: their nodes, authors, the works that they cite.

It does as `litloom.graph.weave.paper_tables` does. A paper's abstract is looked at again where a work that it
may mean is new, changed or gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from litloom.graph.authors import one_person
from litloom.graph.change import GraphChange
from litloom.graph.citations import Stub, citations
from litloom.graph.grouped import BoolArray, Grouped, IntArray, distinct, ends_of, flags
from litloom.graph.nodes import paper_properties, stub_properties
from litloom.graph.of_papers import Nodes, OfPapers, coded, compact
from litloom.graph.order import Order
from litloom.graph.reauthors import authors_again, people_again
from litloom.graph.tables import edge_table, ends_table, node_table
from litloom.graph.text_citations import CitedWork, cited_works, first_surnames, meant
from litloom.graph.vocabulary import Vocabulary

SOURCES: Final = ("text", "metadata")
WROTE: Final = ("WROTE", "Author", "Paper")
CITES: Final = ("CITES", "Paper", "Paper")

Works = tuple[tuple[tuple[CitedWork, ...], str], ...]


def papers_again(before: OfPapers, order: Order, ids: pa.Array) -> tuple[OfPapers, GraphChange]:
    """Return what is known of papers alone, and how their nodes and edges change.

    Parameters
    ----------
    before
        What was known of the papers that there were; its strings grow.
    order
        The papers now.
    ids
        Of the papers that there were.
    """
    strings = before.strings
    fresh = order.papers.of(order.fresh)
    works = [tuple(cited_works(paper.abstract)) for paper in fresh]
    surnames = coded(strings, "surname", [sorted(first_surnames(paper)) for paper in fresh])
    mentioned = coded(strings, "surname", [sorted(set(_first_named(of))) for of in works])
    now = OfPapers(strings)
    now.refers = order.values(before.refers, _told(bool(paper.references) for paper in fresh))
    now.joins = order.values(before.joins, _told(any(one_person(paper)) for paper in fresh))
    # What a reference means depends on all papers.
    found = citations(order.papers.read_all() if now.refers.any() else ())
    now.authors = authors_again(before, now, order)
    now.surnames = order.merged(before.surnames, surnames)
    now.mentioned = order.merged(before.mentioned, mentioned)
    now.by_text = _by_text(before, now, order, dict(zip(order.fresh.tolist(), works, strict=True)))
    now.by_metadata = _works(strings, order, found.pairs)
    now.stubs = coded(strings, "id", [[stub.id] for stub in found.stubs]).but(
        title=strings.add([stub.title for stub in found.stubs])
    )
    people = people_again(before, now, order, ids)
    cites = _cites(before, now, order, ids)
    nodes = _nodes(before, order, ids, found.stubs)
    change = GraphChange(
        removed_nodes={"Author": people.gone_ids, "Paper": nodes.gone_ids},
        changed_nodes={"Author": people.changed, "Paper": nodes.changed},
        added_nodes={"Author": people.added, "Paper": nodes.added},
        removed_edges={WROTE: people.gone_edges, CITES: cites[0]},
        added_edges={WROTE: people.new_edges, CITES: cites[1]},
    )
    return compact(now), change


def _told(values: Iterable[bool]) -> IntArray:
    return np.array(list(values), dtype=np.int64)


def _first_named(works: Works) -> Iterable[str]:
    return (work.surnames[0] for readings, _ in works for work in readings)


def _works(strings: Vocabulary, order: Order, pairs: Iterable[tuple[str, str]]) -> Grouped:
    """Return (citing id, cited id), sorted, as the works that each paper cites."""
    pairs = list(pairs)
    citing = pc.index_in(pa.array([one for one, _ in pairs], pa.large_string()), order.ids)
    lengths = np.bincount(np.array(citing, dtype=np.int64), minlength=len(order.papers))
    return Grouped(ends_of(lengths), {"work": strings.add([cited for _, cited in pairs])})


def _by_text(before: OfPapers, now: OfPapers, order: Order, works: dict[int, Works]) -> Grouped:
    """Return what the abstracts cite: looked up again where a touched paper may be meant."""
    strings, papers = now.strings, order.papers
    touched = np.concatenate(
        [
            before.surnames["surname"][before.surnames.rows(order.gone)],
            now.surnames["surname"][now.surnames.rows(order.fresh)],
        ]
    )
    again = now.mentioned.any(flags(touched, len(strings))[now.mentioned["surname"]])
    again[order.fresh] = True
    asked = now.mentioned["surname"][now.mentioned.rows(np.flatnonzero(again))]
    among = now.surnames.any(flags(asked, len(strings))[now.surnames["surname"]])
    places = np.flatnonzero(again)
    citing = [
        (paper, works[at] if at in works else tuple(cited_works(paper.abstract)))
        for at, paper in zip(places.tolist(), papers.of(places), strict=True)
    ]
    found = sorted(set(meant(citing, papers.of(np.flatnonzero(among)))))
    new = _works(strings, order, found)
    kept = order.merged(before.by_text, coded(strings, "work", [()] * len(order.fresh)))
    source = np.arange(len(papers)) + len(papers) * again
    return kept.followed_by(new).taken(source)


def _nodes(before: OfPapers, order: Order, ids: pa.Array, stubs: Sequence[Stub]) -> Nodes:
    strings = before.strings
    known = dict(
        zip(strings.strings(before.stubs["id"]), strings.strings(before.stubs["title"]), strict=True)
    )
    was = known.keys() | set(ids.take(pa.array(order.gone)).to_pylist())
    rows = [paper_properties(paper) for paper in order.papers.of(order.fresh)]
    rows += [stub_properties(stub) for stub in stubs if known.get(stub.id) != stub.title]
    stay = {stub.id for stub in stubs} | {order.papers.ids[at] for at in order.by_id[order.gone] if at >= 0}
    stay |= {row["id"] for row in rows}
    return Nodes(
        sorted(was - stay),
        node_table("Paper", [row for row in rows if row["id"] in was]),
        node_table("Paper", [row for row in rows if row["id"] not in was]),
    )


def _cites(before: OfPapers, now: OfPapers, order: Order, ids: pa.Array) -> tuple[pa.Table, pa.Table]:
    """Return the ends of the ``CITES`` edges that go, and those that are new."""
    count = len(now.strings)
    old, old_source = _cited(before, count)
    new, new_source = _cited(now, count)
    paper, work = np.divmod(old, max(count, 1))
    place = order.by_id[paper] * count + work  # below 0 where the paper is gone
    stands = _among(place, old_source, new, new_source)
    gone = ends_table(ids, paper[~stands], now.strings.values, work[~stands])
    added = np.flatnonzero(~_among(new, new_source, *_sorted(place, old_source)))
    citing = order.ids.take(pa.array(new[added] // max(count, 1))).to_pylist()
    cited = now.strings.strings(new[added] % max(count, 1))
    sources = [SOURCES[source] for source in new_source[added]]
    rows = zip(citing, cited, sources, strict=True)
    return gone, edge_table("CITES", [{"from": f, "to": t, "source": source} for f, t, source in rows])


def _sorted(codes: IntArray, values: IntArray) -> tuple[IntArray, IntArray]:
    order = np.argsort(codes, kind="stable")
    return codes[order], values[order]


def _among(codes: IntArray, values: IntArray, all_codes: IntArray, all_values: IntArray) -> BoolArray:
    """Return which codes are among others, which are sorted, and with the same value."""
    at = np.searchsorted(all_codes, codes)
    found: BoolArray = np.append(all_codes, -1)[at] == codes
    alike: BoolArray = np.append(all_values, -1)[at] == values
    return found & alike


def _cited(of: OfPapers, count: int) -> tuple[IntArray, IntArray]:
    """Return (citing, cited) as one number each, sorted, and how it is known: by metadata, if it is."""
    codes = [rows.group * count + rows["work"] for rows in (of.by_text, of.by_metadata)]
    pairs = distinct(np.concatenate(codes))
    return pairs, np.isin(pairs, codes[1]).astype(np.int64)
