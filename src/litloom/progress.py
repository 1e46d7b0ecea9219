"""How long work tells what it is doing, without knowing who listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Advance(Protocol):
    """Is called with how much was done since."""

    def __call__(self, done: int, /, share: float | None = None) -> object:
        """Tell that `done` more is done; by now it is this `share` of all, where only that is known."""


class Progress(Protocol):
    """Opens one stage of the work."""

    def __call__(self, stage: str, total: int | None) -> AbstractContextManager[Advance]:
        """Open a stage of `total` papers (when loading, of rows), where their number is known."""


@contextmanager
def silent(stage: str, total: int | None) -> Iterator[Advance]:
    """Tell nobody."""
    yield lambda done, /, share=None: None
