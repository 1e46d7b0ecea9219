"""Changing a graph: from the papers that it holds to those that it shall hold, one process at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

from filelock import FileLock, Timeout

from litloom.collecting import without_collecting
from litloom.errors import StoreError
from litloom.extraction_cache import ExtractionCache, Reader, extraction_folder
from litloom.graph.corrections import parse_corrections
from litloom.graph.reweave import as_tables, reweave
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.store import GraphStore, is_uri, open_store
from litloom.graph.woven import Woven
from litloom.graph.woven_file import keep_only, read_woven, write_woven
from litloom.held_papers import Papers
from litloom.ledger import Ledger
from litloom.merge import merged_into
from litloom.progress import Progress
from litloom.records import Extraction, Paper
from litloom.stored_papers import all_papers, papers_by_id
from litloom.whole_file import own_folder

Item = TypeVar("Item")

GRACE_SECONDS: Final = 3.0
"""How long the reading processes of a build that was killed may take to end, and to let go of its lock."""
CHANGED_SHARE: Final = 0.3
"""Of the papers: where more of them changed, all is woven again."""


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
        known = self.finished and self.noted.get("schema_version") == SCHEMA_VERSION
        fingerprint = self.noted.get("fingerprint") if known else None
        self._ledger = Ledger.read(beside, fingerprint) if beside and fingerprint else None
        """What is known of its papers."""

    @property
    def finished(self) -> bool:
        """Whether the last load came to its end, as it may not on a server."""
        return "loading" not in self.noted

    def papers(self, progress: Progress) -> Papers:
        """Return the papers that the graph holds, as they were before they were loaded.

        They are read when they are asked for, where it is known what they are (`litloom.ledger`).
        """
        if not self.noted:
            return Papers.of_all([])
        if self._ledger is None:
            return Papers.of_all(all_papers(self.store, self.noted["schema_version"], progress))
        return Papers({}, self._ledger, lambda ids: papers_by_id(self.store, ids, progress))

    def make(
        self,
        papers: Sequence[Paper],
        model: str,
        read: Reader,
        corrections: str,
        progress: Progress,
        *,
        prepare: Callable[[], object] = lambda: None,
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
        prepare
            Called before what was woven is read, where `read` will be needed some time later.
        """
        if not isinstance(papers, Papers):
            papers = Papers.of_all(papers)
        about = _about(papers, model, corrections)
        if not about.items() <= self.noted.items():
            parsed = parse_corrections(corrections, "the graph's corrections")
            prepare()
            before, changed = self._woven(papers, about)

            def extract(asked: Sequence[Paper]) -> dict[str, Extraction]:
                return {one.paper_id: one for one in self._cache(model).extract(asked, read, progress)}

            weave = partial(
                reweave,
                before,
                papers.ids,
                papers.of,
                changed,
                extract,
                about=about,
                corrections=parsed,
                progress=progress,
            )
            if before is None:
                made = weave()
                self._keep(made.woven, about)
                with progress("load", made.change.row_count) as advance:
                    self.store.replace(as_tables(made.change), advance)
            else:
                with self.store.changing() as changer:
                    made = weave(deliver=changer.add)
                    self._keep(made.woven, about)
                    with progress("load", changer.row_count) as advance:
                        changer.finish(advance)
        self._keep_only(papers, about)

    def tidy(self, papers: Papers) -> None:
        """Keep no extractions but those of the graph as it is: a change that was killed may have left others.

        Parameters
        ----------
        papers
            All papers of the graph.
        """
        about = {name: self.noted.get(name) for name in _about(papers, "", "")}
        if self.finished and about["fingerprint"] == papers.ledger.fingerprint:
            self._keep_only(papers, about)

    def _keep_only(self, papers: Papers, about: Mapping[str, Any]) -> None:
        if self._beside is not None:
            keep_only(self._beside, about)
            if self._ledger is None or self._ledger.fingerprint != about["fingerprint"]:
                papers.ledger.write(self._beside)
        self._cache(about["model"]).tidy(papers)

    def _cache(self, model: str) -> ExtractionCache:
        return ExtractionCache(self._beside, model)

    def _keep(self, woven: Woven, about: Mapping[str, Any]) -> None:
        if self._beside is not None:
            self._beside.mkdir(parents=True, exist_ok=True)
            write_woven(woven, self._beside, about)

    def _woven(self, papers: Papers, about: Mapping[str, Any]) -> tuple[Woven | None, Collection[str]]:
        """Return what was woven of the graph that is held, and the ids of papers that are not as they were.

        There is none where the graph of these papers is not like it.
        """
        made_of = {name: self.noted.get(name) for name in about}
        follows = all(made_of[name] == about[name] for name in about if name != "fingerprint")
        if self._beside is None or self._ledger is None or not follows:
            return None, ()
        gone, changed, added = papers.ledger.since(self._ledger)
        if len(gone) + len(changed) + len(added) > CHANGED_SHARE * len(papers):
            return None, ()
        return read_woven(self._beside, made_of), frozenset(changed)


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
    own_folder(beside, parents=is_uri(store))
    try:
        with FileLock(beside / ".lock", timeout=GRACE_SECONDS):
            yield
    except Timeout as error:
        raise StoreError(f"{store}: another build is writing it; wait until it ends") from error


def merged(held: Sequence[Paper], progress: Progress, new: Sequence[Paper] = ()) -> Papers:
    """Return papers with all records of one paper made one.

    Parameters
    ----------
    held
        Those of a graph, as `Change.papers` returns them, or any papers.
    progress
        Told of comparing them (stage ``merge``).
    new
        Further records.
    """
    begun = held if isinstance(held, Papers) and held.looked_through else Papers.of_all([])
    records = new if begun is held else [*held, *new]
    with progress("merge", len(records)) as advance, without_collecting():
        return merged_into(begun, counted(records, advance))


def counted(items: Iterable[Item], advance: Callable[[int], object]) -> Iterator[Item]:
    """Hand items on, and tell of each when it is done with."""
    for item in items:
        yield item
        advance(1)


def _about(papers: Papers, model: str, corrections: str) -> dict[str, Any]:
    """Return all that the graph follows from, litloom's version included: the same makes the same graph."""
    return {
        "schema_version": SCHEMA_VERSION,
        "version": version("litloom"),
        "model": model,
        "fingerprint": papers.ledger.fingerprint,
        "corrections": corrections,
    }
