"""Extractions kept beside a store, so that no text is read twice by the same model.

``lit.lbug.extractions/MODEL/`` has Parquet parts; what belongs to a Neo4j database is in the user's cache,
under ``~/.cache/litloom/stores``. An extraction is found again by a digest of the paper's text. While papers
are read, a part is written every few moments, so that a build that is killed loses little; when the graph is
complete, what none of its papers needs goes. The cache may be deleted at any time: the papers are in the
graph, and are then read again.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Final

from litloom.extractions.parts import Parts
from litloom.graph.stores.address import is_uri, parse_address
from litloom.graph.stores.base import followed
from litloom.papers.lazy_papers import LazyPapers
from litloom.papers.paper_index import text_digest
from litloom.progress import NO_PROGRESS, Progress
from litloom.records import Extraction, Paper
from litloom.support.atomic_file import own_folder, remove_tree
from litloom.support.notices import counted, notice
from litloom.support.user_cache import user_cache

LOST_SHARE: Final = 1 / 20
"""How much of the time spent on reading a build that is killed may lose …"""
LOST_SECONDS: Final = (0.5, 5.0)
"""… but no less than the first, as every part costs some time, and no more than the second."""

KERNELS_OF: Final = "papers"
"""The file in the folder of kernels that tells of which papers they are."""

Reader = Callable[[list[Paper]], Iterable[Extraction]]


class ExtractionCache:
    """Extractions of one model in a folder.

    Parameters
    ----------
    folder
        The folder of the cache, made when first needed.
    model
        The name of the model, with its version.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self._root = folder
        self._parts = Parts(folder / re.sub(r"[^\w.+-]+", "-", model))

    @property
    def kernels(self) -> Path:
        """The folder for what weaving makes of these extractions, see `litloom.graph.weave.kernel_cache`."""
        return self._root / f"kernels-{version('litloom')}-{self._parts.folder.name}"

    def fill(self, papers: LazyPapers, read: Reader, progress: Progress = NO_PROGRESS) -> list[Path]:
        """Extract from the texts of papers that are not in the cache.

        Parameters
        ----------
        papers
            Any papers; a text that several have is read once.
        read
            Reads papers, in their order.
        progress
            Progress callback of the stages ``recall``, and ``extract`` for what was not in the cache.

        Returns
        -------
        list of Path
            Parquet files that hold an extraction of every text, by its digest.
        """
        digests: list[str] = papers.paper_index["text"]
        known = self._known(progress)
        unread = {
            digest: identifier
            for digest, identifier in zip(digests, papers.ids, strict=True)
            if digest not in known
        }
        with progress.stage("extract", len(unread)) as advance:
            fresh = read(papers.of(list(unread.values()))) if unread else ()
            for _ in self._kept(list(unread), fresh):
                advance(1)
        return self._parts.files()

    def note_kernels(self, fingerprint: str) -> None:
        """Note of which papers the folder `kernels` is, by the fingerprint of their graph."""
        own_folder(self.kernels, parents=True)
        (self.kernels / KERNELS_OF).write_text(fingerprint, encoding="utf-8")

    def tidy(self, papers: Iterable[Paper], fingerprint: str | None = None) -> None:
        """Keep no more than these papers need: nothing of other texts, models or versions of this model.

        Parameters
        ----------
        papers
            All papers of a graph.
        fingerprint
            Of that graph: what kernels made of the papers of another one is removed, too.
        """
        if not self._root.is_dir():
            return
        if fingerprint is not None and not self._kernels_are_of(fingerprint):
            remove_tree(self.kernels)
        for folder in self._root.iterdir():
            if folder not in (self._parts.folder, self.kernels) and folder.is_dir():
                remove_tree(folder)
        digests = papers.paper_index["text"] if isinstance(papers, LazyPapers) else map(text_digest, papers)
        self._parts.tidy(digests)
        self._tell_dropped()

    def _kernels_are_of(self, fingerprint: str) -> bool:
        try:
            return (self.kernels / KERNELS_OF).read_text(encoding="utf-8") == fingerprint
        except (OSError, ValueError):
            return False

    def _known(self, progress: Progress) -> set[str]:
        """Return the texts that the cache knows, of the parts that can be read."""
        if not (rows := len(self._parts)):
            return set()
        with progress.stage("recall", rows) as advance:
            known = set(self._parts.check(advance))
        self._tell_dropped()
        return known

    def _tell_dropped(self) -> None:
        """Tell how much of the cache was damaged."""
        if dropped := self._parts.dropped:
            notice(
                f"{self._parts.folder}: {counted(len(dropped), 'damaged part')} dropped; "
                f"{counted(sum(dropped), 'text')} will be processed again where needed"
            )
            self._parts.dropped = []

    def _kept(self, digests: Sequence[str], fresh: Iterable[Extraction]) -> Iterator[Extraction]:
        """Yield what is read, having kept all but the last moments of it; all of it where reading stops."""
        part: list[Extraction] = []
        begun = last = monotonic()
        try:
            for digest, extraction in zip(digests, fresh, strict=True):
                part.append(replace(extraction, paper_id=digest))
                yield extraction
                now = monotonic()
                least, most = LOST_SECONDS
                if now - last >= min(max((now - begun) * LOST_SHARE, least), most):
                    self._keep(part)
                    part, last = [], monotonic()
        finally:
            self._keep(part)

    def _keep(self, part: Sequence[Extraction]) -> None:
        if part:
            self._parts.add(part)


def extraction_folder(store: str | Path) -> Path:
    """Return where the extractions of a store are kept.

    Raises
    ------
    StoreError
        If the address of a server is not a plain one: nothing secret gets into the name of a folder.

    Examples
    --------
    >>> extraction_folder("graphs/lit.lbug").as_posix()
    'graphs/lit.lbug.extractions'
    """
    if not is_uri(store):
        path = followed(store)
        return path.with_name(f"{path.name}.extractions")
    place = parse_address(str(store)).place
    database = os.environ.get("NEO4J_DATABASE", "")
    digest = hashlib.sha256(f"{place} {database}".encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]+", "-", f"{place} {database}").strip("-")
    return user_cache("stores", f"{name}-{digest}")
