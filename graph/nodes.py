"""What is known of papers, cited works, authors and concepts, as the nodes of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

import pyarrow as pa

from litloom.graph.authors import Author
from litloom.graph.citations import Stub
from litloom.graph.concepts import Concept
from litloom.graph.schema import PAPER
from litloom.graph.tables import node_table
from litloom.records import KINDS, Paper

_OF_PAPER: Final = tuple(name for name in PAPER if name != "known")
_values: Final = attrgetter(*_OF_PAPER)


def paper_nodes(
    papers: Iterable[Paper], stubs: Iterable[Stub], authors: Iterable[Author]
) -> dict[str, pa.Table]:
    """Return the node tables of papers, of works that they cite, and of their authors."""
    return {
        "Paper": node_table("Paper", [*map(paper_properties, papers), *map(stub_properties, stubs)]),
        "Author": node_table("Author", map(author_properties, authors)),
    }


def concept_nodes(concepts: Sequence[Concept]) -> dict[str, pa.Table]:
    """Return the node tables of concepts, one a kind."""
    return {
        kind: node_table(kind, [concept_properties(concept) for concept in concepts if concept.kind == kind])
        for kind in KINDS
    }


def paper_properties(paper: Paper) -> dict[str, Any]:
    """Return a paper as the properties of its node; what is unknown is null."""
    properties = dict(
        zip(_OF_PAPER, (None if value == "" else value for value in _values(paper)), strict=True)
    )
    return properties | {"abstract": paper.abstract, "known": True}


def paper_from_properties(properties: Mapping[str, Any]) -> Paper:
    """Return the paper that a node's properties hold: the reverse of `paper_properties`.

    Examples
    --------
    >>> paper = Paper(title="LoRA", abstract="Adapters.", year=2021, references=("doi:10.1/x",))
    >>> paper_from_properties(paper_properties(paper)) == paper
    True
    """
    fields: dict[str, Any] = {
        name: tuple(properties[name]) if kind == "strings" else properties[name]
        for name, kind in PAPER.items()
        if name != "known" and properties.get(name) is not None
    }
    return Paper(**fields)


def stub_properties(stub: Stub) -> dict[str, Any]:
    """Return a work that is only cited as the properties of its node."""
    return paper_properties(Paper(id=stub.id, title=stub.title)) | {"known": False}


def author_properties(author: Author) -> dict[str, Any]:
    """Return an author as the properties of their node."""
    name, *aliases = author.names
    return {"id": author.id, "name": name, "aliases": aliases, "paper_count": len(author.papers)}


def concept_properties(concept: Concept) -> dict[str, Any]:
    """Return a concept as the properties of its node."""
    return {
        "id": concept.id,
        "name": concept.name,
        "kind": concept.kind,
        "kind_share": round(concept.kind_share, 4),
        "aliases": list(concept.aliases),
        "paper_count": len(concept.papers),
    }
