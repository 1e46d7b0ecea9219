"""The one shortest chain of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litloom.graph.store import Rows

SHARING: Final = "SHARES_CONCEPTS"
WORDS: Final = {
    "CITES": "cited or citing",
    SHARING: "shares",
    "MENTIONS": "mentioned or mentioning",
}


def shortest_chain(rows: Rows, arguments: Mapping[str, Any]) -> Rows:
    """Return the steps of a chain from rows (ids, names, years, kinds, links, shared), one a shortest path.

    Of several the one whose ids come first is taken, and of several links the citation.
    """
    columns = ("step", "name", "kind", "year", "link", "shared")
    if not rows.values:
        return Rows(columns, ())
    paths = (
        (ids, links, names, years, kinds, shared) for ids, names, years, kinds, links, shared in rows.values
    )
    _, links, names, years, kinds, shared = min(paths, key=lambda path: (path[0], path[1]))
    how = ["", *(WORDS[link] for link in links)]
    by = [by if link == SHARING else None for link, by in zip(links, shared, strict=True)]
    steps = zip(names, kinds, years, how, [None, *by], strict=True)
    return Rows(columns, tuple((number, *step) for number, step in enumerate(steps)))
