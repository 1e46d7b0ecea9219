"""The views that exist, found by listing the modules of this package."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import litloom.graph.views
from litloom.errors import QueryError
from litloom.graph.views.declaration import ViewDeclaration

_DECLARATION: Final = re.compile(r"^VIEW\b.*=", re.MULTILINE)


@cache
def declared_views() -> Mapping[str, ViewDeclaration]:
    """Return all views by name: the ``VIEW`` of each module of `litloom.graph.views` that defines one.

    Examples
    --------
    >>> declared_views()["map"].help
    'Draw papers linked by the concepts they share, coloured by community.'
    """
    package = litloom.graph.views
    names = [f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__)]
    modules = [import_module(name) for name in names if _may_declare(name)]
    views: list[ViewDeclaration] = [module.VIEW for module in modules if hasattr(module, "VIEW")]
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


def _may_declare(module: str) -> bool:
    """Return whether the source of a module defines ``VIEW``, if there is one.

    Importing all modules to find out would be slow: some helper modules import SciPy.
    """
    spec = find_spec(module)
    source = Path(spec.origin or "") if spec else Path()
    return (
        source.suffix != ".py" or not source.is_file() or bool(_DECLARATION.search(source.read_text("utf-8")))
    )
