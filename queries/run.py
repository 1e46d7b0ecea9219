"""Answering a canned query on a graph."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from litloom.errors import QueryError
from litloom.graph.store import GraphStore, Rows
from litloom.queries.catalogue import CannedQuery, Parameter, catalogue
from litloom.queries.names import find_concept, find_paper


def canned_query(name: str) -> CannedQuery:
    """Return the query of that name.

    Raises
    ------
    QueryError
        If there is none; the message has the nearest names.

    Examples
    --------
    >>> canned_query("most-used").columns
    ('concept', 'kind', 'papers', 'introduced_by')
    """
    queries = catalogue()
    if name not in queries:
        near = get_close_matches(name, queries, n=3, cutoff=0.4) or list(queries)
        raise QueryError(
            f"no query is called {name!r}; there are {', '.join(near)} (all: litloom query --list)"
        )
    return queries[name]


def run_query(store: GraphStore, name: str, arguments: Mapping[str, object]) -> Rows:
    """Answer the canned query `name`.

    Parameters
    ----------
    store
        An open graph.
    name
        A query of the catalogue.
    arguments
        Its parameters by name; papers and concepts as a person names them.

    Raises
    ------
    QueryError
        If the query or a parameter is unknown, one is missing, or a name fits no paper or concept.
    """
    query = canned_query(name)
    unknown = sorted(set(arguments) - {parameter.name for parameter in query.parameters})
    if unknown:
        taken = ", ".join(parameter.name for parameter in query.parameters) or "none"
        raise QueryError(f"{name} has no parameter {', '.join(unknown)}; it takes: {taken}")
    bound = {p.name: _bound(store, query, p, arguments.get(p.name)) for p in query.parameters}
    return store.read(query.cypher, bound)


def _bound(store: GraphStore, query: CannedQuery, parameter: Parameter, given: object) -> int | str:
    value = parameter.default if given is None else given
    if value is None:
        raise QueryError(f"{query.name} needs {parameter.name}: {parameter.about}")
    if parameter.type == "int":
        return _whole_number(query, parameter, value)
    if parameter.type == "text" or value == parameter.default:
        return str(value)
    if parameter.type == "paper":
        return find_paper(store, str(value))
    if parameter.type == "concept":
        return find_concept(store, str(value))
    return find_concept(store, str(value), [parameter.type.capitalize()])


def _whole_number(query: CannedQuery, parameter: Parameter, value: object) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if number < 0:
        raise QueryError(f"{query.name}: {parameter.name} must be a whole number from 0 up, not {value!r}")
    return number
