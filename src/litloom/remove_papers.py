"""Removing papers from a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from litloom.api import Graph
from litloom.errors import ModelError, QueryError, StoreError
from litloom.extractors import Extractor
from litloom.extractors.model_files import MODELS, model_name, model_path
from litloom.graph.stores.base import GraphStore
from litloom.papers.match_keys import canonical_id, identifiers
from litloom.papers.merge import matching_papers
from litloom.progress import NO_PROGRESS, Progress
from litloom.queries.names import Names
from litloom.readers.identifiers import arxiv_id
from litloom.records import Extraction, Paper
from litloom.support.pools import processes_for
from litloom.update_store import changing, check_that_it_can_change, merged


def remove(
    papers: str | Paper | Iterable[str | Paper],
    store: str | Path,
    *,
    model: str | Path | None = None,
    confirm: Callable[[Sequence[Paper]], bool] = lambda papers: True,
    processes: int | None = None,
    progress: Progress = NO_PROGRESS,
) -> Graph:
    """Remove papers from a graph, with the concepts, cited works, authors and links of no other paper.

    The result is the graph that a build of the remaining papers gives, with the same corrections. It may be
    empty. The extractions of the papers are deleted, too.

    Parameters
    ----------
    papers
        Ids, DOIs, arXiv ids or parts of titles; or records, such as `litloom.read_papers` returns. Records
        of papers that are not in the graph are ignored.
    store
        The path of the graph, or the URI of a Neo4j server.
    model
        Name or folder of the recognition model; by default that of the graph.
    confirm
        Called with the papers before anything is changed; if it returns false, nothing is.
    processes
        Number of processes to extract from papers that are not in the cache.
    progress
        Progress callback.

    Returns
    -------
    Graph
        Open for reading.

    Raises
    ------
    QueryError
        If a name matches no paper, or several; or none of the papers is in the graph.
    StoreError
        If there is no graph, or it cannot be written, or another process is writing it.
    ModelError
        If the model of the graph is needed, and not installed.

    Examples
    --------
    >>> import tempfile
    >>> from litloom import build
    >>> pile = [Paper(title="Adam", abstract="A CNN is trained with Adam."), Paper(title="On Looms")]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     build(pile, f"{folder}/lit.lbug", model="fast").close()
    ...     with remove("looms", f"{folder}/lit.lbug") as graph:
    ...         [row["title"] for row in graph.cypher("MATCH (p:Paper) RETURN p.title AS title")]
    ['Adam']
    """
    check_that_it_can_change(store, must_exist=True)
    with changing(store, must_exist=True) as change:
        held = change.papers(progress)
        wanted = _Wanted(held, change.store)
        named = [papers] if isinstance(papers, str | Paper) else papers
        try:
            # An interrupted removal from a server may have removed these papers already.
            gone = wanted.papers(named, must_fit=change.finished)
        except QueryError:
            change.tidy(held)  # a removal that was killed at its end may have left their extractions
            raise
        if not confirm(gone):
            return Graph(change.store)
        left_out = {paper.id for paper in gone}
        rest = merged(held.without(left_out), progress)
        name = _model_of(change.noted, store) if model is None else model_name(model_path(model))

        def find(unread: list[Paper]) -> Iterator[Extraction]:
            extractor = Extractor(_bundled(name) if model is None else model)
            return extractor.extract(unread, processes=processes or processes_for(unread))

        change.make(rest, name, find, change.noted.get("corrections", ""), progress)
    return Graph(change.store)


class _Wanted:
    """Finds papers of a graph by name or record."""

    def __init__(self, held: Sequence[Paper], store: GraphStore) -> None:
        self._held = held
        self._ids = {paper.id for paper in held}
        self._names = Names(store)

    def papers(self, items: Iterable[str | Paper], *, must_fit: bool) -> list[Paper]:
        """Return the papers of names and records, in the order of the graph."""
        records: list[Paper] = []
        meant: set[str] = set()
        for item in items:
            if isinstance(item, Paper):
                records.append(item)
                continue
            try:
                meant.add(self._named(item))
            except QueryError:
                if must_fit:
                    raise
        if records:
            meant.update(paper.id for paper in matching_papers(self._held, records))
        if must_fit and not meant:
            raise QueryError("the graph holds none of these papers" if records else "no paper was named")
        return [paper for paper in self._held if paper.id in meant]

    def _named(self, name: str) -> str:
        """Return the id of a paper; unlike in queries, spelling mistakes are not corrected."""
        if name in self._ids:
            return name
        for identifier in (canonical_id(name), f"arxiv:{arxiv_id(name)}"):
            if identifier in self._by_identifier:
                return self._by_identifier[identifier]
        found, guess = self._names.paper(name)
        if guess:
            (title,) = (paper.title for paper in self._held if paper.id == found)
            raise QueryError(f"no paper fits {name!r} exactly; nearest: {title} ({found})")
        return found

    @cached_property
    def _by_identifier(self) -> dict[str, str]:
        return {identifier: paper.id for paper in self._held for identifier in identifiers(paper)}


def _model_of(noted: Mapping[str, Any], store: str | Path) -> str:
    if "model" not in noted:
        raise StoreError(
            f"{store}: the graph is unfinished; build it again with the command that was stopped"
        )
    return str(noted["model"])


def _bundled(name: str) -> Path:
    """Return the folder of a bundled model, given its name with the version."""
    for meta in MODELS.glob("*/meta.json"):
        if model_name(meta.parent) == name:
            return meta.parent
    raise ModelError(
        f"{name}: the graph was built with this model, which is not installed; name the model to use"
    )
