"""What a person may ask of any reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from litloom.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person may ask of any reader.

    Parameters
    ----------
    skip_bad
        Whether a malformed record is left out instead of ending the reading.
    page_year
        The year of dates that are written without one.
    columns
        For tables: by field of a paper, the name of the column that holds it.
    on_skip
        Called with the error of each record that is left out.
    """

    skip_bad: bool = False
    page_year: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    on_skip: Callable[[InputError], None] | None = None

    def bad(self, error: InputError) -> None:
        """Raise the error, or report it where bad records are to be left out."""
        if not self.skip_bad:
            raise error
        if self.on_skip is not None:
            self.on_skip(error)
