"""The formats that litloom reads, found by looking for ``FORMAT`` in the modules of this package."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from litloom.errors import InputError
from litloom.readers.base import Format


@cache
def formats() -> dict[str, Format]:
    """Return the known formats by name.

    Examples
    --------
    >>> sorted(formats())
    ['daily-papers', 'jsonl']
    """
    package = import_module(__package__)
    modules = (import_module(f"{__package__}.{info.name}") for info in iter_modules(package.__path__))
    found = [m.FORMAT for m in modules if isinstance(getattr(m, "FORMAT", None), Format)]
    return {f.name: f for f in sorted(found, key=lambda f: f.name)}


def named_format(name: str) -> Format:
    """Return the format of that name, in either case and with ``_`` as good as ``-``."""
    try:
        return formats()[name.lower().replace("_", "-")]
    except KeyError:
        raise InputError("--input-format", f"no format is called {name!r}; there are {_names()}") from None


def format_of(head: str, source: str) -> Format:
    """Return the format that a text beginning with `head` most likely has."""
    best = max(formats().values(), key=lambda f: f.sniff(head))
    if best.sniff(head) <= 0:
        raise InputError(
            source, f"its format is not known; there are {_names()}, to be named with --input-format", 1
        )
    return best


def _names() -> str:
    return ", ".join(formats())
