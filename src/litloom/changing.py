"""Changing a graph: from the papers that it holds to those that it shall hold, one process at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

from filelock import FileLock, Timeout

from litloom.collecting import without_collecting
from litloom.errors import StoreError
from litloom.extraction_cache import ExtractionCache, Reader, extraction_folder
from litloom.graph.corrections import parse_corrections
from litloom.graph.nodes import paper_from_properties
from litloom.graph.schema import PAPER, SCHEMA_VERSION
from litloom.graph.store import GraphStore, is_uri, open_store
from litloom.graph.weave import fingerprint, weave
from litloom.merge import merge_papers
from litloom.progress import Progress
from litloom.records import Paper

Item = TypeVar("Item")

GRACE_SECONDS: Final = 3.0
"""How long the reading processes of a build that was killed may take to end, and to let go of its lock."""
PAGE: Final = 5000
"""Stored papers that are read at a time."""
PAPERS_PER_PROCESS: Final = 150
"""Fewer than this are read sooner by one process than by starting another."""


class Change:
    """A graph that nobody else changes meanwhile.

    Parameters
    ----------
    store
        The graph.
    beside
        The folder of its extractions; ``None`` for a graph in memory.
    """

    def __init__(self, store: GraphStore, beside: Path | None) -> None:
        self.store = store
        self.noted: dict[str, Any] = (
            {} if store.is_empty() else store.read("MATCH (l:Litloom {id: 'litloom'}) RETURN l")[0]["l"]
        )
        """What the graph says of its own making."""
        self._beside = beside

    @property
    def finished(self) -> bool:
        """Whether the last load came to its end, as it may not on a server."""
        return "loading" not in self.noted

    def papers(self, progress: Progress) -> list[Paper]:
        """Return the papers that the graph holds, as they were before they were loaded."""
        if not self.noted:
            return []
        # Before schema 2 all papers were known, and none said so.
        known = "AND p.known" if self.noted["schema_version"] >= 2 else ""
        match = f"MATCH (p:Paper) WHERE p.id IS NOT NULL {known}"
        current = self.noted["schema_version"] == SCHEMA_VERSION
        shown = ", ".join(f"p.`{name}` AS `{name}`" for name in PAPER) if current else "p"
        ids = [row[0] for row in self.store.read(f"{match} RETURN p.id AS id ORDER BY id").values]
        found: list[Paper] = []
        with progress("stored", len(ids)) as advance, without_collecting():
            for start in range(0, len(ids), PAGE):
                page = ids[start : start + PAGE]
                rows = self.store.read(
                    f"{match} AND p.id >= $first AND p.id <= $last RETURN {shown} ORDER BY p.id",
                    {"first": page[0], "last": page[-1]},
                )
                found += [paper_from_properties(row if current else row["p"]) for row in rows]
                advance(len(page))
        return found

    def make(
        self, papers: Sequence[Paper], model: str, read: Reader, corrections: str, progress: Progress
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
            Told of each stage.
        """
        about = _about(papers, model, corrections)
        cache = ExtractionCache(self._beside, model)
        if not about.items() <= self.noted.items():
            parsed = parse_corrections(corrections, "the graph's corrections")
            found = cache.extract(papers, read, progress)
            tables = weave(papers, found, about=about, corrections=parsed, progress=progress)
            with progress("load", tables.row_count) as advance:
                self.store.replace(tables, advance)
        cache.tidy(papers)


def check_that_it_can_change(store: str | Path | None, *, must_exist: bool) -> None:
    """Raise what would keep a graph from being changed, before the work on it.

    Raises
    ------
    StoreError
        If the store cannot be opened or written.
    """
    if store is not None:
        with open_store(store, must_exist=must_exist) as target:
            target.prepare()


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
        target = open_store(store, must_exist=must_exist)
        try:
            target.tidy()
            yield Change(target, beside)
        except BaseException:
            target.close()
            raise


@contextmanager
def _alone(store: str | Path | None, beside: Path | None) -> Iterator[None]:
    if store is None or beside is None:
        yield
        return
    beside.mkdir(parents=is_uri(store), exist_ok=True)
    try:
        with FileLock(beside / ".lock", timeout=GRACE_SECONDS):
            yield
    except Timeout as error:
        raise StoreError(f"{store}: another build is writing it; wait until it ends") from error


def merged(papers: Sequence[Paper], progress: Progress) -> list[Paper]:
    """Return the papers with all records of one paper made one."""
    with progress("merge", len(papers)) as advance, without_collecting():
        return merge_papers(counted(papers, advance))


def processes_for(papers: Sequence[Paper]) -> int:
    """Return how many processes read so many papers soonest."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, len(papers) // PAPERS_PER_PROCESS))


def counted(items: Iterable[Item], advance: Callable[[int], object]) -> Iterator[Item]:
    """Hand items on, and tell of each when it is done with."""
    for item in items:
        yield item
        advance(1)


def _about(papers: Sequence[Paper], model: str, corrections: str) -> dict[str, Any]:
    """Return all that the graph follows from, litloom's version included: the same makes the same graph."""
    return {
        "schema_version": SCHEMA_VERSION,
        "version": version("litloom"),
        "model": model,
        "fingerprint": fingerprint(papers),
        "corrections": corrections,
    }
