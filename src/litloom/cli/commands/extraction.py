"""``litloom extract``: the concepts of papers, as one file or a folder of parts."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import (
    Engine,
    EngineName,
    EngineProcesses,
    InputFormat,
    Inputs,
    Map,
    Model,
    Scheduler,
    SkipBad,
    Skipped,
    output_path,
    parse_columns,
)
from litloom.cli.output import note
from litloom.cli.skipped import skipped_to
from litloom.cli.stages import bars
from litloom.progress import track


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
            help="Output file, - for standard output; or a folder (ending in /) for parts.",
            metavar="FILE|FOLDER/",
        ),
    ],
    format: Annotated[  # noqa: A002 - the name of the option
        ExtractFormat | None, typer.Option(help="Output format. Default: jsonl; parts are parquet.")
    ] = None,
    model: Model = "default",
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out mentions below this confidence.")
    ] = 0.0,
    processes: EngineProcesses = None,
    engine: Engine = EngineName.local,
    scheduler: Scheduler = None,
    partition_size: Annotated[
        int, typer.Option(min=1, help="Most papers of a part, which is what a lost worker has to repeat.")
    ] = 1000,
    input_format: InputFormat = None,
    columns: Map = None,
    skip_bad: SkipBad = False,
    skipped: Skipped = None,
) -> None:
    """Extract concepts from papers, one output record a paper.

    Each record has the mentions, with offsets, type, confidence and sentence, and the concepts that the
    paper introduces. Duplicate papers are not merged.

    A folder gets a Parquet part for every thousand papers. Run the same command again to complete it; with
    --engine dask, all machines that share the folder write parts:

        litloom extract arxiv-metadata.json.gz -o parts/ --model fast --engine dask --scheduler tcp://node1:8786

    Use such a folder with litloom weave, or with litloom build --extractions.
    """
    from litloom.engines import open_engine
    from litloom.extractions.extract_parts import extract_parts
    from litloom.extractors import Extractor, write_extractions
    from litloom.readers import input_files, read_papers
    from litloom.support.output_file import check_output

    reads = input_files(files)
    into_file = output == "-" or (engine is EngineName.local and not _is_folder(output))
    if into_file:
        check_output(output_path(output), reads)
    elif format is ExtractFormat.jsonl:
        raise typer.BadParameter("parts are Parquet", param_hint="--format")
    with skipped_to(skipped, reads=[*reads, output]) as on_skip, bars() as progress:
        papers = read_papers(
            files, format=input_format, columns=parse_columns(columns), skip_bad=skip_bad, on_skip=on_skip
        )
        if into_file:
            extractor = Extractor(model, min_confidence=min_confidence)
            with progress.stage("extract") as advance:
                found = track(extractor.extract(papers, processes=processes or 1), advance)
                count = write_extractions(found, output_path(output), (format or ExtractFormat.jsonl).value)
            written = f"{count} papers written to {output_path(output)}"
        else:
            with open_engine(engine, scheduler=scheduler, processes=processes) as opened:
                done = extract_parts(
                    papers,
                    output,
                    engine=opened,
                    model=model,
                    min_confidence=min_confidence,
                    partition_size=partition_size,
                    progress=progress,
                )
            kept = f", {done.kept:,} of them kept" if done.kept else ""
            written = f"{done.papers:,} papers in {done.parts:,} parts{kept}: {output}"
    note(written)


def _is_folder(output: str) -> bool:
    return output.endswith(("/", os.sep)) or Path(output).is_dir()
