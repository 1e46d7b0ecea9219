"""How large a record may be: far more than any paper is, and little enough for memory and time."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 32 * 2**20
"""Bytes of a line, or of a record, beyond which it is no paper."""

LONGEST_RECORD: Final = 8 * 2**20
"""Characters of a record of many lines."""

LONGEST_TEXT: Final = 500_000
"""Characters of a title or an abstract."""

MOST_AUTHORS: Final = 50_000
MOST_ITEMS: Final = 100_000
"""References, ids, or cells of a row."""

MOST_MARKS: Final = 4_000_000
"""Signs that begin or part the values of a record of JSON."""

MOST_TAGS: Final = 2_000_000
"""Opening and closing tags of a record of XML."""


class BadRecordError(Exception):
    """What is wrong with a record, said without its place."""
