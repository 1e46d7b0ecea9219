"""Finding a name among very many: whole, its beginning, a part of it, with a small typing mistake.

All spellings stand in one string, a line each, so that a part is found at the speed of ``str.find``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice, product
from typing import Final

MOST_FOUND: Final = 2000
"""Nodes that a part of a name is looked up in; more fit nothing that a person could mean."""
NEAREST_WORDS: Final = 3
"""Words that a mistyped one is tried as."""
SURE_LETTERS: Final = (4, 8)
"""A word of so many letters may have one mistake, or two."""
SURE_WORDS: Final = 3
"""Among so many words a shorter one may have a mistake, too; alone it would be another name."""


@dataclass(frozen=True, slots=True)
class Named:
    """A node as a person sees it: `weight` is how much of the pile speaks of it."""

    id: str
    name: str
    weight: int = 0


class NameIndex:
    """The names of many nodes.

    Parameters
    ----------
    nodes
        The nodes, each with all its spellings in the form of `key`.
    key
        What two spellings of one name have in common.

    Examples
    --------
    >>> index = NameIndex([(Named("a", "FlatQuant: Flatness"), ["flatquant flatness"])], str.lower)
    >>> [found[0].id for found in (index.whole("flatquant flatness"), index.part("flatness"))]
    ['a', 'a']
    >>> index.corrected("flatqant")
    ['flatquant']
    """

    def __init__(self, nodes: Iterable[tuple[Named, Iterable[str]]], key: Callable[[str], str]) -> None:
        self.key = key
        self.nodes: list[Named] = []
        self._spellings: list[str] = []
        self._owners: list[int] = []
        for node, spellings in nodes:
            for spelling in dict.fromkeys(spellings):
                self._spellings.append(spelling)
                self._owners.append(len(self.nodes))
            self.nodes.append(node)
        self._by_id = {node.id: node for node in self.nodes}

    def with_id(self, wanted: str) -> list[Named]:
        """Return the node of that id, if any."""
        return [self._by_id[wanted]] if wanted in self._by_id else []

    def whole(self, key: str) -> list[Named]:
        """Return the nodes that have exactly this spelling, or have it run together or apart."""
        owners = self._whole.get(key) or self._run_together.get(key.replace(" ", ""), [])
        return self._named(owners)

    def beginning(self, key: str) -> list[Named]:
        """Return the nodes with a spelling that begins with these words."""
        return self._found(f"\n{key} ")

    def words(self, key: str) -> list[Named]:
        """Return the nodes with a spelling that has these words."""
        return self._found(f" {key} ") + self._found(f" {key}\n")

    def part(self, key: str) -> list[Named]:
        """Return the nodes with a spelling that has these letters."""
        return self._found(key)

    def corrected(self, key: str) -> list[str]:
        """Return what may have been meant by a mistyped key, the likeliest first."""
        words = key.split()
        letters = (SURE_LETTERS[0] - (len(words) >= SURE_WORDS), SURE_LETTERS[1])
        choices = [self._alternatives(word, letters) for word in words]
        likely = (" ".join(chosen) for chosen in islice(product(*choices), NEAREST_WORDS**2))
        return [words for words in likely if words != " ".join(key.split())]

    def nearest(self, key: str, most: int) -> list[str]:
        """Return the names that look most like it."""
        from rapidfuzz import fuzz, process

        found = process.extract(key, self._spellings, scorer=fuzz.WRatio, limit=3 * most, score_cutoff=50)
        names = dict.fromkeys(self.nodes[self._owners[place]].name for _, _, place in found)
        return list(names)[:most]

    def _found(self, text: str) -> list[Named]:
        return self._named(dict.fromkeys(self._owners_of(text)))

    def _owners_of(self, text: str) -> Iterator[int]:
        place, seen = self._text.find(text), 0
        while place >= 0 and seen < MOST_FOUND:
            yield self._owners[bisect_right(self._starts, place) - 1]
            seen += 1
            place = self._text.find(text, place + 1)

    def _named(self, owners: Iterable[int]) -> list[Named]:
        return [self.nodes[owner] for owner in dict.fromkeys(owners)]

    def _alternatives(self, word: str, sure_letters: tuple[int, int]) -> Sequence[str]:
        """Return a word itself where names have it, else the words that it is a mistyping of."""
        from rapidfuzz.distance import DamerauLevenshtein
        from rapidfuzz.process import extract

        mistakes = sum(len(word) >= letters for letters in sure_letters)
        if word in self._vocabulary or not mistakes:
            return [word]
        near = extract(word, self._words, scorer=DamerauLevenshtein.distance, score_cutoff=mistakes, limit=20)
        ranked = sorted(near, key=lambda found: (found[1], -self._vocabulary[found[0]], found[0]))
        return [found[0] for found in ranked[:NEAREST_WORDS]] or [word]

    @cached_property
    def _whole(self) -> dict[str, list[int]]:
        return _grouped(zip(self._spellings, self._owners, strict=True))

    @cached_property
    def _run_together(self) -> dict[str, list[int]]:
        return _grouped(
            (spelling.replace(" ", ""), owner)
            for spelling, owner in zip(self._spellings, self._owners, strict=True)
        )

    @cached_property
    def _text(self) -> str:
        return "\n" + "\n".join(self._spellings) + "\n"

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins: at the line end before it, so that a beginning is found with it."""
        return [0, *accumulate(len(spelling) + 1 for spelling in self._spellings)]

    @cached_property
    def _vocabulary(self) -> Counter[str]:
        return Counter(word for spelling in self._spellings for word in spelling.split())

    @cached_property
    def _words(self) -> list[str]:
        return sorted(self._vocabulary)


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for key, owner in pairs:
        groups[key].append(owner)
    return groups
