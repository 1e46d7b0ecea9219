"""How common a name is: in how many papers of a large corpus without annotation its words occur together.

What a paper introduces is new; a name in many other papers is not. The table holds every run of up to five
words that begins and ends with a content word and occurs in at least a few papers: 26-bit hashes in ascending
order, each with the binary logarithm of its document frequency (in the spirit of Talbot & Osborne 2007,
"Randomised Language Modelling for Statistical Machine Translation"). A corpus of 87,000 abstracts takes
0.7 MB, and about one unseen name in a hundred is taken for a seen one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from litloom.extractors.model_files import load_arrays, reading
from litloom.normalize import singular

MAX_WORDS: Final = 5
_WORD: Final = re.compile(r"\w+(?:[.'/+]\w+)*\+*|[^\w\s-]")
_BITS: Final = 26
_HIGHEST: Final = 10
_PAPERS_PER_BATCH: Final = 8_000
_CACHED: Final = 4_000
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_STOP_WORDS: Final = """
a an the of for in on at to by with from and or as is are was were be been that this which these
those it its we our their they can has have had not than such via using use used between into over
under while both each any all more most also but when where how what who will may one two first new
novel based propose proposed show paper work approach method results however thus then there here
only other some many well
"""
_STOP: Final = frozenset(_STOP_WORDS.split())
Hashes = NDArray[np.uint64]


class Commonness:
    """Document frequencies of runs of words.

    `runs` are their hashes, ascending, ``(n_runs,)``; `levels`, ``(n_runs,)``, are the binary logarithms of
    their document frequencies, rounded down.
    """

    def __init__(
        self, runs: NDArray[np.uint32] | None = None, levels: NDArray[np.uint8] | None = None
    ) -> None:
        self.runs = np.zeros(0, dtype=np.uint32) if runs is None else runs
        self.levels = np.zeros(0, dtype=np.uint8) if levels is None else levels
        self._cached = lru_cache(_CACHED)(self._levels_of_name)

    def of(self, name: str) -> tuple[float, float, float, float]:
        """Return the levels of a name, without its first word, without its last, and of its rarest two words.

        A name in no or too few papers has level 0; each doubling of the frequency adds 1.
        """
        return self._cached(name)

    def _levels_of_name(self, name: str) -> tuple[float, float, float, float]:
        words = _WORD.findall(name)[: 2 * MAX_WORDS]
        if not words:
            return 0.0, 0.0, 0.0, 0.0
        pairs = [words[i : i + 2] for i in range(len(words) - 1)] or [words]
        runs = [words, words[1:], words[:-1], *pairs]
        levels = self._levels(np.asarray([_run_hash(run) for run in runs], dtype=np.uint64))
        return float(levels[0]), float(levels[1]), float(levels[2]), float(levels[3:].min())

    def _levels(self, hashes: Hashes) -> NDArray[np.uint8]:
        if not len(self.runs):
            return np.zeros(len(hashes), dtype=np.uint8)
        short = _shortened(hashes)
        at = np.minimum(np.searchsorted(self.runs, short), len(self.runs) - 1)
        return np.where(self.runs[at] == short, self.levels[at], 0).astype(np.uint8)

    def save(self, path: Path) -> None:
        """Write the table as a NumPy archive."""
        steps = np.diff(self.runs, prepend=np.uint32(0)).astype(np.uint32)
        # Nearly all steps fit one byte; the high bytes of the others are stored separately.
        low = (steps & 0xFF).astype(np.uint8)
        large = np.flatnonzero(steps > 0xFF).astype(np.uint32)
        np.savez_compressed(path, low=low, at=large, high=steps[large] >> 8, levels=self.levels)

    @classmethod
    def load(cls, path: Path) -> Commonness:
        """Read what `save` wrote; a `ModelError` names a damaged file."""
        arrays = load_arrays(path)
        with reading(path):
            steps = arrays["low"].astype(np.uint32)
            steps[arrays["at"]] += arrays["high"].astype(np.uint32) << 8
            if len(steps) != len(arrays["levels"]):
                raise ValueError(f"{len(steps)} runs of words have {len(arrays['levels'])} levels")
            return cls(np.cumsum(steps, dtype=np.uint32), arrays["levels"])


def count_runs(texts: Iterable[str], *, least: int = 2) -> Commonness:
    """Count the runs of words that occur in the texts of at least so many papers.

    Examples
    --------
    >>> table = count_runs(["a graph neural network", "Graph neural networks win"])
    >>> table.of("graph neural network")[0], table.of("tree")[0]
    (1.0, 0.0)
    """
    merged = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    batch: list[Hashes] = []
    for text in texts:
        batch.append(_runs_of(text))
        if len(batch) == _PAPERS_PER_BATCH:
            merged = _merged(*merged, batch)
            batch = []
    hashes, counts = _merged(*merged, batch)
    hashes, counts = hashes[counts >= least], counts[counts >= least]
    runs, at = np.unique(_shortened(hashes), return_index=True)
    levels = np.minimum(np.log2(np.maximum(counts[at], 1)).astype(np.uint8), _HIGHEST)
    return Commonness(runs, np.maximum(levels, 1).astype(np.uint8))


def _merged(
    hashes: Hashes, counts: NDArray[np.int64], batch: list[Hashes]
) -> tuple[Hashes, NDArray[np.int64]]:
    """Add the runs of a batch of papers to those counted so far."""
    new, new_counts = np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *batch]), return_counts=True)
    merged, at = np.unique(np.concatenate([hashes, new]), return_inverse=True)
    totals = np.bincount(at, weights=np.concatenate([counts, new_counts]), minlength=len(merged))
    return merged, totals.astype(np.int64)


def _runs_of(text: str) -> Hashes:
    """Return the hashes of a text's runs, each once."""
    words: list[Any] = [_hashes_of(word) for word in _WORD.findall(text)]
    if not words:
        return np.zeros(0, dtype=np.uint64)
    plain = np.asarray([word[0] for word in words], dtype=np.uint64)
    last = np.asarray([word[1] for word in words], dtype=np.uint64)
    content = np.asarray([word[2] for word in words], dtype=bool)
    letter = plain != 0
    runs = [last[content]]
    opened, begins = plain, content
    for size in range(2, min(MAX_WORDS, len(words)) + 1):
        opened, begins = opened[:-1], begins[:-1] & letter[size - 2 : len(words) - 1]
        ends = begins & content[size - 1 :]
        runs.append((opened * _STEP + last[size - 1 :])[ends])
        opened = opened * _STEP + plain[size - 1 :]
    return np.unique(np.concatenate(runs))


@lru_cache(1 << 18)
def _hashes_of(word: str) -> tuple[np.uint64, np.uint64, bool]:
    """Return a word's hash (0 for punctuation), that of its singular, and whether it is a content word."""
    lower = word.lower()
    punctuation = not (word[0].isalnum() or word[0] == "_")
    return (
        np.uint64(0 if punctuation else _word_hash(lower)),
        np.uint64(_word_hash(singular(lower))),
        not punctuation and lower not in _STOP,
    )


def _run_hash(words: list[str]) -> int:
    """Return the hash of a run, equal to that of `_runs_of`."""
    value = 0
    for at, word in enumerate(words):
        lower = word.lower()
        number = _word_hash(singular(lower) if at == len(words) - 1 else lower)
        value = (value * int(_STEP) + number) % 2**64
    return value


@lru_cache(_CACHED)
def _word_hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _shortened(hashes: Hashes) -> NDArray[np.uint32]:
    return ((hashes * _STEP) >> np.uint64(64 - _BITS)).astype(np.uint32)
