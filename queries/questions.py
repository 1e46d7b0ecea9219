"""Running canned queries on an open graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from litloom.errors import QueryError
from litloom.graph.stores.base import GraphStore, Rows
from litloom.queries.arguments import bind
from litloom.queries.catalogue import Catalogue, catalogue
from litloom.queries.computed import COMPUTATIONS, Computation
from litloom.queries.names import Names
from litloom.queries.query_file import CannedQuery, parameters_used
from litloom.support.gc_paused import gc_paused


@dataclass(frozen=True, slots=True)
class Answer(Rows):
    """The rows of a query.

    Parameters
    ----------
    notes
        Notes on names that were guessed.
    arguments
        Parameters of the Cypher, with papers and concepts as ids.
    """

    notes: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict, compare=False)


class Questions:
    """Runs canned queries, with those of a folder, on a graph; names and intermediate results are cached.

    Raises
    ------
    QueryError
        If a query of the folder is invalid.
    """

    def __init__(self, store: GraphStore, folder: str | Path | None = None) -> None:
        self.catalogue: Catalogue = catalogue(None if folder is None else Path(folder).absolute())
        self.store = store
        self._state: object = None
        self._names = Names(store)
        self._prepared: dict[str, Any] = {}

    def ask(self, name: str, arguments: Mapping[str, object]) -> Answer:
        """Run a query; papers and concepts are given by name or id.

        Raises
        ------
        QueryError
            If the query, a parameter or a name is unknown, or a parameter is missing.
        """
        query = self.query(name).for_dialect(self.store.dialect)
        bound, notes = bind(query, arguments, self.names)
        rows = self._read(query, bound) if query.computed is None else self._compute(query, bound)
        return Answer(query.columns, _finished(query, rows), tuple(notes), bound)

    @property
    def names(self) -> Names:
        """The names in the graph; read again when the graph changes."""
        state = self.store.read("MATCH (l:Litloom {id: 'litloom'}) RETURN l").values
        if state != self._state:
            self._state, self._names, self._prepared = state, Names(self.store), {}
        return self._names

    def query(self, name: str) -> CannedQuery:
        """Return a query by name; see `known_query`."""
        return known_query(name, self.catalogue)

    def _read(self, query: CannedQuery, bound: Mapping[str, Any]) -> Rows:
        used = parameters_used(query.cypher)
        return self.store.read(query.cypher, {name: value for name, value in bound.items() if name in used})

    def _compute(self, query: CannedQuery, bound: Mapping[str, Any]) -> Rows:
        """Compute an answer; what does not depend on the arguments is cached."""
        if query.computed is None or query.computed not in COMPUTATIONS:
            known = ", ".join(sorted(COMPUTATIONS))
            raise QueryError(f"{query.name}: there is no computation {query.computed!r}, only {known}")
        computation = COMPUTATIONS[query.computed]
        if query.found:
            found = computation.find(self._prepared_rows(query, query.first, computation), bound)
            if found is None:
                return Rows(query.columns, ())
            return computation.answer(self._read(query, {**bound, **found}), {**bound, **found})
        if parameters_used(query.cypher):
            return computation.answer(computation.prepare(self._read(query, bound)), bound)
        return computation.answer(self._prepared_rows(query, query.cypher, computation), bound)

    def _prepared_rows(self, query: CannedQuery, cypher: str, computation: Computation) -> Any:
        if query.name not in self._prepared:
            with gc_paused():
                self._prepared[query.name] = computation.prepare(self.store.read(cypher))
        return self._prepared[query.name]


def known_query(name: str, known: Catalogue) -> CannedQuery:
    """Return a query by name.

    Raises
    ------
    QueryError
        If there is none; the message has the nearest names.
    """
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0.4) or list(known)
        raise QueryError(
            f"no query is called {name!r}; there are {', '.join(near)} (all: litloom query --list)"
        )
    return known[name]


def _finished(query: CannedQuery, rows: Rows) -> tuple[tuple[Any, ...], ...]:
    """Return the rows in the order and with the columns of the header."""
    found = list(rows)
    for column in query.sorted:
        for row in found:
            row[column] = sorted(row[column] or ())
    for column in reversed(query.order):
        name = column.removeprefix("-")
        found.sort(key=lambda row: (row[name] is None, row[name]), reverse=name != column)
    if lacking := [column for column in query.columns if column not in rows.columns]:
        raise QueryError(f"{query.name}: the Cypher does not return the column {', '.join(lacking)}")
    return tuple(tuple(row[column] for column in query.columns) for row in found)
