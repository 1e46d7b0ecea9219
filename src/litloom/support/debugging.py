"""Whether tracebacks are wanted."""

from __future__ import annotations

import os
from typing import Final

DEBUG: Final = "LITLOOM_DEBUG"
"""The variable that says so; processes inherit it."""


def debugging() -> bool:
    """Tell whether tracebacks are to be printed.

    Examples
    --------
    >>> debugging()
    False
    """
    return os.environ.get(DEBUG, "0") not in ("", "0")
