"""Commands ``build`` and ``demo``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from litloom.cli.options import (
    INPUT_FORMAT,
    Concepts,
    Inputs,
    Map,
    Model,
    PageYear,
    Processes,
    SkipBad,
    Skipped,
    Store,
    parse_columns,
)
from litloom.cli.output import console, note, print_line, print_rows
from litloom.cli.skipped import skipped_to
from litloom.cli.stages import bars
from litloom.graph.stores.base import is_uri
from litloom.support.printable import printable


def build_graph(
    files: Inputs,
    store: Store = "lit.lbug",
    model: Model = "default",
    input_format: Annotated[str | None, typer.Option("--format", "--input-format", help=INPUT_FORMAT)] = None,
    page_year: PageYear = None,
    columns: Map = None,
    skip_bad: SkipBad = False,
    skipped: Skipped = None,
    concepts: Concepts = None,
    extractions: Annotated[
        Path | None,
        typer.Option(
            help="Folder of extractions by litloom extract with the same model, used instead of processing "
            "the texts again.",
            metavar="FOLDER",
        ),
    ] = None,
    processes: Processes = None,
) -> None:
    """Build a graph of papers and their concepts, or add papers to it.

    Building the same files again changes nothing. If the command is interrupted, a graph in a file stays as
    it was; run the same command again to complete a graph in Neo4j.

    Example: litloom build library.bib seeds/*.txt works.jsonl.gz --store lit.lbug
    """
    from litloom.build_graph import build
    from litloom.readers import input_files

    read_too = [file for file in (concepts,) if file is not None]
    listed = skipped_to(skipped, reads=[*input_files(files), *read_too], store=store)
    with interrupt_note(store), listed as on_skip, bars() as progress:
        graph = build(
            files,
            store,
            model=model,
            format=input_format,
            page_year=page_year,
            columns=parse_columns(columns),
            skip_bad=skip_bad,
            on_skip=on_skip,
            concepts=concepts,
            extractions=extractions,
            processes=processes,
            progress=progress,
        )
    with graph:
        print_rows(graph.stats())


@contextmanager
def interrupt_note(store: str | Path) -> Iterator[None]:
    """On an interrupt, print the state of the graph."""
    try:
        yield
    except KeyboardInterrupt:
        state = (
            "if loading had begun, the graph is incomplete: run the same command again to complete it"
            if is_uri(store)
            else "the graph is unchanged; extractions so far are kept for the next build"
        )
        note(f"litloom: interrupted; {state}")
        raise


def demo(
    folder: Annotated[
        Path,
        typer.Option(
            help="Folder for the graph and its HTML page.", exists=True, file_okay=False, writable=True
        ),
    ] = Path(),
) -> None:
    """Build a graph of landmark papers, run three queries, and draw it."""
    from litloom.build_graph import build
    from litloom.papers.sample import sample_corpus

    store, page = folder / "litloom-demo.lbug", folder / "litloom-demo.html"
    with bars() as progress:
        graph = build(sample_corpus(), store, progress=progress)
    with graph:
        for heading, name, arguments in DEMO_QUESTIONS:
            console().print(f"\n{heading}", style="bold")
            words = [part for key, value in arguments.items() for part in (f"--{key}", str(value))]
            command = shlex.join(["litloom", "query", name, *words, "--store", str(store)])
            console().print(Text(printable(command), style="dim"), soft_wrap=True)
            print_rows(graph.query(name, **arguments))
        graph.view("map", title="litloom: landmark papers").write(page)
    console().print()
    console().print(Text(printable(f"The graph is {store}; open its map in a browser:")), soft_wrap=True)
    print_line(str(page.resolve()))


DEMO_QUESTIONS: tuple[tuple[str, str, dict[str, str | int]], ...] = (
    (
        "Which papers are closest to FlashAttention, and by which concepts?",
        "similar",
        {"paper": "FlashAttention", "top": 5},
    ),
    (
        "Who measured on ImageNet, and with which words?",
        "papers-mentioning",
        {"concept": "ImageNet", "top": 6},
    ),
    ("What was run on TPUs, and where is it said?", "papers-on-hardware", {"hardware": "TPU", "top": 6}),
)
