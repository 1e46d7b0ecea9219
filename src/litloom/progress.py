"""Progress of long work: the callback that it reports to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol, TypeVar

Item = TypeVar("Item")


class Advance(Protocol):
    """Reports that work was done."""

    def __call__(self, count: int, /, *, share: float | None = None, remark: str = "") -> object:
        """Add `count` steps; `share`, from 0 to 1, is how much is done where the total is unknown."""


class Progress:
    """Progress callback that does nothing; subclasses show or record the stages.

    Examples
    --------
    >>> with Progress().stage("link", total=2) as advance:
    ...     advance(2)
    """

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Begin a stage of `total` steps (papers; rows when loading), or of an unknown number."""
        yield _ignore


NO_PROGRESS: Final = Progress()


def track(items: Iterable[Item], advance: Advance) -> Iterator[Item]:
    """Yield items, and advance by one after each."""
    for item in items:
        yield item
        advance(1)


def _ignore(count: int, /, *, share: float | None = None, remark: str = "") -> None:
    pass
