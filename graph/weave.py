"""Papers and what was found in them, woven into the tables of a graph."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from litloom.graph.citations import citations, foundations
from litloom.graph.links import shared_concept_links
from litloom.graph.resolve import Concept, resolve_concepts
from litloom.graph.schema import PAPER, SCHEMA_VERSION
from litloom.graph.tables import EdgeKey, GraphTables, Row, edge_table, node_table
from litloom.records import KINDS, Extraction, Mention, Paper

PROPOSING: Final = (
    "propos",
    "introduc",
    "present",
    "we develop",
    "we design",
    "we release",
    "called",
    "named",
)
"""Beginnings of words by which a sentence says that the paper itself brings something."""


def weave(
    papers: Sequence[Paper],
    extractions: Iterable[Extraction],
    *,
    version: str,
    model: str,
    advance: Callable[[int], object] = lambda papers: None,
) -> GraphTables:
    """Return the graph of these papers.

    Parameters
    ----------
    papers
        Each once; their order does not matter.
    extractions
        What was found in each of them.
    version, model
        The versions of litloom and of the recognition model, which are noted in the graph.
    advance
        Called with the number of papers linked since the last call.

    Returns
    -------
    GraphTables
        The same tables for the same papers and extractions, whatever their order.
    """
    papers = sorted(papers, key=lambda paper: paper.id)
    found = {extraction.paper_id: extraction for extraction in extractions}
    concepts = resolve_concepts(found.values())
    mentioned: dict[str, list[str]] = {paper.id: [] for paper in papers}
    for concept in concepts:
        for paper_id in concept.papers:
            mentioned[paper_id].append(concept.id)
    title_ends = {paper.id: len(paper.title) for paper in papers}
    introduced = {extraction.paper_id: set(extraction.introduces) for extraction in found.values()}
    introductions = [row for c in concepts for row in _introductions(c, introduced, title_ends)]
    names = {concept.id: concept.name for concept in concepts}
    edges: dict[EdgeKey, list[Row]] = {
        ("CITES", "Paper", "Paper"): [
            {"from": citing, "to": cited, "source": "metadata"} for citing, cited in citations(papers)
        ],
        ("BUILDS_ON", "Paper", "Paper"): list(_foundations(papers, mentioned, introductions, names)),
        ("SHARES_CONCEPTS", "Paper", "Paper"): [
            {
                "from": link.source,
                "to": link.target,
                "score": link.score,
                "shared": [names[concept] for concept in link.shared],
            }
            for link in shared_concept_links(mentioned, advance=advance)
        ],
    }
    for kind in KINDS:
        of_kind = [concept for concept in concepts if concept.kind == kind]
        ids = {concept.id for concept in of_kind}
        edges["MENTIONS", "Paper", kind] = [
            row for concept in of_kind for row in _mentions(concept, title_ends)
        ]
        edges["INTRODUCES", "Paper", kind] = [row for row in introductions if row["to"] in ids]
    return GraphTables(
        _nodes(papers, concepts, version, model),
        {key: edge_table(key[0], sorted(rows, key=_endpoints)) for key, rows in edges.items()},
    )


def _nodes(
    papers: Sequence[Paper], concepts: Sequence[Concept], version: str, model: str
) -> dict[str, Any]:
    about = {
        "id": "litloom",
        "schema_version": SCHEMA_VERSION,
        "version": version,
        "model": model,
        "fingerprint": fingerprint(papers),
    }
    return {
        "Paper": node_table("Paper", [paper_properties(paper) for paper in papers]),
        **{
            kind: node_table(kind, [_concept_properties(c) for c in concepts if c.kind == kind])
            for kind in KINDS
        },
        "Litloom": node_table("Litloom", [about]),
    }


def paper_properties(paper: Paper) -> dict[str, Any]:
    """Return a paper as the properties of its node; what is unknown is null."""
    values = asdict(paper)
    return {name: None if values[name] == "" and name != "abstract" else values[name] for name in PAPER}


def paper_from_properties(properties: Mapping[str, Any]) -> Paper:
    """Return the paper that a node's properties hold: the reverse of `paper_properties`.

    Examples
    --------
    >>> paper = Paper(title="LoRA", abstract="Adapters.", year=2021, references=("doi:10.1/x",))
    >>> paper_from_properties(paper_properties(paper)) == paper
    True
    """
    lists = {"authors", "references", "sources"}
    known: dict[str, Any] = {name: properties[name] for name in PAPER if properties.get(name) is not None}
    return Paper(**{name: tuple(value) if name in lists else value for name, value in known.items()})


def fingerprint(papers: Sequence[Paper]) -> str:
    """Return a digest of all that the papers hold, whatever their order."""
    lines = sorted(repr(asdict(paper)) for paper in papers)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _concept_properties(concept: Concept) -> dict[str, Any]:
    return {
        "id": concept.id,
        "name": concept.name,
        "kind": concept.kind,
        "aliases": list(concept.aliases),
        "paper_count": len(concept.papers),
    }


def _mentions(concept: Concept, title_ends: Mapping[str, int]) -> Iterator[Row]:
    for paper_id, mentions in concept.papers.items():
        title_end = title_ends[paper_id]
        surfaces = Counter(mention.text for mention in mentions)
        yield {
            "from": paper_id,
            "to": concept.id,
            "count": len(mentions),
            "in_title": any(mention.start < title_end for mention in mentions),
            "confidence": max(mention.confidence for mention in mentions),
            "evidence": _evidence(mentions, title_end),
            "surface": min(surfaces, key=lambda text: (-surfaces[text], text)),
        }


def _introductions(
    concept: Concept, introduced: Mapping[str, set[str]], title_ends: Mapping[str, int]
) -> Iterator[Row]:
    for paper_id, mentions in concept.papers.items():
        naming = [mention for mention in mentions if mention.text in introduced[paper_id]]
        if naming:
            yield {
                "from": paper_id,
                "to": concept.id,
                "confidence": max(mention.confidence for mention in naming),
                "evidence": _evidence(naming, title_ends[paper_id], PROPOSING),
            }


def _foundations(
    papers: Sequence[Paper],
    mentioned: Mapping[str, Sequence[str]],
    introductions: Iterable[Row],
    names: Mapping[str, str],
) -> Iterator[Row]:
    introduces: dict[str, list[str]] = defaultdict(list)
    for row in introductions:
        introduces[row["from"]].append(row["to"])
    for paper, earlier, concepts in foundations(papers, mentioned, introduces):
        yield {"from": paper, "to": earlier, "via": sorted(names[concept] for concept in concepts)}


def _endpoints(row: Row) -> tuple[str, str]:
    return row["from"], row["to"]


def _evidence(mentions: Sequence[Mention], title_end: int, telling: Sequence[str] = ()) -> str:
    """Return the sentence that shows best what a paper says of a concept: from the abstract if it can."""

    def rank(mention: Mention) -> tuple[bool, bool, int]:
        says_so = any(word in mention.sentence.lower() for word in telling)
        return (mention.start < title_end, not says_so, mention.start)

    return min(mentions, key=rank).sentence
