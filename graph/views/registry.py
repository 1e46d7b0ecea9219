"""All views, found in the modules of `litloom.graph.views`."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

import litloom.graph.views
from litloom.errors import QueryError
from litloom.graph.views.declaration import ViewDeclaration


@cache
def declared_views() -> Mapping[str, ViewDeclaration]:
    """Return all views by name: the ``VIEW`` of each module of `litloom.graph.views` that defines one.

    Examples
    --------
    >>> declared_views()["map"].help
    'Draw papers linked by the concepts they share, coloured by community.'
    """
    package = litloom.graph.views
    modules = [import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    views: list[ViewDeclaration] = [module.VIEW for module in modules if hasattr(module, "VIEW")]
    return {view.name: view for view in sorted(views, key=lambda view: view.name)}


def known_view(name: str) -> ViewDeclaration:
    """Return the view of that name; raise `QueryError` if there is none."""
    views = declared_views()
    if name not in views:
        raise QueryError(f"no view is called {name!r}; there are {', '.join(views)}")
    return views[name]
