"""Limits on the size of a record: far above any real paper, low enough to bound memory and time."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 32 * 2**20
"""Bytes of a line or record."""
LONGEST_RECORD: Final = 8 * 2**20
"""Characters of a record of many lines."""
LONGEST_TEXT: Final = 500_000
"""Characters of a title or an abstract."""
MOST_AUTHORS: Final = 50_000
MOST_ITEMS: Final = 100_000
"""References, ids, or cells of a row."""
MOST_MARKS: Final = 4_000_000
"""Opening brackets and commas of a JSON record."""
MOST_TAGS: Final = 2_000_000
"""Opening and closing tags of an XML record."""


class BadRecordError(Exception):
    """A malformed record; the message does not include its place in the file."""


def too_many(count: int, most: int, items: str) -> None:
    """Raise a `BadRecordError` if a record has more items than the limit."""
    if count > most:
        raise BadRecordError(f"has more than {most:,} {items}")
