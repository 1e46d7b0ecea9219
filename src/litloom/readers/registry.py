"""The known formats: those of `litloom.readers.formats`, and those of plug-ins.

A plug-in is a distribution that declares a `Format` in the entry-point group ``litloom.readers``::

    [project.entry-points."litloom.readers"]
    looms = "loom_tools.reading:FORMAT"

It replaces a format of litloom with the same name.
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
from litloom.readers.base import BadRecordError, Format, clean_paper
from litloom.readers.options import Options
from litloom.readers.stream import Stream
from litloom.records import Paper

GROUP: Final = "litloom.readers"
CONFIDENT: Final = 0.5


@cache
def known_formats() -> dict[str, Format]:
    """Return the known formats by name; raise `InputError` if a plug-in cannot be loaded."""
    package = import_module(f"{__package__}.formats")
    modules = (import_module(f"{package.__name__}.{info.name}") for info in iter_modules(package.__path__))
    known = [m.FORMAT for m in modules if isinstance(getattr(m, "FORMAT", None), Format)]
    known += [_load(point) for point in entry_points(group=GROUP)]
    return {f.name: f for f in sorted(known, key=lambda f: f.name)}


def _load(point: EntryPoint) -> Format:
    try:
        loaded = point.load()
    except Exception as error:  # a plug-in may raise anything
        raise InputError(f"plug-in {point.name}", f"cannot load {point.value} ({error})") from error
    if not isinstance(loaded, Format):
        raise InputError(f"plug-in {point.name}", f"{point.value} is not a litloom.readers.Format")
    return replace(loaded, read=partial(_read_clean, loaded))


def _read_clean(plug_in: Format, stream: Stream, options: Options) -> Iterator[Paper]:
    for paper in plug_in.read(stream, options):
        try:
            clean = clean_paper(paper)
        except BadRecordError as bad:
            options.reject(InputError(stream.name, f"{paper.title[:60]!a}: {bad}"))
        else:
            yield clean


def get_format(name: str) -> Format:
    """Return the format of a name, in any case and with ``_`` or ``-``."""
    try:
        return known_formats()[name.lower().replace("_", "-")]
    except KeyError:
        raise InputError("--input-format", f"unknown format {name!r}; use one of {_names()}") from None


def detect_format(head: str, source: str, *, else_table: bool = False) -> Format:
    """Return the most likely format of a text from its beginning.

    If none is likely, it is the format of tables with `else_table`, else an error.
    """
    confidence, best = max(((f.sniff(head), f) for f in known_formats().values()), key=lambda pair: pair[0])
    if else_table and confidence < CONFIDENT:
        return known_formats()["table"]
    if confidence <= 0:
        raise InputError(source, f"unknown format; use --input-format with one of {_names()}", 1)
    return best


def _names() -> str:
    return ", ".join(known_formats())
