"""Commands ``train`` and ``evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import Model, Report, ReportFormat, output_path
from litloom.cli.output import note, print_json
from litloom.cli.stages import bars
from litloom.progress import track
from litloom.support.printable import printable


def train(
    train_file: Annotated[Path, typer.Argument(metavar="TRAIN.jsonl", help="Annotated papers (JSON Lines).")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the model.")],
    dev: Annotated[Path | None, typer.Option(help="Annotated papers to evaluate the model on.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="Training configuration (TOML). Default: a small, fast model.")
    ] = None,
    unlabelled: Annotated[
        Path | None,
        typer.Option(
            help="Papers without annotation, to count how common names are. A configuration may also use "
            "them for pseudo-labels."
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Random seed. Default: that of the configuration.")] = None,
) -> None:
    """Train a recognition model from annotated papers.

    Each line of TRAIN.jsonl is {"id", "title", "abstract", "mentions": [["string", "Type"], …],
    "introduces": ["string", …]}. Scores on held-out papers are printed, and stored in meta.json of the model.
    Use the model with --model FOLDER. Run the same command again to continue an interrupted training.
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
    model: Model = "default",
    format: Report = ReportFormat.table,  # noqa: A002 - the name of the option
    errors: Annotated[
        Path | None,
        typer.Option(
            help="Write an HTML page with annotations and extractions side by side.",
            metavar="FILE",
            parser=output_path,
        ),
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="Number of extraction processes.")] = 1,
) -> None:
    """Evaluate a recognition model on annotated papers.

    Prints precision, recall and F1 by type, for exact spans, distinct names and introduced concepts,
    confusions between types, the calibration of the confidence, and the most frequent errors.
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
