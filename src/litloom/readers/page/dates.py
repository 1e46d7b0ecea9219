"""The dates of a Daily Papers page: ``Jun 10, 2025``, or ``Jun 10`` where the year is the page's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from litloom.readers.dates import is_day

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY: Final = r"(?P<day>[12]\d|3[01]|0?[1-9])"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"

DATE: Final = rf"{_MONTH}\.?\s+{_DAY}(?!\d)(?:,?\s*{_YEAR})?"
GLUED_DATE: Final = re.compile(
    rf"{_MONTH}\.?\s+(?!(?:19|20)\d\d\b){_DAY}(?!(?:st|nd|rd|th)\b)(?:,\s*{_YEAR})?"
    r"(?P<space>\s*)(?=[^\W_]|[(\[{\"“‘$\\*]|'[A-Z])"
)


class Day(NamedTuple):
    """A day, its year perhaps left out."""

    year: int | None
    month: int
    day: int


def day_of(found: re.Match[str]) -> Day | None:
    """Return the day that a match of a pattern with `DATE` in it names, if the calendar has it."""
    month = _MONTHS.index(found["month"][:3].lower()) + 1
    year = int(found["year"]) if found["year"] else None
    day = int(found["day"])
    return Day(year, month, day) if is_day(year, month, day) else None


def year_of_page(header: Day | None, written: Iterable[int]) -> int | None:
    """Return the year of a page's year-less dates: the one after the latest that it writes out.

    The site leaves out the year of dates that are of the current one.

    Parameters
    ----------
    header
        The date in the page's header; it counts as the page's own where it has a year.
    written
        The years written out in the dates of entries.

    Examples
    --------
    >>> year_of_page(Day(None, 6, 22), [2023, 2025, 2019]), year_of_page(None, [])
    (2026, None)
    """
    years = [year + 1 for year in written]
    if header is not None and header.year is not None:
        years.append(header.year)
    return max(years, default=None)
