"""litloom builds a graph of papers and the concepts that they mention, to query and to draw.

Examples
--------
>>> import litloom
>>> graph = litloom.build(litloom.sample_corpus())               # doctest: +SKIP
>>> graph.query("papers-mentioning", concept="ImageNet", top=3)  # doctest: +SKIP
>>> graph.view("map").save("graph.html")                         # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litloom.errors import InputError, LitloomError, ModelError, QueryError, StoreError
from litloom.records import Extraction, Mention, Paper

if TYPE_CHECKING:
    from litloom.api import Graph, open_graph
    from litloom.build_graph import build
    from litloom.extractors import Extractor
    from litloom.papers.merge import merge_papers
    from litloom.papers.sample import sample_corpus
    from litloom.readers import read_papers
    from litloom.remove_papers import remove

_HOMES = {
    "Graph": "litloom.api",
    "open_graph": "litloom.api",
    "Extractor": "litloom.extractors",
    "merge_papers": "litloom.papers.merge",
    "build": "litloom.build_graph",
    "read_papers": "litloom.readers",
    "remove": "litloom.remove_papers",
    "sample_corpus": "litloom.papers.sample",
}
"""Names that are imported on first use, so that ``import litloom`` is fast."""

__all__ = [
    "Extraction",
    "Extractor",
    "Graph",
    "InputError",
    "LitloomError",
    "Mention",
    "ModelError",
    "Paper",
    "QueryError",
    "StoreError",
    "build",
    "merge_papers",
    "open_graph",
    "read_papers",
    "remove",
    "sample_corpus",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'litloom' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
