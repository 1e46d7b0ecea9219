"""Words that play a part in names, read from ``data/names.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def wordlist(name: str) -> frozenset[str]:
    """Return one of the lists.

    Examples
    --------
    >>> "nvidia" in wordlist("makers")
    True
    """
    text = (files("litloom.graph") / "data" / "names.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)[name])
