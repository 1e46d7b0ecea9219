"""Canned queries as Python methods, with signature and docstring generated from the header."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from litloom.errors import QueryError
from litloom.queries.catalogue import Catalogue
from litloom.queries.query_file import CannedQuery, Parameter
from litloom.queries.questions import Answer
from litloom.support.signatures import with_signature

PYTHON_TYPES: Final[Mapping[str, Any]] = {"int": int, "number": float, "concepts": Sequence[str]}
"""Types of parameters that are not strings."""


def method_name(query: str) -> str:
    """Return the name of the method of a query.

    Examples
    --------
    >>> method_name("papers-mentioning")
    'papers_mentioning'
    """
    return query.replace("-", "_")


def methods(
    catalogue: Catalogue, ask: Callable[[str, Mapping[str, object]], Answer], taken: frozenset[str]
) -> dict[str, Callable[..., Answer]]:
    """Return a function for each query, which calls `ask`, by the name of its method.

    Raises
    ------
    QueryError
        If a query has one of the names that are `taken`.
    """
    if clash := sorted(query for query in catalogue if method_name(query) in taken):
        raise QueryError(f"a query cannot be called {', '.join(clash)}: a graph has that already")
    return {method_name(query.name): _method(query, ask) for query in catalogue.values()}


def _method(query: CannedQuery, ask: Callable[[str, Mapping[str, object]], Answer]) -> Callable[..., Answer]:
    parameters = [_parameter(parameter) for parameter in _required_first(query)]
    signature = inspect.Signature(parameters)

    def answer(*given: object, **named: object) -> Answer:
        arguments = signature.bind_partial(*given, **named).arguments
        return ask(query.name, arguments)

    return with_signature(answer, method_name(query.name), parameters, docstring(query), Answer)


def docstring(query: CannedQuery) -> str:
    """Return the docstring of a query, in NumPy style."""
    lines = [query.question, "", "Parameters", "----------"]
    for parameter in _required_first(query):
        lines += [
            parameter.name,
            f"    {parameter.about[:1].upper()}{parameter.about[1:]}{_values(parameter)}.",
        ]
    lines += ["", "Returns", "-------", "Answer", f"    Columns {', '.join(query.columns)}."]
    return "\n".join(lines)


def _values(parameter: Parameter) -> str:
    choices = f": {', '.join(parameter.choices)}" if parameter.choices else ""
    example = f", for example {_plain(parameter.example)!r}" if parameter.example is not None else ""
    return choices or example


def _required_first(query: CannedQuery) -> list[Parameter]:
    return sorted(query.parameters, key=lambda parameter: parameter.default is not None)


def _parameter(parameter: Parameter) -> inspect.Parameter:
    return inspect.Parameter(
        parameter.name,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        default=inspect.Parameter.empty if parameter.default is None else _plain(parameter.default),
        annotation=Literal[parameter.choices] if parameter.choices else PYTHON_TYPES.get(parameter.type, str),
    )


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
