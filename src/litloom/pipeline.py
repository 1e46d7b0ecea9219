"""The main job: read papers, find their concepts, weave and load the graph."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

from filelock import FileLock, Timeout

from litloom.api import Graph
from litloom.errors import InputError, StoreError
from litloom.extraction_cache import ExtractionCache, extraction_folder
from litloom.extractors import Extractor
from litloom.graph.corrections import parse_corrections, read_corrections
from litloom.graph.nodes import paper_from_properties
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.store import GraphStore, is_uri, open_store
from litloom.graph.weave import fingerprint, weave
from litloom.merge import merge_papers
from litloom.progress import Progress, silent
from litloom.readers import read_papers
from litloom.records import Paper

Item = TypeVar("Item")

PAPERS_PER_PROCESS: Final = 150
"""Fewer than this are read sooner by one process than by starting another."""


def build(
    papers: str | Path | Iterable[str | Path] | Iterable[Paper],
    store: str | Path | None = None,
    *,
    model: str | Path = "default",
    format: str | None = None,  # noqa: A002 - the name that the command line has
    page_year: int | None = None,
    columns: Mapping[str, str] | None = None,
    skip_bad: bool = False,
    on_skip: Callable[[InputError], None] | None = None,
    concepts: str | Path | None = None,
    processes: int | None = None,
    progress: Progress = silent,
) -> Graph:
    """Read papers and weave them into a graph, together with those that the store already holds.

    Parameters
    ----------
    papers
        Files, folders or patterns such as ``"seeds/*.txt"``; or papers.
    store
        The path of the graph, or the address of a Neo4j server such as ``neo4j://localhost:7687``; ``None``
        keeps it in memory.
    model
        Name or folder of a recognition model.
    format
        The format of the files; found from their content where it is not given.
    page_year
        The year of dates without one on a page of Daily Papers.
    columns
        For tables: by field (``"title"``, ``"abstract"``, …) the name of the column that holds it.
    skip_bad
        Leave out records that cannot be read, and call `on_skip` for each, instead of stopping.
    concepts
        A file of corrections, see `litloom.graph.corrections`. The graph keeps it for later builds.
    processes
        Processes that read the papers; as many as there are cores, where there is work for them.
    progress
        Told of each stage.

    Returns
    -------
    Graph
        Open for reading. The same papers built again change nothing.

    Raises
    ------
    InputError
        If a file cannot be read, or there is no paper at all.
    StoreError
        If the store cannot be read or written, or another build is writing it.

    Examples
    --------
    >>> paper = Paper(title="LoRA", abstract="We propose LoRA to fine-tune GPT-3 on NVIDIA V100 GPUs.")
    >>> graph = build([paper])
    >>> graph.cypher("MATCH (p:Paper) RETURN p.title AS title")[0]
    {'title': 'LoRA'}
    """
    if store is not None:
        with open_store(store, must_exist=False) as target:
            target.prepare()
    with progress("read", None) as advance:
        read = partial(
            read_papers,
            format=format,
            page_year=page_year,
            columns=columns,
            skip_bad=skip_bad,
            on_skip=on_skip,
        )
        new = list(_counted(_papers(papers, read), advance))
    beside = None if store is None else extraction_folder(store)
    with _only_builder(store, beside):
        target = open_store(store, must_exist=False)
        try:
            noted = _noted(target)
            merged = merge_papers([*_stored_papers(target, noted), *new])
            if not merged:
                raise InputError(", ".join(_names(papers)) or "input", "no papers to build a graph from")
            extractor = Extractor(model)
            cache = ExtractionCache(beside, extractor)
            corrections = noted.get("corrections", "") if concepts is None else read_corrections(concepts)
            about = _about(merged, extractor, corrections)
            if not about.items() <= noted.items():
                _weave_into(target, merged, about, cache, processes or _processes(len(merged)), progress)
        except BaseException:
            target.close()
            raise
    return Graph(target)


def _stored_papers(store: GraphStore, noted: Mapping[str, Any]) -> list[Paper]:
    """Return the papers that a store holds, as they were before they were loaded."""
    if not noted:
        return []
    # Before schema 2 all papers were known, and none said so.
    known = "AND p.known" if noted["schema_version"] >= 2 else ""
    rows = store.read(f"MATCH (p:Paper) WHERE p.id IS NOT NULL {known} RETURN p ORDER BY p.id")
    return [paper_from_properties(row["p"]) for row in rows]


def _noted(store: GraphStore) -> dict[str, Any]:
    """Return what the graph says of its own making."""
    return {} if store.is_empty() else store.read("MATCH (l:Litloom {id: 'litloom'}) RETURN l")[0]["l"]


def _about(papers: Sequence[Paper], extractor: Extractor, corrections: str) -> dict[str, Any]:
    """Return all that the graph follows from, litloom's version included: the same makes the same graph."""
    return {
        "schema_version": SCHEMA_VERSION,
        "version": version("litloom"),
        "model": extractor.name,
        "fingerprint": fingerprint(papers),
        "corrections": corrections,
    }


def _weave_into(
    store: GraphStore,
    papers: Sequence[Paper],
    about: Mapping[str, Any],
    cache: ExtractionCache,
    processes: int,
    progress: Progress,
) -> None:
    corrections = parse_corrections(about["corrections"], "the graph's corrections")
    with progress("extract", len(papers)) as advance:
        found = list(_counted(cache.extract(papers, processes=processes), advance))
    with progress("link", len(papers)) as advance:
        tables = weave(papers, found, about=about, corrections=corrections, advance=advance)
    with progress("load", len(papers)) as advance:
        store.replace(tables)
        advance(len(papers))
    cache.forget_other_models()


def _processes(papers: int) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, papers // PAPERS_PER_PROCESS))


@contextmanager
def _only_builder(store: str | Path | None, beside: Path | None) -> Iterator[None]:
    if store is None or beside is None:
        yield
        return
    beside.mkdir(parents=is_uri(store), exist_ok=True)
    try:
        with FileLock(beside / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise StoreError(f"{store}: another build is writing it; wait until it ends") from error


def _papers(
    papers: str | Path | Iterable[str | Path] | Iterable[Paper], read: Callable[..., Iterator[Paper]]
) -> Iterator[Paper]:
    files: list[str | Path] = []
    for item in [papers] if isinstance(papers, str | Path) else papers:
        if isinstance(item, Paper):
            yield item
        else:
            files.append(item)
    if files:
        yield from read(files)


def _names(papers: str | Path | Iterable[str | Path] | Iterable[Paper]) -> list[str]:
    items = [papers] if isinstance(papers, str | Path) else papers
    return [str(item) for item in items if isinstance(item, str | Path)]


def _counted(items: Iterable[Item], advance: Callable[[int], object]) -> Iterator[Item]:
    for item in items:
        yield item
        advance(1)
