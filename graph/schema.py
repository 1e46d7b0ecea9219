"""The schema of the graph: labels, properties, and which edges go where; all else is derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from litloom.records import KINDS

SCHEMA_VERSION: Final = 3

PropertyType = Literal["string", "int", "float", "bool", "strings"]


@dataclass(frozen=True, slots=True)
class EdgeType:
    """The endpoints and properties of one relationship type."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    properties: dict[str, PropertyType]


PAPER: Final[dict[str, PropertyType]] = {
    "id": "string",
    "title": "string",
    "abstract": "string",
    "date": "string",
    "year": "int",
    "url": "string",
    "venue": "string",
    "authors": "strings",
    "author_ids": "strings",
    "author_count": "int",
    "organization": "string",
    "doi": "string",
    "arxiv_id": "string",
    "ids": "strings",
    "references": "strings",
    "sources": "strings",
    "known": "bool",
}
"""`known` is false where a work is not among the papers and only cited by them."""

AUTHOR: Final[dict[str, PropertyType]] = {
    "id": "string",
    "name": "string",
    "aliases": "strings",
    "paper_count": "int",
}

CONCEPT: Final[dict[str, PropertyType]] = {
    "id": "string",
    "name": "string",
    "kind": "string",
    "kind_share": "float",
    "aliases": "strings",
    "paper_count": "int",
}

LITLOOM: Final[dict[str, PropertyType]] = {
    "id": "string",
    "schema_version": "int",
    "version": "string",
    "model": "string",
    "fingerprint": "string",
    "corrections": "string",
}

NODES: Final[dict[str, dict[str, PropertyType]]] = {
    "Paper": PAPER,
    "Author": AUTHOR,
    **dict.fromkeys(KINDS, CONCEPT),
    "Litloom": LITLOOM,
}

EDGES: Final[dict[str, EdgeType]] = {
    "MENTIONS": EdgeType(
        ("Paper",),
        KINDS,
        {
            "count": "int",
            "in_title": "bool",
            "confidence": "float",
            "evidence": "string",
            "surface": "string",
        },
    ),
    "INTRODUCES": EdgeType(("Paper",), KINDS, {"confidence": "float", "evidence": "string"}),
    "WROTE": EdgeType(("Author",), ("Paper",), {"position": "int"}),
    "CITES": EdgeType(("Paper",), ("Paper",), {"source": "string"}),
    "BUILDS_ON": EdgeType(("Paper",), ("Paper",), {"via": "strings"}),
    "SHARES_CONCEPTS": EdgeType(("Paper",), ("Paper",), {"score": "float", "shared": "strings"}),
    "VARIANT_OF": EdgeType(KINDS, KINDS, {}),
}
