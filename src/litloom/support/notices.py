"""Warnings for the user, and the wording of counts."""

from __future__ import annotations

import logging
from typing import Final

from litloom.support.printable import printable

LOGGER: Final = logging.getLogger("litloom")
"""Unless logging is configured, Python prints warnings on standard error."""


def notice(text: str) -> None:
    """Log a warning of one line."""
    LOGGER.warning("%s", printable(text))


def counted(count: int, what: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "part"), counted(1200, "text")
    ('1 part', '1,200 texts')
    """
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
