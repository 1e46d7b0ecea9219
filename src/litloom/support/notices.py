"""What a user should know though nothing failed."""

from __future__ import annotations

import logging
from typing import Final

from litloom.support.printable import printable

LOGGER: Final = logging.getLogger("litloom")
"""Where nobody configures logging, Python prints its warnings on standard error, a line each."""


def notice(text: str) -> None:
    """Tell the user something, in one line."""
    LOGGER.warning("%s", printable(text))


def counted(count: int, what: str) -> str:
    """Return a count with its noun, whose plural ends in s.

    Examples
    --------
    >>> counted(1, "part"), counted(1200, "text")
    ('1 part', '1,200 texts')
    """
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
