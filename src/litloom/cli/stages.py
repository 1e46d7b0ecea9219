"""Progress bars, one a stage, on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

import rich.progress as rich
from rich.console import Console

from litloom.progress import Advance, Progress

WHAT: Final = {
    "read": "reading papers",
    "stored": "reading the graph",
    "merge": "comparing papers",
    "recall": "reading the cache",
    "extract": "finding concepts",
    "resolve": "resolving names",
    "link": "linking papers",
    "weave": "weaving",
    "load": "loading the graph",
}
"""The description of each stage; of others, the name of the stage."""
UPDATE_SECONDS: Final = 0.1
"""Least time between two updates of a bar: one for each paper would take longer than many a stage."""


@contextmanager
def bars() -> Iterator[Bars]:
    """Show a bar for each stage that begins inside."""
    opened = Bars()
    try:
        yield opened
    finally:
        opened.pause()


class Bars(Progress):
    """Progress callback that shows a bar for each stage."""

    def __init__(self) -> None:
        self._bars: rich.Progress | None = None

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Show a bar for a stage."""
        if self._bars is None:
            self._bars = _new_bars()
            self._bars.start()
        bar = _Bar(self._bars, WHAT.get(name, name), total)
        yield bar.advance
        bar.finish()

    def pause(self) -> None:
        """Stop updating the bars, so that other output can follow; the next stage begins below it."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None


class _Bar:
    def __init__(self, bars: rich.Progress, description: str, total: int | None) -> None:
        self._bars = bars
        self._task = bars.add_task(description, total=total, remark="")
        self._begin = self._updated = monotonic()
        self._done = 0
        self._share: float | None = None
        self._remark = ""

    def advance(self, count: int, /, *, share: float | None = None, remark: str = "") -> None:
        self._done += count
        self._share, self._remark = share, remark
        if monotonic() - self._updated >= UPDATE_SECONDS:
            self._update()

    def finish(self) -> None:
        self._update()
        self._bars.update(self._task, total=self._done)

    def _update(self) -> None:
        self._updated = monotonic()
        total = self._done / self._share if self._share else None
        remark = self._remark or _rate(self._done, self._updated - self._begin)
        self._bars.update(self._task, completed=self._done, total=total, remark=remark)


def _rate(done: int, seconds: float) -> str:
    if not done or seconds < UPDATE_SECONDS:
        return ""
    rate = done / seconds
    return f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"


def _new_bars() -> rich.Progress:
    return rich.Progress(
        rich.SpinnerColumn(finished_text="[green]✓"),
        rich.TextColumn("{task.description:<18}"),
        rich.BarColumn(bar_width=30),
        rich.MofNCompleteColumn(),
        rich.TextColumn("{task.fields[remark]}"),
        rich.TimeElapsedColumn(),
        rich.TimeRemainingColumn(),
        console=Console(stderr=True),
    )
