"""The words of many names: similar words, and names that share words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

MOST_UNKNOWN: Final = 6
"""Unknown words of a name, the longest, for which similar ones are looked up."""
SIMILARITY: Final = 66
"""Least similarity of similar words, of 100: that of three letters with one mistake."""
LIKES: Final = 10
"""Similar words of a word by which lines are looked up."""
CACHED: Final = 256
"""Words whose similar words are cached."""


class WordIndex:
    """The words of lines.

    Parameters
    ----------
    lines
        Words separated by spaces.

    Examples
    --------
    >>> index = WordIndex(["flash attention", "attention in looms", "weaving"])
    >>> index.counts["attention"], index.sharing("flsh attention", 2)
    (2, [0, 1])
    """

    def __init__(self, lines: Sequence[str]) -> None:
        split = [line.split() for line in lines]
        self.words = sorted(set(chain.from_iterable(split)))
        numbers = {word: number for number, word in enumerate(self.words)}
        counts = np.fromiter(map(len, split), dtype=np.int64, count=len(split))
        found = np.fromiter(map(numbers.__getitem__, chain.from_iterable(split)), dtype=np.int32)
        self._lines = np.repeat(np.arange(len(split)), counts)[np.argsort(found, kind="stable")]
        self._starts = np.concatenate(([0], np.cumsum(np.bincount(found, minlength=len(self.words)))))
        self._numbers = numbers
        self._size = len(split)
        self.counts = dict(zip(self.words, np.diff(self._starts).tolist(), strict=True))
        self.likes = lru_cache(CACHED)(self._likes)

    def sharing(self, key: str, most: int) -> list[int]:
        """Return the lines that share words with a key, or similar words; rare words count more."""
        scores = np.zeros(self._size)
        words = sorted(set(key.split()), key=lambda word: (-len(word), word))
        known = [word for word in words if word in self.counts]
        for word in (*known, *self.unknown(words)[:MOST_UNKNOWN]):
            scores += self._scores(word)
        best = np.flatnonzero(scores)
        return [int(line) for line in best[np.argsort(-scores[best], kind="stable")[:most]]]

    def unknown(self, words: Sequence[str]) -> list[str]:
        """Return the words that no line has."""
        return [word for word in words if word not in self.counts]

    def _scores(self, word: str) -> npt.NDArray[np.float64]:
        scores = np.zeros(self._size)
        for like, alike in [(word, 1.0)] if word in self.counts else self.likes(word)[:LIKES]:
            lines = self._lines_with(like)
            scores[lines] = np.maximum(scores[lines], alike * np.log1p(self._size / len(lines)))
        return scores

    def _likes(self, word: str) -> list[tuple[str, float]]:
        """Return similar words with their similarity, from 0 to 1, the most similar first."""
        from rapidfuzz import fuzz, process

        found = process.extract(word, self.words, scorer=fuzz.ratio, score_cutoff=SIMILARITY, limit=None)
        return [(like, alike / 100) for like, alike, _ in found]

    def _lines_with(self, word: str) -> npt.NDArray[np.int64]:
        number = self._numbers[word]
        return self._lines[self._starts[number] : self._starts[number + 1]]
