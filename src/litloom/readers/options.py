"""Options that every reader takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from litloom.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of a reader.

    Parameters
    ----------
    skip_bad
        Skip malformed records instead of raising an error.
    page_year
        The year of dates written without one.
    columns
        For tables: the column of each field, such as ``{"title": "Name of paper"}``.
    on_skip
        Called with the error of each skipped record.
    """

    skip_bad: bool = False
    page_year: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    on_skip: Callable[[InputError], None] | None = None

    def reject(self, error: InputError) -> None:
        """Raise the error of a bad record, or report it if bad records are skipped."""
        if not self.skip_bad:
            raise error
        if self.on_skip is not None:
            self.on_skip(error)
