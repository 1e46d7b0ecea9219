"""The formats that litloom reads: those of this package's modules, and those that plug-ins bring.

A plug-in is a distribution that declares a `Format` in the entry-point group ``litloom.readers``::

    [project.entry-points."litloom.readers"]
    looms = "loom_tools.reading:FORMAT"

A plug-in's format takes the place of litloom's own of that name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from typing import Final

from litloom.errors import InputError
from litloom.readers.base import BadRecordError, Format, checked
from litloom.readers.options import Options
from litloom.readers.stream import Stream
from litloom.records import Paper

GROUP: Final = "litloom.readers"
SURE: Final = 0.5


@cache
def formats() -> dict[str, Format]:
    """Return the known formats by name.

    Raises
    ------
    InputError
        If a plug-in cannot be loaded.

    Examples
    --------
    >>> {"bibtex", "jsonl", "ris"} <= set(formats())
    True
    """
    package = import_module(f"{__package__}.formats")
    modules = (import_module(f"{package.__name__}.{info.name}") for info in iter_modules(package.__path__))
    found = [m.FORMAT for m in modules if isinstance(getattr(m, "FORMAT", None), Format)]
    found += [_plugged_in(point) for point in entry_points(group=GROUP)]
    return {f.name: f for f in sorted(found, key=lambda f: f.name)}


def _plugged_in(point: EntryPoint) -> Format:
    try:
        known = point.load()
    except Exception as error:  # whatever a plug-in does when it is imported
        raise InputError(f"plug-in {point.name}", f"{point.value} cannot be loaded ({error})") from error
    if not isinstance(known, Format):
        raise InputError(f"plug-in {point.name}", f"{point.value} is no litloom.readers.Format")
    return replace(known, read=partial(_checked, known))


def _checked(known: Format, stream: Stream, options: Options) -> Iterator[Paper]:
    """Read papers with a plug-in, and clean them as litloom's own readers do."""
    for paper in known.read(stream, options):
        try:
            clean = checked(paper)
        except BadRecordError as bad:
            options.bad(InputError(stream.name, f"{paper.title[:60]!a}: {bad}"))
        else:
            yield clean


def named_format(name: str) -> Format:
    """Return the format of that name, in either case and with ``_`` as good as ``-``."""
    try:
        return formats()[name.lower().replace("_", "-")]
    except KeyError:
        raise InputError("--input-format", f"no format is called {name!r}; there are {_names()}") from None


def format_of(head: str, source: str, *, else_table: bool = False) -> Format:
    """Return the format that a text beginning with `head` most likely has.

    Parameters
    ----------
    else_table
        Whether what is not surely another format is a table, since somebody named its columns.
    """
    surest, best = max(((f.sniff(head), f) for f in formats().values()), key=lambda found: found[0])
    if else_table and surest < SURE:
        return formats()["table"]
    if surest <= 0:
        raise InputError(
            source, f"its format is not known; there are {_names()}, to be named with --input-format", 1
        )
    return best


def _names() -> str:
    return ", ".join(formats())
