"""Commands about concepts: ``concepts`` and ``evaluate-concepts``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import Store, output_path


class ReportFormat(StrEnum):
    """How `evaluate_concepts` prints."""

    table = "table"
    json = "json"


def concepts(
    store: Store,
    top: Annotated[int, typer.Option(min=1, help="How many of each to list.")] = 30,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to a file instead.", metavar="FILE", parser=output_path),
    ] = None,
) -> None:
    """List concepts that may be one, and kinds that papers dispute, as a file that build --concepts takes.

    Delete the lines that are wrong, add your own, and give the file to: litloom build FILES --store STORE
    --concepts MINE.yaml. It has the sections same (lists of names that are one), apart (lists of names that
    are not), kind (name: Kind), variant (name: family) and drop (names that are no concepts). What it says
    wins over all rules, and the graph keeps it.
    """
    from litloom.api import open_graph
    from litloom.graph.curation.suggested_corrections import suggestions
    from litloom.store_files import check_apart
    from litloom.support.output_file import check_output, output_file

    if output is not None:
        check_apart(output, store)
        check_output(output)
    with open_graph(store) as graph:
        text = suggestions(graph.store, top)
    if output is None:
        typer.echo(text, nl=False)
    else:
        with output_file(output) as unfinished:
            unfinished.write_text(text, encoding="utf-8")


def evaluate_concepts(
    pairs: Annotated[Path, typer.Argument(help="Pairs of names with their papers and a label (JSON Lines).")],
    format: Annotated[ReportFormat, typer.Option(help="How to print.")] = ReportFormat.table,  # noqa: A002
) -> None:
    """Measure how well names are told to be same, variant or different.

    Each line is {"id", "a": {"name", "kind", "paper", "title", "abstract"}, "b": {…}, "label"}. JSON gives
    what is predicted: [{"id", "predicted"}, …]; then labels are not needed.
    """
    from litloom.cli.output import print_json, print_rows
    from litloom.graph.names.pairs import judge, read_pairs, scores

    judged = list(judge(read_pairs(pairs)))
    if format is ReportFormat.json:
        predictions = [{"id": pair.id, "predicted": predicted} for pair, predicted in judged]
        print_json(predictions)
    else:
        print_rows(scores(judged))
