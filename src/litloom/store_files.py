"""The files that belong to a graph, which no output may replace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from litloom.errors import InputError
from litloom.graph.stores.base import is_uri

_SIDE_FILES: Final = ("", ".wal", ".shadow", ".building", ".damaged", ".extractions", ".tables")
"""Suffixes of the files and folders beside the file of a graph."""


def check_apart(path: str | Path, store: str | Path | None) -> None:
    """Check that an output does not replace a file of a graph.

    Raises
    ------
    InputError
        If it would.

    Examples
    --------
    >>> check_apart("lit.html", "lit.lbug")
    >>> check_apart("lit.lbug.wal", "lit.lbug")
    Traceback (most recent call last):
        ...
    litloom.errors.InputError: lit.lbug.wal: belongs to the graph lit.lbug; name another file for the output
    """
    if store is None or is_uri(store):
        return
    target, graph = (Path(os.path.realpath(place)) for place in (path, store))
    own = {graph.with_name(graph.name + ending) for ending in _SIDE_FILES}
    if not own.isdisjoint((target, *target.parents)):
        raise InputError(path, f"belongs to the graph {store}; name another file for the output")
