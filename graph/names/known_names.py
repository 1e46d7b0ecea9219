"""Names that are known before any paper is read, from ``data/known-names.tsv``.

A row gives a kind, a name, its aliases, the family that it is a version or size of, and where the name comes
from. They count as evidence beside what the papers say: a file of corrections wins over them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from litloom.graph.names.normalize import looks_abbreviated, spelling_key
from litloom.records import KINDS, Kind


@dataclass(frozen=True, slots=True)
class KnownName:
    """One row: a concept that the field knows.

    Parameters
    ----------
    kind
        What it is.
    name
        As the field writes it.
    aliases
        Its other names.
    family
        The name of what it is a variant of; ``""`` where it is none.
    source
        Where the name is a fact.
    """

    kind: Kind
    name: str
    aliases: tuple[str, ...]
    family: str
    source: str

    @property
    def short_names(self) -> tuple[str, ...]:
        """Those of its names that are abbreviations of others: "GPU" beside "graphics processing unit"."""
        spelled = (self.name, *self.aliases)
        if not any(" " in name for name in spelled):
            return ()
        return tuple(name for name in spelled if " " not in name and looks_abbreviated(name))

    @property
    def full_names(self) -> tuple[str, ...]:
        """All of its names that are no `short_names`."""
        short = self.short_names
        return tuple(name for name in (self.name, *self.aliases) if name not in short)


@cache
def known_names() -> tuple[KnownName, ...]:
    """Return all known names.

    Examples
    --------
    >>> next(known for known in known_names() if known.name == "CIFAR-10").kind
    'Dataset'
    """
    text = (files("litloom.graph") / "data" / "known-names.tsv").read_text(encoding="utf-8")
    return tuple(_parsed(text))


def _parsed(text: str) -> Iterator[KnownName]:
    kinds = {str(kind): kind for kind in KINDS}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, name, aliases, family, source = line.split("\t")
            yield KnownName(kinds[kind], name, tuple(filter(None, aliases.split(" | "))), family, source)


@cache
def known_by_key() -> dict[str, KnownName]:
    """Return the known names by the `spelling_key` of each name and alias."""
    return {
        spelling_key(spelling): known for known in known_names() for spelling in (known.name, *known.aliases)
    }
