"""How long work tells what it is doing, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[int], object]


class Progress(Protocol):
    """Opens one stage of the work; inside it, `Advance` is called with how much was done since."""

    def __call__(self, stage: str, total: int | None) -> AbstractContextManager[Advance]:
        """Open a stage of `total` papers (when loading, of rows), where their number is known."""


@contextmanager
def silent(stage: str, total: int | None) -> Iterator[Advance]:
    """Tell nobody."""
    yield lambda done: None
