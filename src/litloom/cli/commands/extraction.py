"""``litloom extract``: text to concepts, into one file, or into a folder of parts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import (
    FORMATS,
    Engine,
    EngineName,
    Inputs,
    Map,
    Model,
    Scheduler,
    SkipBad,
    Skipped,
    columns_of,
    output_path,
)
from litloom.cli.output import note
from litloom.cli.skipped import skipped_to
from litloom.cli.stages import bars
from litloom.progress import track
from litloom.records import Paper


class ExtractFormat(StrEnum):
    """What `extract` writes."""

    jsonl = "jsonl"
    parquet = "parquet"


def extract(
    files: Inputs,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help="The file to write, - for standard output; or a folder, told by a / at its end.",
            metavar="FILE|FOLDER/",
        ),
    ],
    format: Annotated[  # noqa: A002 - the name of the option
        ExtractFormat | None, typer.Option(help="What to write: JSON Lines if not given; parts are Parquet.")
    ] = None,
    model: Model = "default",
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out mentions less sure than this.")
    ] = 0.0,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1, help="Processes on this machine that share the work; 1 if not given, for Dask all cores."
        ),
    ] = None,
    engine: Engine = EngineName.local,
    scheduler: Scheduler = None,
    partition_size: Annotated[
        int, typer.Option(min=1, help="Papers of a part, at most: what a worker that dies has to read again.")
    ] = 1000,
    input_format: Annotated[
        str | None,
        typer.Option(help=f"Format of the files ({FORMATS}); found from their content if not given."),
    ] = None,
    columns: Map = None,
    skip_bad: SkipBad = False,
    skipped: Skipped = None,
) -> None:
    """Find the concepts of papers and write one record a paper.

    Each record holds the mentions with their place in the text, type, confidence and sentence, and what the
    paper introduces. Duplicates among the inputs are kept: one record in, one record out.

    A folder gets one Parquet part for every thousand papers, each written whole. The same command again keeps
    the parts that are there, and --engine dask has them written by all machines that share the folder:

        litloom extract arxiv-metadata.json.gz -o parts/ --model fast --engine dask --scheduler tcp://node1:8786

    What to do with such a folder: litloom weave --help, and litloom build --help (--extractions).
    """
    from litloom.readers import input_files, read_papers
    from litloom.support.output_file import check_output

    reads = input_files(files)
    into_file = output == "-" or (engine is EngineName.local and not _is_folder(output))
    if into_file:
        check_output(output_path(output), reads)
    with skipped_to(skipped, reads=[*reads, output]) as on_skip:
        papers = read_papers(
            files, format=input_format, columns=columns_of(columns), skip_bad=skip_bad, on_skip=on_skip
        )
        if into_file:
            chosen = format or ExtractFormat.jsonl
            _into_file(papers, output_path(output), chosen, model, min_confidence, processes)
            return
        if format is ExtractFormat.jsonl:
            raise typer.BadParameter("parts are Parquet", param_hint="--format")
        _into_parts(papers, Path(output), model, min_confidence, partition_size, engine, scheduler, processes)


def _into_file(
    papers: Iterable[Paper],
    output: Path,
    format: ExtractFormat,  # noqa: A002
    model: str,
    min_confidence: float,
    processes: int | None,
) -> None:
    from litloom.extractors import Extractor, write_extractions

    extractor = Extractor(model, min_confidence=min_confidence)
    with bars() as progress, progress.stage("extract") as advance:
        found = extractor.extract(papers, processes=processes or 1)
        count = write_extractions(track(found, advance), output, format.value)
    note(f"{count} papers written to {output}")


def _into_parts(
    papers: Iterable[Paper],
    folder: Path,
    model: str,
    min_confidence: float,
    partition_size: int,
    engine: EngineName,
    scheduler: str | None,
    processes: int | None,
) -> None:
    from litloom.engines import open_engine
    from litloom.extractions.extract_parts import extract_parts

    with open_engine(engine, scheduler=scheduler, processes=processes) as opened, bars() as progress:
        done = extract_parts(
            papers,
            folder,
            engine=opened,
            model=model,
            min_confidence=min_confidence,
            partition_size=partition_size,
            progress=progress,
        )
    kept = f", {done.kept:,} of them there already" if done.kept else ""
    note(f"{done.papers:,} papers in {done.parts:,} parts{kept}: {folder}")


def _is_folder(output: str) -> bool:
    return output.endswith(("/", os.sep)) or Path(output).is_dir()
