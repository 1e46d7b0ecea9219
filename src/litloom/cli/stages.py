"""A progress bar a stage, on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from litloom.progress import Advance

WHAT: Final = {
    "read": "reading papers",
    "stored": "reading the graph",
    "merge": "comparing papers",
    "recall": "recalling concepts",
    "extract": "finding concepts",
    "link": "linking papers",
    "load": "loading the graph",
}


@contextmanager
def bars() -> Iterator[Bars]:
    """Show bars for the stages that are opened inside."""
    columns = (
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description:<18}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    progress = Progress(*columns, console=Console(stderr=True))
    try:
        yield Bars(progress)
    finally:
        # Without a stage there is nothing to end; rich would print an empty line.
        if progress.tasks:
            progress.stop()


class Bars:
    """Tells a `rich.progress.Progress` what `litloom.progress.Progress` is told."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @contextmanager
    def __call__(self, stage: str, total: int | None) -> Iterator[Advance]:
        """Open one stage."""
        self._progress.start()
        task = self._progress.add_task(WHAT.get(stage, stage), total=total, rate="")

        def advance(done: int) -> None:
            speed = self._progress.tasks[task].speed
            self._progress.update(task, advance=done, rate=f"{speed:,.0f}/s" if speed else "")

        yield advance
        self._progress.update(task, total=self._progress.tasks[task].completed)
