"""Debug mode, which prints tracebacks."""

from __future__ import annotations

import os
from typing import Final

DEBUG: Final = "LITLOOM_DEBUG"
"""Environment variable, so that child processes inherit the mode."""


def debugging() -> bool:
    """Return whether tracebacks are printed.

    Examples
    --------
    >>> debugging()
    False
    """
    return os.environ.get(DEBUG, "0") not in ("", "0")
