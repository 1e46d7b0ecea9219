"""The views that exist, found by listing the modules of this package."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.abc import InspectLoader
from importlib.util import find_spec
from typing import Final

import litloom.graph
from litloom.errors import QueryError
from litloom.graph.view_declaration import ViewDeclaration

_DECLARATION: Final = re.compile(r"^VIEW\b", re.MULTILINE)


@cache
def declared_views() -> Mapping[str, ViewDeclaration]:
    """Return all views by name: the ``VIEW`` of each module ``litloom.graph.view_*`` that defines one.

    Examples
    --------
    >>> list(declared_views())
    ['concept', 'concepts', 'cypher', 'lineage', 'map', 'paper', 'query']
    """
    names = [f"litloom.graph.{module.name}" for module in pkgutil.iter_modules(litloom.graph.__path__)]
    modules = [name for name in names if name.startswith("litloom.graph.view_") and _declares_view(name)]
    views: list[ViewDeclaration] = [import_module(name).VIEW for name in modules]
    return {view.name: view for view in sorted(views, key=lambda view: view.name)}


def known_view(name: str) -> ViewDeclaration:
    """Return the view of that name.

    Raises
    ------
    QueryError
        If there is none.
    """
    views = declared_views()
    if name not in views:
        raise QueryError(f"no view is called {name!r}; there are {', '.join(views)}")
    return views[name]


def _declares_view(module: str) -> bool:
    """Return whether a module defines ``VIEW``, without importing it: some helper modules import SciPy."""
    spec = find_spec(module)
    loader = spec.loader if spec else None
    return isinstance(loader, InspectLoader) and bool(_DECLARATION.search(loader.get_source(module) or ""))
