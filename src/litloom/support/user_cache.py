"""The cache folder of the user."""

from __future__ import annotations

import os
from pathlib import Path


def user_cache(*names: str) -> Path:
    """Return a path under ``~/.cache/litloom``, or under ``XDG_CACHE_HOME``.

    Examples
    --------
    >>> user_cache("stores").parts[-2:]
    ('litloom', 'stores')
    """
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "litloom", *names)
