"""Command ``remove``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from litloom.cli.commands.build import interrupt_note
from litloom.cli.options import InputFormat, OutputFormat, Processes, Store
from litloom.cli.output import Format, note, print_rows
from litloom.cli.stages import bars
from litloom.graph.stores.base import Rows
from litloom.records import Paper

MOST_SHOWN: Final = 20
"""Papers that are listed before the prompt; ``--dry-run`` lists all."""


def remove(
    store: Store,
    papers: Annotated[
        list[str] | None,
        typer.Argument(help="Ids, DOIs, arXiv ids, or parts of titles.", metavar="PAPERS…"),
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            help="File of papers to remove, in any input format.",
            metavar="FILE",
        ),
    ] = None,
    input_format: InputFormat = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list the papers that would be removed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Skip the confirmation prompt.")] = False,
    model: Annotated[
        str | None,
        typer.Option(help="Name or folder of a recognition model. Default: that of the graph."),
    ] = None,
    processes: Processes = None,
    format: OutputFormat = Format.table,  # noqa: A002 - the name of the option
) -> None:
    """Remove papers from a graph, with the concepts, cited works, authors and links of no other paper.

    The result is the graph that a build of the remaining papers gives, with the same corrections. If a name
    matches no paper, or several, nothing is removed. The extractions of the papers are deleted, too.

    Example: litloom remove "FlatQuant" 10.18653/v1/n19-1423 arxiv:2106.09685 --store lit.lbug
    """
    from litloom.api import open_graph
    from litloom.readers import read_papers
    from litloom.remove_papers import remove

    if not papers and not files:
        raise typer.BadParameter("name papers, or give a file with --from", param_hint="PAPERS")
    with open_graph(store) as graph:
        before = graph.stats()
    wanted: list[str | Paper] = [*(papers or ())]
    if files:
        wanted += read_papers(files, format=input_format)
    agreed = False
    with interrupt_note(store), bars() as progress:

        def confirm(gone: Sequence[Paper]) -> bool:
            nonlocal agreed
            progress.pause()
            if dry_run:
                print_rows(_listed(gone), format)
            else:
                agreed = _agreed(gone, ask=not yes)
            return agreed

        graph = remove(wanted, store, model=model, confirm=confirm, processes=processes, progress=progress)
    with graph:
        if agreed:
            print_rows(_changed(before, graph.stats()), format)
        elif not dry_run:
            note("nothing was removed")


def _agreed(gone: Sequence[Paper], *, ask: bool) -> bool:
    """List the papers and, at a terminal, ask for confirmation."""
    if not gone:
        note("these papers are removed already; completing the interrupted removal")
        return True
    for paper in gone[:MOST_SHOWN]:
        note(f"  {paper.title} ({paper.id})")
    if len(gone) > MOST_SHOWN:
        note(f"  and {len(gone) - MOST_SHOWN:,} more")
    papers = "this paper" if len(gone) == 1 else f"these {len(gone):,} papers"
    if ask and sys.stdin.isatty() and sys.stderr.isatty():
        return typer.confirm(f"Remove {papers}?", err=True)
    note(f"removing {papers}")
    return True


def _listed(gone: Sequence[Paper]) -> Rows:
    return Rows(("id", "paper", "year"), tuple((paper.id, paper.title, paper.year) for paper in gone))


def _changed(before: Rows, after: Rows) -> Rows:
    """Return the counts that changed."""
    now = dict(after.values)
    counts = ((what, count, now[what]) for what, count in before.values)
    return Rows(("what", "before", "after"), tuple(row for row in counts if row[1] != row[2]))
