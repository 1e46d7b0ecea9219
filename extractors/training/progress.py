"""Telling a person how far long work has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[str], None]


class Progress:
    """Silent progress; `BarProgress` shows it."""

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        """Begin a stage of `total` steps; the function given back is called after each, with a remark."""
        yield lambda remark: None


class BarProgress(Progress):
    """Shows each stage as a bar on the standard error stream."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True)

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        """Begin a stage of `total` steps; the function given back is called after each, with a remark."""
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[remark]}"),
        )
        with Bars(*columns, console=self._console) as bars:
            task = bars.add_task(name, total=total, remark="")
            yield lambda remark: bars.update(task, advance=1, remark=remark)
