"""Changing a graph: from the papers that it holds to those that it shall hold, one process at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from litloom.errors import DamagedStoreError, StoreError
from litloom.extractions.cache import ExtractionCache, Reader, extraction_folder
from litloom.graph.names.corrections import parse_corrections
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.stores.base import GraphStore, is_uri, open_store
from litloom.graph.stores.contents import TABLES
from litloom.graph.stores.scratch import Scratch, remove_leftovers
from litloom.graph.weave import weave_tables
from litloom.graph.weave.database import limits_for
from litloom.graph.weave.plan import Part, Plan
from litloom.kept_tables import KeptTables, tables_folder, write_papers
from litloom.papers.lazy_papers import LazyPapers
from litloom.papers.merge import merge_into
from litloom.papers.paper_index import PaperIndex
from litloom.papers.stored_papers import all_papers, papers_by_id
from litloom.progress import Progress, track
from litloom.records import Paper
from litloom.store_from_tables import can_restore, make_store, open_or_restore, repair_store, update_store
from litloom.support.folders import own_folder
from litloom.support.gc_paused import gc_paused
from litloom.support.lock import locked

GRACE_SECONDS: Final = 3.0
"""How long the reading processes of a build that was killed may take to end, and to let go of its lock."""
CHANGED_SHARE: Final = 0.3
"""Of the papers: where more of them changed, all of the graph is loaded again."""


class Change:
    """A graph that nobody else changes meanwhile.

    Parameters
    ----------
    store
        The graph.
    beside, tables
        The folders of its extractions and of its tables; ``None`` for a graph in memory.
    name
        What messages call the store.
    """

    def __init__(self, store: GraphStore, beside: Path | None, tables: Path | None, name: str) -> None:
        self.store = store
        self.noted: dict[str, Any] = (
            {} if store.is_empty() else store.read("MATCH (l:Litloom {id: 'litloom'}) RETURN l")[0]["l"]
        )
        """What the graph says of its own making."""
        self.name = name
        self._beside = beside
        self.tables = KeptTables(tables)
        """The tables that the store is made from."""
        known = self.finished and self.noted.get("schema_version") == SCHEMA_VERSION
        fingerprint = self.noted.get("fingerprint") if known else None
        self._index = PaperIndex.read(beside, fingerprint) if beside and fingerprint else None
        """What is known of its papers."""

    @property
    def finished(self) -> bool:
        """Whether the last load came to its end, as it may not on a server."""
        return "loading" not in self.noted

    def papers(self, progress: Progress) -> LazyPapers:
        """Return the papers that the graph holds, as they were before they were loaded.

        They are read when they are asked for, where it is known what they are (`litloom.papers.paper_index`).
        """
        if not self.noted:
            return LazyPapers.of_all([])
        self._verify(["Paper"], progress)
        if self._index is None:
            return LazyPapers.of_all(all_papers(self.store, self.noted["schema_version"], progress))
        return LazyPapers({}, self._index, lambda ids: papers_by_id(self.store, ids, progress))

    def make(
        self,
        papers: Sequence[Paper],
        model: str,
        read: Reader,
        corrections: str,
        progress: Progress,
    ) -> None:
        """Make the graph that of these papers, if it is not, and keep no extractions but theirs.

        Parameters
        ----------
        papers
            Each once.
        model
            The name of the model that reads them, with its version.
        read
            Reads the papers whose extractions are not at hand.
        corrections
            What a person says of the concepts.
        progress
            Progress callback.
        """
        if not isinstance(papers, LazyPapers):
            papers = LazyPapers.of_all(papers)
        about = _about(papers, model, corrections)
        with Scratch() as scratch:
            cache = ExtractionCache(self._beside or scratch.path / "extractions", model)
            if not self._is(about):
                parse_corrections(corrections, "the graph's corrections")
                extracted = cache.fill(papers, read, progress)
                with self.tables.replacing(scratch.path / "tables") as tables:
                    plan = Plan(
                        work=scratch.path / "work",
                        tables=tables,
                        parts=(Part((scratch.path / "papers.parquet",), tuple(extracted), by="text"),),
                        corrections=corrections,
                        papers=len(papers),
                        limits=limits_for(len(papers)),
                        in_memory=True,
                        cache=None if self._beside is None else cache.kernels,
                    )
                    write_papers(plan, papers, self._former, self._index)
                    weave_tables(plan, about, progress)
                    if plan.cache is not None:
                        cache.note_kernels(about["fingerprint"])
                    self._load(tables, papers, about, progress)
            else:
                self._verify(TABLES, progress)
        self._keep_only(papers, about)

    def tidy(self, papers: LazyPapers) -> None:
        """Keep no extractions but those of the graph as it is: a change that was killed may have left others.

        Parameters
        ----------
        papers
            All papers of the graph.
        """
        about = {name: self.noted.get(name) for name in _about(papers, "", "")}
        if self.finished and about["fingerprint"] == papers.paper_index.fingerprint:
            self._keep_only(papers, about)

    def _keep_only(self, papers: LazyPapers, about: Mapping[str, Any]) -> None:
        if self._beside is not None:
            if self._index is None or self._index.fingerprint != about["fingerprint"]:
                papers.paper_index.write(self._beside)
            ExtractionCache(self._beside, about["model"]).tidy(papers, about["fingerprint"])

    def _is(self, about: Mapping[str, Any]) -> bool:
        """Return whether the store holds the graph of these properties, and its tables are there, too."""
        kept = self._beside is None or self.store.dialect != "ladybug" or self._former is not None
        return kept and about.items() <= self.noted.items()

    def _verify(self, names: Iterable[str], progress: Progress) -> None:
        """Repair what somebody altered on a server; a file has a checksum, verified when it is opened."""
        if self.store.dialect == "neo4j" and self._former is not None:
            repair_store(self.store, self._former, progress, name=self.name, check=names)

    def _load(self, tables: Path, papers: LazyPapers, about: Mapping[str, Any], progress: Progress) -> None:
        """Make the store the graph of the tables."""
        before = self._former
        if before is None or self._differs_much(papers, about):
            make_store(self.store, tables, progress, name=self.name)
        else:
            update_store(self.store, before, tables, progress, name=self.name)

    @cached_property
    def _former(self) -> Path | None:
        """The folder of the tables that the store was made from, if they are there."""
        return self.tables.of(self.noted) if self.finished else None

    def _differs_much(self, papers: LazyPapers, about: Mapping[str, Any]) -> bool:
        """Return whether loading all of the graph is sooner done than changing it."""
        if self._index is None or any(
            self.noted.get(name) != about[name] for name in ("model", "corrections")
        ):
            return True
        return sum(map(len, papers.paper_index.since(self._index))) > CHANGED_SHARE * len(papers)


def check_that_it_can_change(store: str | Path | None, *, must_exist: bool) -> None:
    """Raise what would keep a graph from being changed, before the work on it.

    Raises
    ------
    StoreError
        If the store cannot be opened or written.
    """
    if store is None:
        return
    try:
        with open_store(store, must_exist=must_exist) as target:
            target.prepare()
    except DamagedStoreError:
        if not can_restore(store, tables_folder(extraction_folder(store))):
            raise


@contextmanager
def changing(store: str | Path | None, *, must_exist: bool) -> Iterator[Change]:
    """Open a graph to change it; it stays open if all goes well.

    Raises
    ------
    StoreError
        If the store cannot be opened or written, or somebody else is changing it.
    """
    beside = None if store is None else extraction_folder(store)
    with _alone(store, beside):
        tables = None if beside is None else tables_folder(beside)
        KeptTables(tables).tidy()
        remove_leftovers()
        target = open_or_restore(store, tables, must_exist=must_exist)
        try:
            target.tidy()
            yield Change(target, beside, tables, str(store or "the graph"))
        except BaseException:
            target.close()
            raise


@contextmanager
def _alone(store: str | Path | None, beside: Path | None) -> Iterator[None]:
    if store is None or beside is None:
        yield
        return
    own_folder(beside, parents=is_uri(store))
    busy = StoreError(f"{store}: another build is writing it; wait until it ends")
    with locked(beside, busy, timeout=GRACE_SECONDS):
        yield


def merged(held: Sequence[Paper], progress: Progress, new: Sequence[Paper] = ()) -> LazyPapers:
    """Return papers with all records of one paper made one.

    Parameters
    ----------
    held
        Those of a graph, as `Change.papers` returns them, or any papers.
    progress
        Progress callback of the stage ``merge``.
    new
        Further records.
    """
    begun = held if isinstance(held, LazyPapers) and held.is_indexed else LazyPapers.of_all([])
    records = new if begun is held else [*held, *new]
    with progress.stage("merge", len(records)) as advance, gc_paused():
        return merge_into(begun, track(records, advance))


def _about(papers: LazyPapers, model: str, corrections: str) -> dict[str, Any]:
    """Return all that the graph follows from, litloom's version included: the same makes the same graph."""
    return {
        "schema_version": SCHEMA_VERSION,
        "version": version("litloom"),
        "model": model,
        "fingerprint": papers.paper_index.fingerprint,
        "corrections": corrections,
    }
