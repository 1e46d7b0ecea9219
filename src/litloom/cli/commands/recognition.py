"""The commands that work on text alone: `train`, `evaluate`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import output_path
from litloom.cli.output import note, print_json
from litloom.cli.stages import bars
from litloom.progress import track
from litloom.support.printable import printable


class ReportFormat(StrEnum):
    """How `evaluate` prints."""

    table = "table"
    json = "json"


def train(
    train_file: Annotated[
        Path, typer.Argument(metavar="TRAIN.jsonl", help="Annotated papers to learn from.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The directory to write the model to.")],
    dev: Annotated[Path | None, typer.Option(help="Annotated papers to measure the result on.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="A training recipe (TOML); without it, a small fast model is trained.")
    ] = None,
    unlabelled: Annotated[
        Path | None,
        typer.Option(
            help="Papers without annotation: tell which names are common, and so hardly new. A recipe may "
            "learn from what a model finds in them."
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Replaces the recipe's seed.")] = None,
) -> None:
    """Train a recognition model from annotated papers.

    Annotated papers are JSON Lines: {"id", "title", "abstract", "mentions": [["string", "Type"], …],
    "introduces": ["string", …]}. Some of them are held out; the figures on these are printed, and kept in
    DIR/meta.json. Use the result with --model DIR. What was finished of a training that was interrupted is
    kept beside DIR: the same command goes on from there.
    """
    from litloom.extractors import train as train_model

    with bars() as progress:
        trained = train_model(
            train_file,
            output,
            dev=dev,
            config=config,
            unlabelled=unlabelled,
            seed=seed,
            progress=progress,
        )
    from rich.console import Console

    from litloom.extractors.evaluation.report import tables

    shown = [(f"Held out of {train_file}, cross-validated", trained.held_out)]
    shown += [(str(dev), trained.dev)] if trained.dev is not None else []
    console = Console()
    for measured_on, evaluation in shown:
        console.print(f"{printable(measured_on)}:", markup=False, highlight=False, soft_wrap=True)
        console.print(*tables(evaluation)[:3])
    note(f"model written to {output}")


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="Annotated papers.")],
    model: Annotated[
        str, typer.Option(help="A model's name, or the directory of one you trained.")
    ] = "default",
    format: Annotated[ReportFormat, typer.Option(help="How to print.")] = ReportFormat.table,  # noqa: A002
    errors: Annotated[
        Path | None,
        typer.Option(
            help="Write a page that shows annotation and extraction side by side.",
            metavar="FILE",
            parser=output_path,
        ),
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="How many processes share the work.")] = 1,
) -> None:
    """Compare what a model finds with what careful readers found.

    Prints precision, recall and F1 per type, by exact span and by distinct name, what papers introduce,
    confusions between types, the reliability of the confidence, and the commonest misses and inventions.
    """
    from litloom.extractors import Extractor, compare, read_gold
    from litloom.extractors.evaluation.report import tables, write_error_page
    from litloom.support.output_file import check_output

    if errors is not None:
        check_output(errors, [gold])
    papers = read_gold(gold)
    extractor = Extractor(model)
    found = extractor.extract((paper.paper for paper in papers), processes=processes)
    with bars() as progress, progress.stage("evaluate", len(papers)) as advance:
        extractions = list(track(found, advance))
    evaluation = compare(papers, extractions, model=extractor.name)
    if errors is not None:
        write_error_page(errors, papers, extractions)
        note(f"errors written to {errors}")
    if format is ReportFormat.json:
        print_json(evaluation.as_dict())
    else:
        from rich.console import Console

        Console().print(*tables(evaluation))
