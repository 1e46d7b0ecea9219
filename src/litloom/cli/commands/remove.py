"""``litloom remove``: papers out of a graph."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from litloom.cli.commands.build import told_what_is_left
from litloom.cli.options import OutputFormat, Processes, Store
from litloom.cli.output import Format, note, print_rows
from litloom.cli.stages import bars
from litloom.graph.stores.base import Rows
from litloom.records import Paper

MOST_SHOWN: Final = 20
"""Papers that are listed before the question; all of them are by ``--dry-run``."""


def remove(
    store: Store,
    papers: Annotated[
        list[str] | None,
        typer.Argument(help="Each by its id, DOI, arXiv id, or a part of its title.", metavar="PAPERS…"),
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            help="Take out the papers of this file, in any format that litloom reads.",
            metavar="FILE",
        ),
    ] = None,
    input_format: Annotated[
        str | None, typer.Option(help="Format of the files; found from their content if not given.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be taken out.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask, as is done at a terminal.")] = False,
    model: Annotated[
        str | None,
        typer.Option(help="Name or folder of a recognition model; that of the graph if not given."),
    ] = None,
    processes: Processes = None,
    format: OutputFormat = Format.table,  # noqa: A002 - the name of the option
) -> None:
    """Take papers out of a graph, with the concepts, cited works, authors and links that only they held.

    What remains is the graph that building the other papers alone gives, your corrections included. If a name
    fits several papers, or none, nothing is taken out. What was found in the texts is forgotten, too: papers
    that are built again later are read again.

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
    with told_what_is_left(store), bars() as progress:

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
            note("nothing was taken out")


def _agreed(gone: Sequence[Paper], *, ask: bool) -> bool:
    """Tell which papers are meant; where a person is there to say, let them."""
    if not gone:
        note("they are out already, and the rest of that work was left undone: finishing it")
        return True
    for paper in gone[:MOST_SHOWN]:
        note(f"  {paper.title} ({paper.id})")
    if len(gone) > MOST_SHOWN:
        note(f"  and {len(gone) - MOST_SHOWN:,} more")
    papers = "this paper" if len(gone) == 1 else f"these {len(gone):,} papers"
    if ask and sys.stdin.isatty() and sys.stderr.isatty():
        return typer.confirm(f"Take {papers} out?", err=True)
    note(f"taking {papers} out")
    return True


def _listed(gone: Sequence[Paper]) -> Rows:
    return Rows(("id", "paper", "year"), tuple((paper.id, paper.title, paper.year) for paper in gone))


def _changed(before: Rows, after: Rows) -> Rows:
    """Return the counts that changed; links may have come, too, where a paper stood between others."""
    now = dict(after.values)
    counts = ((what, count, now[what]) for what, count in before.values)
    return Rows(("what", "before", "after"), tuple(row for row in counts if row[1] != row[2]))
