"""Finding a name among very many: whole, its beginning, a part of it, with a small typing mistake.

All spellings stand in one text, a line each, so that a name is found at the speed of ``str.find``, and
nothing is made of those that are not asked for.
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
"""Nodes that a part of a name is looked up in; more fit nothing that a person could mean."""
MOST_COMPARED: Final = 500
"""Names, of those that share the most with what was given, that are compared with it as a whole."""
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
    r"""The names of many nodes.

    Parameters
    ----------
    nodes
        Id, name and weight of each node.
    lines
        All spellings in the form of `key`, a line each.
    owners
        The place in `nodes` of the node that a line is a spelling of.
    key
        What two spellings of one name have in common.

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

    def with_id(self, wanted: str) -> list[Named]:
        """Return the node of that id, if any."""
        return [Named(*self.nodes[self._places[wanted]])] if wanted in self._places else []

    def whole(self, key: str) -> list[Named]:
        """Return the nodes that have exactly this spelling, or have it run together or apart."""
        run_together = key.replace(" ", "")
        return self._named(_lines_with(f"\n{key}\n", self._text)) or self._named(
            _lines_with(f"\n{run_together}\n", self._run_together)
        )

    def beginning(self, key: str) -> list[Named]:
        """Return the nodes with a spelling that begins with these words."""
        return self._found(f"\n{key} ")

    def words(self, key: str) -> list[Named]:
        """Return the nodes with a spelling that has these words."""
        return self._found(f" {key} ", f" {key}\n")

    def has(self, key: str) -> bool:
        """Tell whether any spelling has these letters, and so whether it is worth to look for words."""
        return key in self._text

    def part(self, key: str) -> list[Named]:
        """Return the nodes with a spelling that has these letters."""
        return self._found(key)

    def corrected(self, key: str) -> list[str]:
        """Return what may have been meant by a mistyped key, the likeliest first."""
        words = key.split()
        if len(self._words.unknown(words)) > MOST_UNKNOWN:
            return []
        letters = (SURE_LETTERS[0] - (len(words) >= SURE_WORDS), SURE_LETTERS[1])
        choices = [self._alternatives(word, letters) for word in words]
        likely = (" ".join(chosen) for chosen in islice(product(*choices), NEAREST_WORDS**2))
        return [words for words in likely if words != " ".join(key.split())]

    def nearest(self, key: str, most: int) -> list[str]:
        """Return the names that look most like it, of those with words that look like some of its words."""
        from rapidfuzz import fuzz, process

        candidates = {line: self._lines[line] for line in self._words.sharing(key, MOST_COMPARED)}
        found = process.extract(key, candidates, scorer=fuzz.WRatio, limit=3 * most, score_cutoff=50)
        names = dict.fromkeys(self.nodes[self._owners[line]][1] for _, _, line in found)
        return list(names)[:most]

    def _found(self, *texts: str) -> list[Named]:
        return self._named(
            line for text in texts for line in islice(_lines_with(text, self._text), MOST_FOUND)
        )

    def _named(self, lines: Iterable[int]) -> list[Named]:
        return [Named(*self.nodes[owner]) for owner in dict.fromkeys(self._owners[line] for line in lines)]

    def _alternatives(self, word: str, sure_letters: tuple[int, int]) -> Sequence[str]:
        """Return a word itself where names have it, else the words that it is a mistyping of."""
        from rapidfuzz.distance import DamerauLevenshtein

        mistakes = sum(len(word) >= letters for letters in sure_letters)
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
    """Yield the numbers of the lines of a text that have it; a line begins with the line end before it."""
    line, counted, place = -1, 0, text.find(wanted)
    while place >= 0:
        line += text.count("\n", counted, place + 1)
        counted = place + 1
        yield line
        place = text.find(wanted, counted)
