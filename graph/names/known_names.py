"""Known names of concepts, from ``data/known-names.tsv``: evidence that a file of corrections overrides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from litloom.graph.names.normalize import data_rows, looks_abbreviated, spelling_key
from litloom.records import KINDS, Kind


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name, its aliases, the family that it is a variant of or ``""``, and a source that uses it."""

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
    kinds = {str(kind): kind for kind in KINDS}
    return tuple(
        KnownName(kinds[kind], name, tuple(filter(None, aliases.split(" | "))), family, source)
        for kind, name, aliases, family, source in data_rows("known-names")
    )


@cache
def known_by_key() -> dict[str, KnownName]:
    """Return the known names by the `spelling_key` of each name and alias."""
    return {
        spelling_key(spelling): known for known in known_names() for spelling in (known.name, *known.aliases)
    }
