"""Where a person's own copies of what can be had again are kept."""

from __future__ import annotations

import os
from pathlib import Path


def user_cache(*names: str) -> Path:
    """Return a place under ``~/.cache/litloom``, or where ``XDG_CACHE_HOME`` says.

    Examples
    --------
    >>> user_cache("stores").parts[-2:]
    ('litloom', 'stores')
    """
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "litloom", *names)
