"""Extraction from any number of papers, one partition a task, on any engine."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Final

from litloom.engines import Engine
from litloom.errors import EngineError, InputError
from litloom.extractions.partitions import (
    ExtractionSettings,
    Partition,
    cut,
    write_manifest,
    write_partition,
)
from litloom.extractors import Extractor
from litloom.extractors.model_files import MODELS, model_name, model_path
from litloom.papers.paper_index import FILE as PAPER_INDEX
from litloom.progress import NO_PROGRESS, Progress
from litloom.records import Paper
from litloom.support.lock import locked
from litloom.support.notices import counted, notice

PARTITION: Final = 1000
"""Papers of a partition, which is what a worker that dies has to process again."""
SHARED: Final = "the output folder must be on a file system that all workers share"


@dataclass(frozen=True, slots=True)
class PartsWritten:
    """Parts and papers in all, and how many of the parts existed already."""

    parts: int
    papers: int
    kept: int


def extract_parts(
    papers: Iterable[Paper],
    folder: str | Path,
    *,
    engine: Engine,
    model: str | Path = "default",
    min_confidence: float = 0.0,
    partition_size: int = PARTITION,
    progress: Progress = NO_PROGRESS,
) -> PartsWritten:
    """Extract concepts into a folder of parts; see `litloom.extractions.partitions`.

    Existing parts of the same papers and model are kept. The papers are written first, and workers read
    them from the folder, which must be on a file system that all of them share.

    Parameters
    ----------
    papers
        Read as a stream. Several records of one paper are not merged.
    folder
        Made if it does not exist.
    engine
        Where the work is done. The result does not depend on it.
    model
        Name or folder of a recognition model.
    min_confidence
        Mentions below this confidence, from 0 to 1, are left out.
    partition_size
        Most papers of a part.
    progress
        Progress callback.

    Raises
    ------
    InputError
        If papers cannot be read, or there are none.
    EngineError
        If workers have another version of litloom or of the model, do not see the folder, or are lost.

    Examples
    --------
    >>> import tempfile
    >>> from litloom.engines import open_engine
    >>> with open_engine("local") as engine, tempfile.TemporaryDirectory() as folder:
    ...     extract_parts([Paper(title="LoRA")], folder, engine=engine, model="fast")
    PartsWritten(parts=1, papers=1, kept=0)
    """
    folder = Path(folder).resolve()
    if (folder / PAPER_INDEX).exists():
        raise InputError(folder, "belongs to a graph; give a folder of its own for the parts")
    folder.mkdir(parents=True, exist_ok=True)
    shipped = _shipped(model)
    settings = ExtractionSettings(version("litloom"), model_name(model_path(model)), min_confidence)
    busy = EngineError(f"{folder}: another extraction is writing it; wait until it ends")
    with locked(folder, busy):
        for worker, installed in engine.each_worker(partial(_installed, shipped)).items():
            _check(installed, settings, worker)
        with progress.stage("read") as advance:
            partitions = []
            for some in cut(papers, partition_size):
                partitions.append(write_partition(folder, some, settings))
                advance(len(some))
        if not partitions:
            raise InputError("input", "no papers to find concepts in")
        write_manifest(folder, partitions, settings)
        missing = {part.name: part for part in partitions if not part.is_extracted}
        _report_damage(folder, missing.values())
        work = partial(_extract, model=shipped, settings=settings)
        with (
            progress.stage("extract", sum(part.papers for part in missing.values())) as advance,
            closing(engine.run(work, missing.values())) as done,
        ):
            for papers_done in done:
                advance(papers_done)
        for part in missing.values():
            if not part.is_extracted:
                raise EngineError(f"{part.extractions_file}: a worker wrote it, and it is not here; {SHARED}")
        for part in partitions:
            for leftover in part.extractions_file.parent.glob(f".{part.name}.*"):
                leftover.unlink(missing_ok=True)
    return PartsWritten(
        len(partitions), sum(part.papers for part in partitions), len(partitions) - len(missing)
    )


def _extract(partition: Partition, *, model: str, settings: ExtractionSettings) -> int:
    """Extract from the papers of a partition, and return their number."""
    if not partition.papers_file.exists():
        raise EngineError(f"{partition.papers_file}: not found on {socket.gethostname()}; {SHARED}")
    if partition.is_extracted:  # by a worker that was lost before it could report it
        return partition.papers
    with _LOCK:
        extractor = _extractor(model, settings.min_confidence)
        _check(_installed(model), settings, socket.gethostname())
        try:
            return partition.write_extractions(extractor.extract(partition.read_papers()))
        except OSError as error:
            reason = f"cannot be written: {error.strerror or error}"
            raise InputError(partition.extractions_file, reason) from error


_LOCK: Final = Lock()
"""An extractor may not be used by two threads at once."""


@cache
def _extractor(model: str, min_confidence: float) -> Extractor:
    return Extractor(model, min_confidence=min_confidence)


@cache
def _installed(model: str) -> tuple[str, str]:
    """Return the versions of litloom and of the model in this process."""
    return version("litloom"), model_name(model_path(model))


def _report_damage(folder: Path, missing: Iterable[Partition]) -> None:
    damaged = [part for part in missing if part.extractions_file.exists()]
    if damaged:
        papers = sum(part.papers for part in damaged)
        notice(
            f"{folder}: {counted(len(damaged), 'part')} damaged or of an earlier litloom; "
            f"{counted(papers, 'paper')} will be processed again"
        )


def _check(installed: tuple[str, str], settings: ExtractionSettings, worker: str) -> None:
    if installed != (settings.litloom, settings.model):
        raise EngineError(
            f"worker {worker} has litloom {installed[0]} with model {installed[1]}, and here is litloom "
            f"{settings.litloom} with model {settings.model}: install the same in both"
        )


def _shipped(model: str | Path) -> str:
    """Return how a worker finds the model: the name of a bundled one, else the folder."""
    path = model_path(model)
    return str(model) if path.parent == MODELS else str(path.resolve())
