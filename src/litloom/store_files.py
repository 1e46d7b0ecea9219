"""The files of a graph in a file, which no output may replace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from litloom.errors import InputError
from litloom.graph.stores.base import is_uri

_SIDE_FILES: Final = ("", ".wal", ".shadow", ".building", ".damaged", ".extractions", ".tables")
"""What the names of the files and folders of a graph have behind the name of its store."""


def check_apart(path: str | Path, store: str | Path | None) -> None:
    """Check that an output belongs to no graph.

    Parameters
    ----------
    path
        Where an output is to go.
    store
        The graph: a path, the address of a server, or ``None``.

    Raises
    ------
    InputError
        If the output would replace the graph's file, or be among what litloom keeps beside it.

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
