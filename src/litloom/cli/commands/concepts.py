"""Commands ``concepts`` and ``evaluate-concepts``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from litloom.cli.options import Output, Report, ReportFormat, Store


def concepts(
    store: Store,
    top: Annotated[int, typer.Option(min=1, help="Most suggestions of each sort.")] = 30,
    output: Output = None,
) -> None:
    """Suggest corrections of concepts, as a file for build --concepts.

    Suggested are concepts that may be the same, and kinds that papers disagree on. Delete wrong lines, add
    your own, and run: litloom build FILES --store STORE --concepts FILE. The sections of the file are same
    (lists of names of one concept), apart (lists of names of different concepts), kind (name: Kind), variant
    (name: family) and drop (names that are not concepts). Corrections override all rules, and are stored in
    the graph.
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
    pairs: Annotated[
        Path, typer.Argument(help="Labelled pairs of names, with their papers (JSON Lines).", metavar="PAIRS")
    ],
    format: Report = ReportFormat.table,  # noqa: A002 - the name of the option
) -> None:
    """Evaluate which names are matched as the same concept.

    Each line is {"id", "a": {"name", "kind", "paper", "title", "abstract"}, "b": {…}, "label"}, with the
    label same, variant or different. --format json prints the predictions, [{"id", "predicted"}, …], and
    needs no labels.
    """
    from litloom.cli.output import print_json, print_rows
    from litloom.graph.names.pairs import judge, read_pairs, scores

    judged = list(judge(read_pairs(pairs)))
    if format is ReportFormat.json:
        predictions = [{"id": pair.id, "predicted": predicted} for pair, predicted in judged]
        print_json(predictions)
    else:
        print_rows(scores(judged))
