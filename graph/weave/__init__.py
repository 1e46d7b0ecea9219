"""Weaving: from papers and their extractions to the tables of a graph.

The stages (`litloom.graph.weave.stages`) are SQL over Parquet in DuckDB where rows are joined, counted and
grouped, kernels in Python (Arrow in, Arrow out) where strings are parsed, and SciPy for the links between
papers. A whole build runs them in one bucket, a change runs them again and compares tables, and several
machines run them bucket by bucket. The rows are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import pyarrow.parquet as pq

from litloom.extractors import write_extractions
from litloom.graph.nodes import paper_properties
from litloom.graph.parquet_tables import finish_tables, read_tables, start_tables
from litloom.graph.schema import SCHEMA_VERSION
from litloom.graph.stores.scratch import Scratch
from litloom.graph.tables import GraphTables, node_table
from litloom.graph.weave.background import background
from litloom.graph.weave.database import disconnect, limits_for
from litloom.graph.weave.plan import Part, Plan
from litloom.graph.weave.stages import CONCEPT_STAGES, LINK_STAGES, Stages, run_here
from litloom.progress import NO_PROGRESS, Progress
from litloom.records import Extraction, Paper
from litloom.support.gc_paused import gc_paused

__all__ = ["weave", "weave_tables"]

PAPERS_FOR_TWO_PROCESSES: Final = 10_000
"""Papers from which a second process is worth its start."""


def weave(
    papers: Sequence[Paper],
    extractions: Iterable[Extraction],
    *,
    about: Mapping[str, Any],
    corrections: str = "",
    progress: Progress = NO_PROGRESS,
) -> GraphTables:
    """Return the graph of papers: the same rows in whatever order they are.

    Parameters
    ----------
    papers, extractions
        Papers, each once, and one extraction of each.
    about
        Properties of the graph's `Litloom` node, such as versions.
    corrections
        The text of a file of corrections, see `litloom.graph.names.corrections`.
    progress
        Progress callback of the stages ``resolve`` and ``link``.

    Examples
    --------
    >>> graph = weave([Paper(id="lora", title="LoRA")], [Extraction(paper_id="lora")], about={"version": "1"})
    >>> graph.nodes["Paper"]["title"].to_pylist()
    ['LoRA']
    """
    with Scratch() as scratch:
        part = Part((scratch.path / "papers.parquet",), (scratch.path / "extractions.parquet",))
        pq.write_table(node_table("Paper", map(paper_properties, papers)), part.papers[0])
        write_extractions(extractions, part.extractions[0], "parquet")
        plan = Plan(
            scratch.path / "work",
            scratch.path / "tables",
            (part,),
            corrections=corrections,
            papers=len(papers),
            limits=limits_for(len(papers)),
            in_memory=True,
        )
        weave_tables(plan, about, progress)
        return read_tables(plan.tables)


def weave_tables(plan: Plan, about: Mapping[str, Any], progress: Progress) -> None:
    """Write the tables of a plan, in this process and, for many papers, a second one; see `weave`."""
    start_tables(plan.tables)
    for folder in (plan.work, *filter(None, [plan.cache])):
        folder.mkdir(parents=True, exist_ok=True)
    disconnect()  # before a process is forked
    own_process = plan.papers >= PAPERS_FOR_TWO_PROCESSES
    with (
        gc_paused(),
        background(partial(_write_papers, plan), own_process=own_process) as papers_written,
    ):
        try:
            with progress.stage("resolve", plan.papers) as advance:
                Stages(plan, run_here(plan.papers, CONCEPT_STAGES, advance)).find_concepts()
            with progress.stage("link", plan.papers) as advance:
                Stages(plan, run_here(plan.papers, LINK_STAGES, advance)).link_papers()
            papers_written()
        finally:
            disconnect()
    finish_tables(plan.tables, {"id": "litloom", "schema_version": SCHEMA_VERSION, **about})


def _write_papers(plan: Plan) -> None:
    Stages(plan, run_here()).write_papers()
