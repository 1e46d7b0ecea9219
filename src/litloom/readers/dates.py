"""Dates as ISO 8601, as precise as they were written: day, month or year, or a day of an unknown year."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_ISO: Final = re.compile(
    r"(?:(\d{4})(?:-(\d\d)(?:-(\d\d))?)?|--(\d\d)-(\d\d))(?:[T ]\d\d:?\d\d.*)?", re.ASCII
)
_ANY_LEAP_YEAR: Final = 2000
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)", re.ASCII)


def iso_date(text: str) -> str:
    """Return the date of a text in ISO 8601, any time of day cut off; ``""`` where it is no date.

    Examples
    --------
    >>> iso_date("2025-06-10T08:00:00Z"), iso_date("2025-06"), iso_date("--06-10"), iso_date("2025-02-30")
    ('2025-06-10', '2025-06', '--06-10', '')
    """
    found = _ISO.fullmatch(text.strip())
    if found is None:
        return ""
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    if not is_day(int(year) if year else None, int(month or 1), int(day or 1)):
        return ""
    return (
        f"-{found[4]}-{found[5]}".replace("-", "--", 1)
        if year is None
        else "-".join(part for part in (year, month, day) if part)
    )


def is_day(year: int | None, month: int, day: int) -> bool:
    """Whether the calendar has that day, in some year where the year is unknown."""
    try:
        date(_ANY_LEAP_YEAR if year is None else year, month, day)
    except ValueError:
        return False
    return True


def written(year: int | None, month: int, day: int) -> str:
    """Return a day in ISO 8601, ``--MM-DD`` where its year is unknown or has no such day.

    Examples
    --------
    >>> written(2025, 6, 10), written(None, 6, 10), written(2025, 2, 29)
    ('2025-06-10', '--06-10', '--02-29')
    """
    known = year is not None and is_day(year, month, day)
    return f"{year:04d}-{month:02d}-{day:02d}" if known else f"--{month:02d}-{day:02d}"


def partial(
    year: str | int | None, month: str | int | None = None, day: str | int | None = None
) -> str | None:
    """Return a date of parts, as far as they are known and sensible; months as numbers or by their names.

    Examples
    --------
    >>> partial(2017, "6", 12), partial("2017", "Jun"), partial("June 2017"), partial(2017, 13)
    ('2017-06-12', '2017-06', '2017', '2017')
    """
    found = _YEAR.search(str(year or ""))
    if found is None:
        return None
    parts = [found[1]]
    if number := month_number(str(month or "")):
        parts.append(f"{number:02d}")
        digits = str(day or "").strip()
        if digits.isdecimal() and len(digits) <= 2 and is_day(int(found[1]), number, int(digits)):
            parts.append(f"{int(digits):02d}")
    return "-".join(parts)


def month_number(text: str) -> int:
    """Return 1 to 12 for a month written as a number or by its English name; 0 for anything else.

    Examples
    --------
    >>> month_number("Sept."), month_number("09"), month_number("Spring")
    (9, 9, 0)
    """
    text = text.strip().lower()
    if text.isdecimal() and len(text) <= 2:
        return int(text) if 1 <= int(text) <= 12 else 0
    return _MONTHS.index(text[:3]) + 1 if text[:3] in _MONTHS else 0
