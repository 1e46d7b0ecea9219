"""Dates of a Daily Papers page: ``Jun 10, 2025``, or ``Jun 10`` in the year of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from litloom.readers.dates import is_valid_day, month_number

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
    """A day, possibly without its year."""

    year: int | None
    month: int
    day: int


def parse_day(match: re.Match[str]) -> Day | None:
    """Return the day in a match of `DATE`; ``None`` if it does not exist."""
    day = Day(int(match["year"]) if match["year"] else None, month_number(match["month"]), int(match["day"]))
    return day if is_valid_day(*day) else None


def page_year(header: Day | None, years: Iterable[int]) -> int | None:
    """Return the year of dates without one: the year after the latest of `years`, or that of the header.

    The site omits the current year.

    >>> page_year(Day(None, 6, 22), [2023, 2025, 2019]), page_year(None, [])
    (2026, None)
    """
    candidates = [year + 1 for year in years]
    if header is not None and header.year is not None:
        candidates.append(header.year)
    return max(candidates, default=None)
