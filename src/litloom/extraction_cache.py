"""Extractions kept beside a store, so that no text is read twice by the same model.

``lit.lbug.extractions/MODEL/`` has Parquet parts, each written whole; what belongs to a Neo4j database is in
the user's cache, under ``~/.cache/litloom/stores``. An extraction is found again by a
digest of the paper's text. The cache may be deleted at any time: the papers are in the graph, and are then
read again.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from litloom.extractors import Extractor, read_extractions, write_extractions
from litloom.graph.store import is_uri
from litloom.records import Extraction, Paper

PART: Final = 512
"""Papers per part: what a killed build may have to read again."""


class ExtractionCache:
    """Extractions of one model in a folder.

    Parameters
    ----------
    folder
        The folder of the cache, made when first needed; ``None`` keeps nothing.
    extractor
        Reads the papers that are not in the cache.
    """

    def __init__(self, folder: Path | None, extractor: Extractor) -> None:
        self._extractor = extractor
        self._root = folder
        self._folder = None if folder is None else folder / re.sub(r"[^\w.+-]+", "-", extractor.name)

    def extract(self, papers: Iterable[Paper], *, processes: int = 1) -> Iterator[Extraction]:
        """Yield an extraction of every paper, the known ones first."""
        known = self._known()
        unread = []
        for paper in papers:
            if found := known.get(_digest(paper)):
                yield replace(found, paper_id=paper.id)
            else:
                unread.append(paper)
        part: list[Extraction] = []
        fresh = self._extractor.extract(unread, processes=processes)
        for paper, extraction in zip(unread, fresh, strict=True):
            part.append(replace(extraction, paper_id=_digest(paper)))
            if len(part) == PART:
                self._keep(part)
                part = []
            yield extraction
        self._keep(part)

    def forget_other_models(self) -> None:
        """Remove what other models, or other versions of this one, have read."""
        for folder in _entries(self._root):
            if folder != self._folder:
                shutil.rmtree(folder, ignore_errors=True)

    def _known(self) -> dict[str, Extraction]:
        parts = [entry for entry in _entries(self._folder) if entry.suffix == ".parquet"]
        return {extraction.paper_id: extraction for part in parts for extraction in read_extractions(part)}

    def _keep(self, part: list[Extraction]) -> None:
        if self._folder is not None and part:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = hashlib.sha256("".join(extraction.paper_id for extraction in part).encode()).hexdigest()[
                :16
            ]
            write_extractions(part, self._folder / f"{name}.parquet", "parquet")


def extraction_folder(store: str | Path) -> Path:
    """Return where the extractions of a store are kept.

    Examples
    --------
    >>> extraction_folder("graphs/lit.lbug").as_posix()
    'graphs/lit.lbug.extractions'
    """
    if not is_uri(store):
        return Path(store).with_name(f"{Path(store).name}.extractions")
    place = str(store).partition("://")[2].rpartition("@")[2].rstrip("/")
    database = os.environ.get("NEO4J_DATABASE", "")
    digest = hashlib.sha256(f"{place} {database}".encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]+", "-", f"{place} {database}").strip("-")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "litloom", "stores", f"{name}-{digest}")


def _entries(folder: Path | None) -> list[Path]:
    return sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []


def _digest(paper: Paper) -> str:
    return hashlib.sha256(paper.text.encode("utf-8", "surrogatepass")).hexdigest()
