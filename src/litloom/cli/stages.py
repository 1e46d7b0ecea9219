"""A progress bar a stage, on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
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
    "resolve": "resolving names",
    "link": "linking papers",
    "weave": "weaving",
    "load": "loading the graph",
}
SHOWN_EVERY: Final = 0.1
"""Seconds between what a bar is told, as telling it of each paper would cost more than many a stage."""


@contextmanager
def bars() -> Iterator[Bars]:
    """Show bars for the stages that are opened inside."""
    opened = Bars()
    try:
        yield opened
    finally:
        opened.pause()


class Bars:
    """Tells a `rich.progress.Progress` what `litloom.progress.Progress` is told."""

    def __init__(self) -> None:
        self._progress: Progress | None = None

    @contextmanager
    def __call__(self, stage: str, total: int | None) -> Iterator[Advance]:
        """Open one stage."""
        if self._progress is None:
            self._progress = _new_progress()
            self._progress.start()
        bar = _Bar(self._progress, WHAT.get(stage, stage), total)
        yield bar.advance
        bar.finish()

    def pause(self) -> None:
        """Leave the bars as they are, for what else is to be shown; the next stage begins below it."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


class _Bar:
    def __init__(self, progress: Progress, what: str, total: int | None) -> None:
        self._progress = progress
        self._task = progress.add_task(what, total=total, rate="")
        self._begun = self._told = monotonic()
        self._done = self._untold = 0
        self._share: float | None = None

    def advance(self, done: int, /, share: float | None = None) -> None:
        self._done += done
        self._untold += done
        self._share = share
        if monotonic() - self._told >= SHOWN_EVERY:
            self._tell()

    def finish(self) -> None:
        self._tell()
        self._progress.update(self._task, total=self._done)

    def _tell(self) -> None:
        self._told = monotonic()
        total = self._done / self._share if self._share else None
        rate = _rate(self._done, self._told - self._begun)
        self._progress.update(self._task, advance=self._untold, total=total, rate=rate)
        self._untold = 0


def _rate(done: int, seconds: float) -> str:
    if not done or seconds < SHOWN_EVERY:
        return ""
    rate = done / seconds
    return f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"


def _new_progress() -> Progress:
    return Progress(
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description:<18}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
