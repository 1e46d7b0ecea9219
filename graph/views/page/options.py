"""What can be chosen for every page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageOptions:
    """Heading and size of a page.

    Parameters
    ----------
    title
        Heading of the page; ``""`` for the view's own.
    max_nodes
        Maximum number of papers and concepts.
    max_edges
        Maximum number of edges; by default as many as stay readable.
    """

    title: str = ""
    max_nodes: int = 700
    max_edges: int | None = None
