"""Build a graph: read papers, extract concepts, weave and load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from litloom.api import Graph
from litloom.errors import InputError
from litloom.extractions.precomputed import precomputed
from litloom.extractors import Extractor
from litloom.extractors.model_files import model_name, model_path
from litloom.extractors.workers import Workers
from litloom.graph.names.corrections import read_corrections
from litloom.progress import NO_PROGRESS, Progress
from litloom.readers import read_papers
from litloom.records import Extraction, Paper
from litloom.support.pools import cores, processes_for
from litloom.update_store import changing, check_that_it_can_change, merged


def build(
    papers: str | Path | Iterable[str | Path] | Iterable[Paper],
    store: str | Path | None = None,
    *,
    model: str | Path = "default",
    format: str | None = None,  # noqa: A002 - the name of the option
    page_year: int | None = None,
    columns: Mapping[str, str] | None = None,
    skip_bad: bool = False,
    on_skip: Callable[[InputError], None] | None = None,
    concepts: str | Path | None = None,
    extractions: str | Path | None = None,
    processes: int | None = None,
    progress: Progress = NO_PROGRESS,
) -> Graph:
    """Build a graph of papers, or add papers to the graph in a store.

    Parameters
    ----------
    papers
        Files, folders or glob patterns such as ``"seeds/*.txt"``; or papers.
    store
        The path of the graph, or the URI of a Neo4j server such as ``neo4j://localhost:7687``; ``None`` for
        a graph in memory.
    model
        Name or folder of a recognition model.
    format
        The input format; by default it is detected from the content.
    page_year
        The year of dates that lack one on a page of Daily Papers.
    columns
        For tables: column names by field (``"title"``, ``"abstract"``, …).
    skip_bad
        Skip records that cannot be read, and call `on_skip` for each, instead of raising an error.
    concepts
        A file of corrections, see `litloom.graph.names.corrections`. The graph stores it for later builds.
    extractions
        A folder written by ``litloom extract``, used instead of processing its texts again.
    processes
        Number of extraction processes; by default the number of cores, for enough papers.
    progress
        Progress callback.

    Returns
    -------
    Graph
        Open for reading. Building the same papers again changes nothing.

    Raises
    ------
    InputError
        If a file cannot be read, or there are no papers.
    StoreError
        If the store cannot be read or written, or another process is writing it.

    Examples
    --------
    >>> paper = Paper(title="LoRA", abstract="We propose LoRA to fine-tune GPT-3 on NVIDIA V100 GPUs.")
    >>> graph = build([paper])
    >>> graph.cypher("MATCH (p:Paper) RETURN p.title AS title")[0]
    {'title': 'LoRA'}
    """
    check_that_it_can_change(store, must_exist=False)
    name = model_name(model_path(model))
    with ExitStack() as started:
        # Before the papers are read, which these processes would begin with a copy of.
        most = processes or cores()
        workers = started.enter_context(Workers(partial(Extractor, model), most)) if most > 1 else None

        def find(unread: list[Paper]) -> Iterator[Extraction]:
            nonlocal workers
            if workers is None or (processes is None and processes_for(unread) == 1):
                yield from Extractor(model).extract(unread)
            else:
                yield from workers.extract(unread)
                # What follows needs the memory that they hold.
                workers.end()
                workers = None

        read = partial(
            read_papers,
            format=format,
            page_year=page_year,
            columns=columns,
            skip_bad=skip_bad,
            on_skip=on_skip,
        )
        new = _read(papers, read, progress)
        with changing(store, must_exist=False) as change:
            held = merged(change.papers(progress), progress, new)
            if not held:
                raise InputError(", ".join(_names(papers)) or "input", "no papers to build a graph from")
            noted = change.noted.get("corrections", "")
            corrections = noted if concepts is None else read_corrections(concepts)
            reader = find if extractions is None else precomputed(extractions, name, find)
            change.make(held, name, reader, corrections, progress)
    return Graph(change.store)


def _read(
    papers: str | Path | Iterable[str | Path] | Iterable[Paper],
    read: Callable[..., Iterator[Paper]],
    progress: Progress,
) -> list[Paper]:
    new: list[Paper] = []
    share: float | None = None

    def note(so_far: float) -> None:
        nonlocal share
        share = so_far

    with progress.stage("read") as advance:
        for paper in _papers(papers, partial(read, on_share=note)):
            new.append(paper)
            advance(1, share=share)
    return new


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
