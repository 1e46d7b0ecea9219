"""Finding the concepts of any number of papers, a partition at a time, wherever an engine runs it."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Final

from filelock import FileLock, Timeout

from litloom.engines import Engine
from litloom.errors import EngineError, InputError
from litloom.extractions.partitions import Partition, Reading, cut, write_manifest, write_partition
from litloom.extractors import Extractor
from litloom.extractors.model_files import MODELS, model_name, model_path
from litloom.papers.paper_index import FILE as PAPER_INDEX
from litloom.progress import NO_PROGRESS, Progress
from litloom.records import Paper
from litloom.support.notices import counted, notice

PARTITION: Final = 1000
"""Papers of a partition: what a worker that dies has to read again."""
SHARED: Final = "the output folder must be on a file system that all workers share"


@dataclass(frozen=True, slots=True)
class PartsWritten:
    """What `extract_parts` did: parts and papers in all, and how many parts had been there."""

    parts: int
    papers: int
    kept: int


@dataclass(frozen=True, slots=True)
class _Task:
    partition: Partition
    model: str
    reading: Reading


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
    """Find the concepts of papers and write them into parts; see `litloom.extractions.partitions`.

    Parts that are there, of the same papers and the same model, are kept. The papers themselves are written
    first, and the engine's workers read them from the folder: it must be one that all of them see.

    Parameters
    ----------
    papers
        Read as a stream. Each is read for itself: records of one paper stay several.
    folder
        Made if it is not there.
    engine
        Where the work is done; it changes no byte of the result.
    model
        Name or folder of a recognition model.
    min_confidence
        Mentions less sure than this, from 0 to 1, are left out.
    partition_size
        Papers of a part, at most.
    progress
        Progress callback.

    Raises
    ------
    InputError
        If papers cannot be read, or there are none.
    EngineError
        If workers are not of this version of litloom or of this model, do not see the folder, or are lost.

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
    reading = Reading(version("litloom"), model_name(model_path(model)), min_confidence)
    with _alone(folder):
        _check_workers(engine, shipped, reading)
        with progress.stage("read") as advance:
            partitions = []
            for some in cut(papers, partition_size):
                partitions.append(write_partition(folder, some, reading))
                advance(len(some))
        if not partitions:
            raise InputError("input", "no papers to find concepts in")
        write_manifest(folder, partitions, reading)
        unread = {part.name: part for part in partitions if not part.is_read}
        _tell_damaged(folder, unread.values())
        tasks = [_Task(part, shipped, reading) for part in unread.values()]
        with (
            progress.stage("extract", sum(part.papers for part in unread.values())) as advance,
            closing(engine.run(_read, tasks)) as done,
        ):
            for read in done:
                advance(read)
        _check_written(unread.values())
        for part in partitions:
            for leftover in part.extractions_file.parent.glob(f".{part.name}.*"):
                leftover.unlink(missing_ok=True)
    return PartsWritten(
        len(partitions), sum(part.papers for part in partitions), len(partitions) - len(unread)
    )


def _read(task: _Task) -> int:
    """Read the papers of a partition, and return how many."""
    if not task.partition.papers_file.exists():
        raise EngineError(f"{task.partition.papers_file}: not found on {socket.gethostname()}; {SHARED}")
    if task.partition.is_read:  # by a worker that was lost before it could say so
        return task.partition.papers
    with _READING:
        extractor = _extractor(task.model, task.reading.min_confidence)
        _check(_installed(task.model), task.reading, socket.gethostname())
        papers = task.partition.read_papers()
        try:
            return task.partition.write_extractions(extractor.extract(papers))
        except OSError as error:
            reason = f"cannot be written: {error.strerror or error}"
            raise InputError(task.partition.extractions_file, reason) from error


_READING: Final = Lock()
"""One text at a time is read in a process, whatever threads it has."""


@cache
def _extractor(model: str, min_confidence: float) -> Extractor:
    return Extractor(model, min_confidence=min_confidence)


@cache
def _installed(model: str) -> tuple[str, str]:
    """Return the versions of litloom and of the model that this process has."""
    return version("litloom"), model_name(model_path(model))


def _tell_damaged(folder: Path, unread: Iterable[Partition]) -> None:
    """Tell of parts that are there but cannot be used."""
    damaged = [part for part in unread if part.extractions_file.exists()]
    if damaged:
        papers = sum(part.papers for part in damaged)
        notice(
            f"{folder}: {counted(len(damaged), 'part')} damaged or of an earlier litloom; "
            f"{counted(papers, 'paper')} will be processed again"
        )


def _check_workers(engine: Engine, model: str, reading: Reading) -> None:
    for worker, installed in engine.each_worker(partial(_installed, model)).items():
        _check(installed, reading, worker)


def _check(installed: tuple[str, str], reading: Reading, worker: str) -> None:
    if installed != (reading.litloom, reading.model):
        raise EngineError(
            f"worker {worker} has litloom {installed[0]} with model {installed[1]}, and here is litloom "
            f"{reading.litloom} with model {reading.model}: install the same in both"
        )


def _check_written(partitions: Iterable[Partition]) -> None:
    for partition in partitions:
        if not partition.is_read:
            raise EngineError(
                f"{partition.extractions_file}: a worker wrote it, and it is not here; {SHARED}"
            )


def _shipped(model: str | Path) -> str:
    """Return how a worker finds a model: by the name of one that comes with litloom, else by its folder."""
    path = model_path(model)
    return str(model) if path.parent == MODELS else str(path.resolve())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise EngineError(f"{folder}: another extraction is writing it; wait until it ends") from error
