"""Cache of extractions beside a store: each abstract is processed once per model version.

``lit.lbug.extractions/MODEL/`` has sealed Parquet parts; for a Neo4j database they are in the user's cache,
``~/.cache/litloom/stores``. The key of an extraction is a digest of the paper's text. A part is written every
few seconds, so that a build that is killed loses little, and parts are joined when the graph is complete.
The cache may be deleted at any time: the papers are in the graph, and are processed again when needed.
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
from litloom.support.folders import own_folder, remove_tree
from litloom.support.notices import counted, notice
from litloom.support.user_cache import user_cache

PART_SHARE: Final = 1 / 20
PART_SECONDS: Final = (0.5, 5.0)
"""A part is written after this share of the time so far, but within these limits: it is what a kill loses."""
KERNELS_OF: Final = "papers"
"""The file in the folder of kernels that has the fingerprint of their graph."""

Reader = Callable[[list[Paper]], Iterable[Extraction]]
"""Extracts from papers, in their order."""


class ExtractionCache:
    """Cache of the extractions of one model, given its name with the version, in a folder."""

    def __init__(self, folder: Path, model: str) -> None:
        self._root = folder
        self._parts = Parts(folder / re.sub(r"[^\w.+-]+", "-", model))

    @property
    def kernels(self) -> Path:
        """The folder of `litloom.graph.weave.kernel_cache` for these extractions."""
        return self._root / f"kernels-{version('litloom')}-{self._parts.folder.name}"

    def fill(self, papers: LazyPapers, read: Reader, progress: Progress = NO_PROGRESS) -> list[Path]:
        """Add the extractions that are missing, and return the Parquet files of all.

        `read` is called with papers whose texts are not in the cache, once for each text. The ids in the
        files are digests of texts.
        """
        known = self._known(progress)
        unread = {
            digest: identifier
            for digest, identifier in zip(papers.paper_index["text"], papers.ids, strict=True)
            if digest not in known
        }
        with progress.stage("extract", len(unread)) as advance:
            fresh = read(papers.of(list(unread.values()))) if unread else ()
            for _ in self._add(list(unread), fresh):
                advance(1)
        return self._parts.files()

    def note_kernels(self, fingerprint: str) -> None:
        """Note the fingerprint of the graph that the folder `kernels` belongs to."""
        own_folder(self.kernels, parents=True)
        (self.kernels / KERNELS_OF).write_text(fingerprint, encoding="utf-8")

    def tidy(self, papers: Iterable[Paper], fingerprint: str | None = None) -> None:
        """Keep the extractions of all papers of a graph by this model, and the kernels of its fingerprint."""
        if not self._root.is_dir():
            return
        if fingerprint is not None and not self._kernels_are_of(fingerprint):
            remove_tree(self.kernels)
        for folder in self._root.iterdir():
            if folder not in (self._parts.folder, self.kernels) and folder.is_dir():
                remove_tree(folder)
        digests = papers.paper_index["text"] if isinstance(papers, LazyPapers) else map(text_digest, papers)
        self._parts.tidy(digests)
        self._report_damage()

    def _kernels_are_of(self, fingerprint: str) -> bool:
        try:
            return (self.kernels / KERNELS_OF).read_text(encoding="utf-8") == fingerprint
        except (OSError, ValueError):
            return False

    def _known(self, progress: Progress) -> set[str]:
        if not (rows := len(self._parts)):
            return set()
        with progress.stage("recall", rows) as advance:
            known = set(self._parts.check(advance))
        self._report_damage()
        return known

    def _report_damage(self) -> None:
        if dropped := self._parts.dropped:
            notice(
                f"{self._parts.folder}: {counted(len(dropped), 'damaged part')} dropped; "
                f"{counted(sum(dropped), 'text')} will be processed again where needed"
            )
            self._parts.dropped = []

    def _add(self, digests: Sequence[str], fresh: Iterable[Extraction]) -> Iterator[Extraction]:
        """Yield extractions, and write them every few seconds and at the end, also that of an interrupt."""
        part: list[Extraction] = []
        begin = last = monotonic()
        try:
            for digest, extraction in zip(digests, fresh, strict=True):
                part.append(replace(extraction, paper_id=digest))
                yield extraction
                now = monotonic()
                least, most = PART_SECONDS
                if now - last >= min(max((now - begin) * PART_SHARE, least), most):
                    self._parts.add(part)
                    part, last = [], monotonic()
        finally:
            if part:
                self._parts.add(part)


def extraction_folder(store: str | Path) -> Path:
    """Return the folder of a store's extractions.

    Raises
    ------
    StoreError
        If the URI of a server is not plain: no secret gets into the name of a folder.

    Examples
    --------
    >>> extraction_folder("graphs/lit.lbug").as_posix()
    'graphs/lit.lbug.extractions'
    """
    if not is_uri(store):
        path = followed(store)
        return path.with_name(f"{path.name}.extractions")
    place = f"{parse_address(str(store)).place} {os.environ.get('NEO4J_DATABASE', '')}"
    digest = hashlib.sha256(place.encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]+", "-", place).strip("-")
    return user_cache("stores", f"{name}-{digest}")
