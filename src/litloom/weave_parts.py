"""Building the tables of a graph from a folder of parts, piece by piece, on any engine."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

from litloom.engines import Engine
from litloom.extractions.partitions import ExtractionSettings, Partition, read_partitions
from litloom.graph.names.corrections import parse_corrections
from litloom.graph.parquet_tables import finish_tables, start_tables
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.weave.database import Limits, disconnect
from litloom.graph.weave.mentions import list_papers, repeated_papers
from litloom.graph.weave.plan import Part, Plan
from litloom.graph.weave.stages import Run, Stages, task_count
from litloom.graph.weave.task import Task
from litloom.progress import NO_PROGRESS, Advance, Progress

Result = TypeVar("Result")

PAPERS_PER_PIECE: Final = 20_000
"""Papers of a task."""


@dataclass(frozen=True, slots=True)
class PartsWoven:
    """Numbers of papers, and of records that were left out since an earlier one has the same id."""

    papers: int
    left_out: int


def weave_parts(
    folder: str | Path,
    tables: str | Path,
    *,
    engine: Engine,
    corrections: str = "",
    papers_per_piece: int = PAPERS_PER_PIECE,
    limits: Limits | None = None,
    progress: Progress = NO_PROGRESS,
) -> PartsWoven:
    """Build the tables of a graph from a folder of parts.

    The rows are those of `litloom.graph.weave.weave`. A task has one or two pieces in memory.

    Parameters
    ----------
    folder
        Written by `litloom.extractions.extract_parts.extract_parts`.
    tables
        The output folder; existing tables are replaced.
    engine
        Where the work is done. All workers must share both folders.
    corrections
        The text of a file of corrections, see `litloom.graph.names.corrections.read_corrections`.
    papers_per_piece
        Papers of a task. The rows do not depend on it.
    limits
        Limits of each process.
    progress
        Progress callback of the stage ``weave``, in tasks.

    Raises
    ------
    InputError
        If the folder has no parts, or incomplete ones, or the corrections are invalid.
    EngineError
        If workers are lost.
    """
    parse_corrections(corrections, "corrections")
    settings, partitions = read_partitions(Path(folder).resolve())
    # A file that was named twice gives the same part twice.
    partitions = list({partition.name: partition for partition in partitions}.values())
    records = sum(partition.papers for partition in partitions)
    target = Path(tables).resolve()
    start_tables(target)
    work = Path(tempfile.mkdtemp(prefix=".work-", dir=target))
    pieces = 1 + records // papers_per_piece
    plan = Plan(
        work,
        target,
        tuple(_grouped(partitions, papers_per_piece)),
        buckets=pieces,
        blocks=pieces,
        corrections=corrections,
        papers=records,
        limits=limits or Limits(),
    )
    try:
        with progress.stage("weave", task_count(plan)) as advance:
            plan = _without_repeated(plan, records, _run_by(engine, advance))
            stages = Stages(plan, _run_by(engine, advance))
            stages.find_concepts()
            stages.link_papers()
            stages.write_papers()
    finally:
        disconnect()
        shutil.rmtree(work, ignore_errors=True)
    finish_tables(target, _about(settings, partitions, corrections))
    return PartsWoven(plan.papers, records - plan.papers)


def _grouped(partitions: Iterable[Partition], size: int) -> Iterable[Part]:
    """Group consecutive partitions into parts of at most `size` papers, or of one partition."""
    group: list[Partition] = []
    for partition in partitions:
        if group and sum(one.papers for one in group) + partition.papers > size:
            yield _part(group)
            group = []
        group.append(partition)
    if group:
        yield _part(group)


def _part(partitions: Iterable[Partition]) -> Part:
    papers, extractions = zip(*((one.papers_file, one.extractions_file) for one in partitions), strict=True)
    return Part(papers, extractions)


def _without_repeated(plan: Plan, records: int, run: Run) -> Plan:
    """Return the plan without records whose id an earlier one has."""
    run(list_papers, [Task(plan, number) for number in range(len(plan.parts))])
    found = run(repeated_papers, [Task(plan, number) for number in range(plan.buckets)])
    left_out: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for part, file, row in (place for places in found for place in places):
        left_out[part].add((file, row))
    parts = [replace(part, left_out=frozenset(left_out[at])) for at, part in enumerate(plan.parts)]
    return replace(plan, parts=tuple(parts), papers=records - sum(map(len, left_out.values())))


def _run_by(engine: Engine, advance: Advance) -> Run:
    def run(stage: Callable[[Task], Result], tasks: Sequence[Task]) -> list[Result]:
        results = []
        with closing(engine.run(stage, tasks)) as done:
            for result in done:
                results.append(result)
                advance(1)
        return results

    return run


def _about(
    settings: ExtractionSettings, partitions: Iterable[Partition], corrections: str
) -> Mapping[str, Any]:
    digest = hashlib.sha256("\n".join(sorted(part.name for part in partitions)).encode()).hexdigest()
    return {
        "id": "litloom",
        "schema_version": SCHEMA_VERSION,
        "version": version("litloom"),
        "model": settings.model,
        "fingerprint": f"parts:{digest}",
        "corrections": corrections,
    }
