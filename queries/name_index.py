"""Looking up names: whole, by prefix, by part, and with spelling mistakes.

All spellings are lines of one string, so that a name is found at the speed of ``str.find``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import Final

from litloom.queries.word_index import MOST_UNKNOWN, WordIndex
from litloom.support.gc_paused import gc_paused

MOST_FOUND: Final = 2000
"""Most lines that a part of a name is looked up in."""
MOST_COMPARED: Final = 500
"""Most candidates that are compared with a name."""
NEAREST_WORDS: Final = 3
"""Corrections that are tried for a word."""
CORRECTED_LETTERS: Final = (4, 8)
"""Letters of a word from which one mistake, or two, are corrected."""
CORRECTED_WORDS: Final = 3
"""Words of a name from which a word of one letter less is corrected, too."""


@dataclass(frozen=True, slots=True)
class NamedNode:
    """A node that a name matches; `weight` is its number of papers."""

    id: str
    name: str
    weight: int = 0


class NameIndex:
    r"""The names of many nodes.

    Parameters
    ----------
    nodes
        Id, name and weight of each node.
    lines
        Normalised spellings, one a line.
    owners
        For each line, the index of its node in `nodes`.
    key
        Normalises a spelling.

    Examples
    --------
    >>> nodes = [("a", "FlatQuant: Flatness", 0), ("b", "LoRA", 0)]
    >>> index = NameIndex(nodes, "flatquant flatness\nlora", (0, 1), str.lower)
    >>> [found[0].id for found in (index.whole("flat quant flatness"), index.part("flatness"))]
    ['a', 'a']
    >>> index.corrected("flatqant")
    ['flatquant']
    """

    def __init__(
        self,
        nodes: Sequence[tuple[str, str, int]],
        lines: str,
        owners: Sequence[int],
        key: Callable[[str], str],
    ) -> None:
        self.key = key
        self.nodes = nodes
        self._owners = owners
        self._text = f"\n{lines}\n"

    def with_id(self, wanted: str) -> list[NamedNode]:
        """Return the node with an id, if any."""
        return [NamedNode(*self.nodes[self._places[wanted]])] if wanted in self._places else []

    def whole(self, key: str) -> list[NamedNode]:
        """Return the nodes with exactly this spelling, apart from spaces."""
        run_together = key.replace(" ", "")
        return self._named(_lines_with(f"\n{key}\n", self._text)) or self._named(
            _lines_with(f"\n{run_together}\n", self._run_together)
        )

    def beginning(self, key: str) -> list[NamedNode]:
        """Return the nodes with a spelling that begins with these words."""
        return self._found(f"\n{key} ")

    def words(self, key: str) -> list[NamedNode]:
        """Return the nodes with a spelling that contains these words."""
        return self._found(f" {key} ", f" {key}\n")

    def has(self, key: str) -> bool:
        """Return whether any spelling contains this string."""
        return key in self._text

    def part(self, key: str) -> list[NamedNode]:
        """Return the nodes with a spelling that contains this string."""
        return self._found(key)

    def corrected(self, key: str) -> list[str]:
        """Return corrections of a misspelled key, the likeliest first."""
        words = key.split()
        if len(self._words.unknown(words)) > MOST_UNKNOWN:
            return []
        letters = (CORRECTED_LETTERS[0] - (len(words) >= CORRECTED_WORDS), CORRECTED_LETTERS[1])
        choices = [self._alternatives(word, letters) for word in words]
        likely = (" ".join(chosen) for chosen in islice(product(*choices), NEAREST_WORDS**2))
        return [words for words in likely if words != " ".join(key.split())]

    def nearest(self, key: str, most: int) -> list[str]:
        """Return the most similar names, of those with similar words."""
        from rapidfuzz import fuzz, process

        candidates = {line: self._lines[line] for line in self._words.sharing(key, MOST_COMPARED)}
        found = process.extract(key, candidates, scorer=fuzz.WRatio, limit=3 * most, score_cutoff=50)
        names = dict.fromkeys(self.nodes[self._owners[line]][1] for _, _, line in found)
        return list(names)[:most]

    def _found(self, *texts: str) -> list[NamedNode]:
        return self._named(
            line for text in texts for line in islice(_lines_with(text, self._text), MOST_FOUND)
        )

    def _named(self, lines: Iterable[int]) -> list[NamedNode]:
        return [
            NamedNode(*self.nodes[owner]) for owner in dict.fromkeys(self._owners[line] for line in lines)
        ]

    def _alternatives(self, word: str, letters_for_mistakes: tuple[int, int]) -> Sequence[str]:
        """Return a word itself if names have it, else its corrections."""
        from rapidfuzz.distance import DamerauLevenshtein

        mistakes = sum(len(word) >= letters for letters in letters_for_mistakes)
        counts = self._words.counts
        if word in counts or not mistakes:
            return [word]
        distances = {like: DamerauLevenshtein.distance(word, like) for like, _ in self._words.likes(word)}
        near = [like for like, distance in distances.items() if distance <= mistakes]
        near.sort(key=lambda like: (distances[like], -counts[like], like))
        return near[:NEAREST_WORDS] or [word]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {node[0]: place for place, node in enumerate(self.nodes)}

    @cached_property
    def _run_together(self) -> str:
        return self._text.replace(" ", "")

    @cached_property
    def _lines(self) -> list[str]:
        return self._text[1:-1].split("\n")

    @cached_property
    def _words(self) -> WordIndex:
        with gc_paused():
            return WordIndex(self._lines)


def _lines_with(wanted: str, text: str) -> Iterator[int]:
    """Yield the numbers of the lines with a string; a line begins with the line end before it."""
    line, counted, place = -1, 0, text.find(wanted)
    while place >= 0:
        line += text.count("\n", counted, place + 1)
        counted = place + 1
        yield line
        place = text.find(wanted, counted)
