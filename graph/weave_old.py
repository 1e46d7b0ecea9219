"""Papers and what was found in them, woven into the tables of a graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import pyarrow as pa

from litloom.collecting import without_collecting
from litloom.graph.authors import Author, authors_of
from litloom.graph.beside import beside
from litloom.graph.citations import citations
from litloom.graph.concepts import Concept
from litloom.graph.corrections import Corrections
from litloom.graph.foundations import foundations
from litloom.graph.links import Links, shared_concept_links
from litloom.graph.mention_edges import introduction_rows, mention_rows
from litloom.graph.nodes import concept_nodes, paper_nodes
from litloom.graph.resolve import Resolution, resolve_concepts
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.tables import EdgeKey, GraphTables, Row, edge_table, node_table
from litloom.graph.text_citations import text_citations
from litloom.progress import Progress, silent
from litloom.records import Extraction, Paper

PAPERS_FOR_TWO_PROCESSES: Final = 10_000
"""From so many on, a second process is worth its start."""


def weave(
    papers: Sequence[Paper],
    extractions: Iterable[Extraction],
    *,
    about: Mapping[str, Any],
    corrections: Corrections | None = None,
    progress: Progress = silent,
) -> GraphTables:
    """Return the graph of these papers.

    Parameters
    ----------
    papers
        Each once; their order does not matter.
    extractions
        What was found in each of them.
    about
        Properties of the graph's `Litloom` node: versions and the like.
    corrections
        What a person says of the concepts.
    progress
        Told of resolving names (stage ``resolve``) and of linking (``link``).

    Returns
    -------
    GraphTables
        The same tables for the same papers and extractions, whatever their order.
    """
    papers = sorted(papers, key=lambda paper: paper.id)
    own_process = len(papers) >= PAPERS_FOR_TWO_PROCESSES
    with without_collecting(), beside(partial(paper_tables, papers), own_process=own_process) as of_papers:
        of_concepts = _concept_tables(papers, list(extractions), corrections, progress)
        known = of_papers()
    litloom = {"id": "litloom", "schema_version": SCHEMA_VERSION, **about}
    return GraphTables(
        {**known.nodes, **of_concepts.nodes, "Litloom": node_table("Litloom", [litloom])},
        {**known.edges, **of_concepts.edges},
    )


def paper_tables(papers: Sequence[Paper]) -> GraphTables:
    """Return what follows from the papers alone: papers, works that they cite, authors, and their edges."""
    authors = authors_of(papers)
    cited = citations(papers)
    rows = {
        ("CITES", "Paper", "Paper"): citation_rows(cited.pairs, text_citations(papers)),
        ("WROTE", "Author", "Paper"): author_rows(authors),
    }
    return GraphTables(paper_nodes(papers, cited.stubs, authors), _edge_tables(rows))


def _concept_tables(
    papers: Sequence[Paper],
    found: Sequence[Extraction],
    corrections: Corrections | None,
    progress: Progress,
) -> GraphTables:
    texts = {paper.id: paper.text for paper in papers}
    with progress("resolve", len(found)) as advance:
        resolution = resolve_concepts(found, texts, corrections, advance)
    with progress("link", len(papers)) as advance:
        return _linked(papers, found, resolution, advance)


def _linked(
    papers: Sequence[Paper],
    found: Sequence[Extraction],
    resolution: Resolution,
    advance: Callable[[int], object],
) -> GraphTables:
    mentioned = _mentioned(papers, resolution.concepts)
    names = {concept.id: concept.name for concept in resolution.concepts}
    concept_edges = _concept_edges(papers, resolution.concepts, found)
    rows = {
        **_foundation_edges(papers, mentioned, _introduced(concept_edges), names),
        **concept_edges,
        **_variant_edges(resolution),
    }
    links = shared_concept_links(mentioned, advance=advance)
    named = pa.array([names[concept] for concept in links.concepts], pa.string())
    link_edges = link_table(links, pa.array(links.papers, pa.string()), named)
    return GraphTables(
        concept_nodes(resolution.concepts),
        {**_edge_tables(rows), ("SHARES_CONCEPTS", "Paper", "Paper"): link_edges},
    )


def _edge_tables(rows: Mapping[EdgeKey, Iterable[Row]]) -> dict[EdgeKey, pa.Table]:
    return {key: edge_table(key[0], sorted(of_key, key=_endpoints)) for key, of_key in rows.items()}


def _mentioned(papers: Iterable[Paper], concepts: Iterable[Concept]) -> dict[str, list[str]]:
    """Return the ids of the concepts that each paper mentions."""
    mentioned: dict[str, list[str]] = {paper.id: [] for paper in papers}
    for concept in concepts:
        for paper_id in concept.papers:
            mentioned[paper_id].append(concept.id)
    return mentioned


def _foundation_edges(
    papers: Sequence[Paper],
    mentioned: Mapping[str, Iterable[str]],
    introduces: Mapping[str, Iterable[str]],
    names: Mapping[str, str],
) -> dict[EdgeKey, list[Row]]:
    return {
        ("BUILDS_ON", "Paper", "Paper"): [
            {"from": paper, "to": earlier, "via": sorted(names[concept] for concept in via)}
            for paper, earlier, via in foundations(papers, mentioned, introduces, names)
        ]
    }


def link_table(links: Links, papers: pa.Array, concepts: pa.Array) -> pa.Table:
    """Return links as the table of their edges, by the ids of all papers and the names of all concepts."""
    columns = {
        "from": papers.take(pa.array(links.source)),
        "to": papers.take(pa.array(links.target)),
        "score": pa.array(links.score),
        "shared": pa.ListArray.from_arrays(
            pa.array(links.ends, pa.int32()), concepts.take(pa.array(links.shared))
        ),
    }
    return pa.table(columns, schema=edge_table("SHARES_CONCEPTS", ()).schema)


def citation_rows(by_metadata: Iterable[tuple[str, str]], by_text: Iterable[tuple[str, str]]) -> list[Row]:
    """Return the ``CITES`` edges, each once; what metadata tells needs no text to tell it."""
    sources = dict.fromkeys(by_text, "text") | dict.fromkeys(by_metadata, "metadata")
    return [
        {"from": citing, "to": cited, "source": source} for (citing, cited), source in sorted(sources.items())
    ]


def author_rows(authors: Iterable[Author]) -> list[Row]:
    """Return the ``WROTE`` edges of authors."""
    return [
        {"from": author.id, "to": paper, "position": position}
        for author in authors
        for paper, position in sorted(author.papers.items())
    ]


def _concept_edges(
    papers: Sequence[Paper], concepts: Sequence[Concept], extractions: Sequence[Extraction]
) -> dict[EdgeKey, list[Row]]:
    title_ends = {paper.id: len(paper.title) for paper in papers}
    introduced = {extraction.paper_id: set(extraction.introduces) for extraction in extractions}
    edges: dict[EdgeKey, list[Row]] = defaultdict(list)
    for concept in concepts:
        edges["MENTIONS", "Paper", concept.kind].extend(mention_rows(concept, title_ends))
        edges["INTRODUCES", "Paper", concept.kind].extend(introduction_rows(concept, introduced, title_ends))
    return edges


def _variant_edges(resolution: Resolution) -> dict[EdgeKey, list[Row]]:
    kinds = {concept.id: concept.kind for concept in resolution.concepts}
    edges: dict[EdgeKey, list[Row]] = defaultdict(list)
    for variant, family in resolution.variants:
        edges["VARIANT_OF", kinds[variant], kinds[family]].append({"from": variant, "to": family})
    return edges


def _introduced(edges: Mapping[EdgeKey, Iterable[Row]]) -> dict[str, list[str]]:
    """Return the ids of the concepts that each paper introduces."""
    by_paper: dict[str, list[str]] = defaultdict(list)
    for (relationship, _, _), rows in edges.items():
        if relationship == "INTRODUCES":
            for row in rows:
                by_paper[row["from"]].append(row["to"])
    return by_paper


def _endpoints(row: Row) -> tuple[str, str]:
    return row["from"], row["to"]
