"""`Graph`: queries, views and exports of an open graph."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from litloom.graph.schema import EDGES
from litloom.graph.stores.base import GraphStore, Rows, open_store
from litloom.records import KINDS

if TYPE_CHECKING:
    import networkx as nx

    from litloom.queries.questions import Answer, Questions
    from litloom.views import Views

STATS: Final = {
    "papers": "(p:Paper) WHERE p.known RETURN count(p)",
    "papers with an abstract": "(p:Paper) WHERE p.known AND p.abstract <> '' RETURN count(p)",
    "papers with a year": "(p:Paper) WHERE p.known AND p.year IS NOT NULL RETURN count(p)",
    "papers with a mention": "(p:Paper) WHERE EXISTS { MATCH (p)-[:MENTIONS]->() } RETURN count(p)",
    "papers with references": "(p:Paper) WHERE size(p.`references`) > 0 RETURN count(p)",
    "references": "(p:Paper) RETURN sum(size(p.`references`))",
    "references to papers": "()-[r:CITES {source: 'metadata'}]->(p:Paper) WHERE p.known RETURN count(r)",
    "cited works that are not among the papers": "(p:Paper) WHERE NOT p.known RETURN count(p)",
    "citations from metadata": "()-[r:CITES]->() WHERE r.source = 'metadata' RETURN count(r)",
    "citations from text": "()-[r:CITES]->() WHERE r.source = 'text' RETURN count(r)",
    "authors": "(a:Author) RETURN count(a)",
}
"""Counts besides concepts and relationships: the Cypher after ``MATCH``."""


class Graph:
    """A graph of papers and the concepts that they mention, returned by `litloom.build` and `open_graph`.

    Each canned query is a method, such as ``graph.similar(paper="FlatQuant", top=5)``; see
    ``help(graph.similar)``. As a context manager, the graph closes its store.

    Parameters
    ----------
    store
        An open graph store.
    queries
        A folder of additional queries.

    Examples
    --------
    >>> import litloom
    >>> paper = litloom.Paper(title="Adam", abstract="We train a CNN on ImageNet with Adam.")
    >>> with litloom.build([paper]) as graph:
    ...     graph.cypher("MATCH (p:Paper) RETURN count(p) AS papers")[0]
    {'papers': 1}
    """

    def __init__(self, store: GraphStore, *, queries: str | Path | None = None) -> None:
        self.store = store
        self._folder = queries
        if queries is not None:
            _ = self._methods

    def cypher(self, query: str, **parameters: Any) -> Rows:
        """Run a read-only Cypher query; keyword arguments are its ``$parameters``.

        Raises
        ------
        QueryError
            If the query is invalid, or would write.
        """
        return self.store.read(query, parameters)

    def query(self, name: str, /, **arguments: object) -> Answer:
        """Run a canned query: ``graph.query("similar", paper="FlatQuant")``, or ``graph.similar(…)``.

        Small spelling mistakes in names of papers and concepts are corrected, with a warning.

        Raises
        ------
        QueryError
            If the query, a parameter, a paper or a concept is unknown.

        See Also
        --------
        litloom.queries.catalogue.catalogue : all queries with their parameters.
        """
        return self._answer(name, arguments)

    def stats(self) -> Rows:
        """Return the numbers of papers, cited works, authors, references, concepts and relationships.

        Returns
        -------
        Rows
            Columns ``what`` and ``count``.
        """
        counts = [(what, self._count(f"MATCH {count} AS n")) for what, count in STATS.items()]
        for kind in KINDS:
            counts.append((kind, self._count(f"MATCH (c:{kind}) RETURN count(c) AS n")))
        for label in EDGES:
            counts.append((label, self._count(f"MATCH ()-[r:{label}]->() RETURN count(r) AS n")))
        return Rows(("what", "count"), tuple(counts))

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return the graph as a NetworkX graph; see `litloom.graph.export.networkx.to_networkx`."""
        from litloom.graph.export.networkx import to_networkx

        return to_networkx(self.store)

    @cached_property
    def view(self) -> Views:
        """Draw the graph: ``graph.view("map")``, ``graph.view("lineage", "LoRA", steps=2)``.

        Each view is a method, such as ``graph.view.lineage("LoRA")``; see ``help(graph.view.lineage)``.
        """
        from litloom.views import Views

        return Views(lambda: self.questions)

    @cached_property
    def questions(self) -> Questions:
        """The canned queries, with those of the folder `queries`."""
        from litloom.queries.questions import Questions

        return Questions(self.store, self._folder)

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        if not name.startswith("_") and name in self._methods:
            return self._methods[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._methods})

    @cached_property
    def _methods(self) -> dict[str, Callable[..., Answer]]:
        from litloom.queries.methods import methods

        return methods(self.questions.catalogue, self._answer, frozenset(object.__dir__(self)))

    def _answer(self, name: str, arguments: Mapping[str, object]) -> Answer:
        answer = self.questions.ask(name, arguments)
        for note in answer.notes:
            warnings.warn(note, stacklevel=3)
        return answer

    def close(self) -> None:
        """Close the store; a graph in memory is lost."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = dict(self.stats().values)
        concepts = sum(counts[kind] for kind in KINDS)
        return f"<litloom.Graph: {counts['papers']} papers, {concepts} concepts>"

    def _count(self, cypher: str) -> int:
        return int(self.store.read(cypher)[0]["n"] or 0)


def open_graph(store: str | Path, *, queries: str | Path | None = None) -> Graph:
    """Open an existing graph.

    Parameters
    ----------
    store
        The path of the graph, or the URI of a Neo4j server.
    queries
        A folder of additional queries.

    Raises
    ------
    StoreError
        If there is no graph.
    QueryError
        If a query of the folder is invalid.
    """
    opened = open_store(store)
    try:
        return Graph(opened, queries=queries)
    except BaseException:
        opened.close()
        raise
