"""Dates in ISO 8601, as precise as the source: day, month, year, or ``--MM-DD`` if the year is unknown."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate
from typing import Final

_ISO: Final = re.compile(
    r"(?:(\d{4})(?:-(\d\d)(?:-(\d\d))?)?|--(\d\d)-(\d\d))(?:[T ]\d\d:?\d\d.*)?", re.ASCII
)
_ANY_LEAP_YEAR: Final = 2000
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)", re.ASCII)


def iso_date(text: str) -> str | None:
    """Return the date of a text in ISO 8601, without the time of day; ``None`` for anything else.

    >>> iso_date("2025-06-10T08:00:00Z"), iso_date("2025-06"), iso_date("--06-10"), iso_date("2025-02-30")
    ('2025-06-10', '2025-06', '--06-10', None)
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = match[1], match[2] or match[4], match[3] or match[5]
    if not is_valid_day(int(year) if year else None, int(month or 1), int(day or 1)):
        return None
    return "-".join(filter(None, (year or "-", month, day)))


def parse_date(text: str) -> str | None:
    """Return a date in ISO 8601, else the year that the text contains."""
    return iso_date(text) or partial_date(text)


def email_date(text: str) -> str | None:
    """Return the day of an RFC 2822 date.

    >>> email_date("Mon, 12 Jun 2017 17:57:34 GMT")
    '2017-06-12'
    """
    parts = parsedate(text)
    return partial_date(*parts[:3]) if parts else None


def is_valid_day(year: int | None, month: int, day: int) -> bool:
    """Whether the day exists; without a year, whether it exists in any year."""
    try:
        date(_ANY_LEAP_YEAR if year is None else year, month, day)
    except ValueError:
        return False
    return True


def format_day(year: int | None, month: int, day: int) -> str:
    """Return a day in ISO 8601; ``--MM-DD`` if the year is unknown or lacks that day.

    >>> format_day(2025, 6, 10), format_day(None, 6, 10), format_day(2025, 2, 29)
    ('2025-06-10', '--06-10', '--02-29')
    """
    known = year is not None and is_valid_day(year, month, day)
    return f"{year:04d}-{month:02d}-{day:02d}" if known else f"--{month:02d}-{day:02d}"


def partial_date(
    year: str | int | None, month: str | int | None = None, day: str | int | None = None
) -> str | None:
    """Return the date of its parts, up to the first that is missing or invalid; months may be names.

    >>> partial_date(2017, "6", 12), partial_date("2017", "Jun"), partial_date("June 2017")
    ('2017-06-12', '2017-06', '2017')
    """
    match = _YEAR.search(str(year or ""))
    if match is None:
        return None
    parts = [match[1]]
    if number := month_number(str(month or "")):
        parts.append(f"{number:02d}")
        digits = str(day or "").strip()
        if digits.isdecimal() and len(digits) <= 2 and is_valid_day(int(match[1]), number, int(digits)):
            parts.append(f"{int(digits):02d}")
    return "-".join(parts)


def month_number(text: str) -> int:
    """Return 1 to 12 for a number or an English name of a month, else 0.

    >>> month_number("Sept."), month_number("09"), month_number("Spring")
    (9, 9, 0)
    """
    text = text.strip().lower()
    if text.isdecimal() and len(text) <= 2:
        return int(text) if 1 <= int(text) <= 12 else 0
    return _MONTHS.index(text[:3]) + 1 if text[:3] in _MONTHS else 0
