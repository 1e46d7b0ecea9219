"""Concepts that may be one after all, for a person to look at.

Candidates come from an index of the letter trigrams of names: a sparse product of TF-IDF vectors finds, for
each name, the few that look most alike, and no pair is compared that shares no rare trigram. Names are twins
only if every word of one looks like a form of a word of the other, and their numbers are the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp
from rapidfuzz.distance import JaroWinkler

from litloom.graph.names.normalize import name_words
from litloom.records import Kind

ALIKE: Final = 0.6
"""Least cosine of the trigram vectors of suspected twins."""
SAME_STEM: Final = 0.87
"""Least Jaro-Winkler similarity (Winkler 1990) of words that may be forms of one."""
COMMON_TRIGRAM: Final = 2000
"""Trigrams of more names than this bring no pair together."""
BLOCK: Final = 1024


@dataclass(frozen=True, slots=True)
class Named:
    """A concept as a graph holds it."""

    id: str
    name: str
    kind: Kind
    papers: int


@dataclass(frozen=True, slots=True)
class Twins:
    """Two concepts that may be one, with how alike their names are, from 0 to 1."""

    one: Named
    other: Named
    likeness: float

    @property
    def weight(self) -> float:
        """What joining them would bring: likeness, times the papers of the rarer one."""
        return self.likeness * min(self.one.papers, self.other.papers)


def suspected_twins(concepts: Sequence[Named]) -> list[Twins]:
    """Return pairs of concepts that may be one, the most rewarding to look at first.

    Examples
    --------
    >>> names = ["model predictive control", "model predictive controller", "CIFAR-10", "CIFAR-100"]
    >>> concepts = [Named(name, name, "Method", 2) for name in names]
    >>> [(twins.one.name, twins.other.name) for twins in suspected_twins(concepts)]
    [('model predictive control', 'model predictive controller')]
    """
    found = [
        Twins(concepts[i], concepts[j], round(likeness, 3))
        for i, j, likeness in _alike(["".join(f" {w}" for w in name_words(c.name)) + " " for c in concepts])
        if _may_be_one(concepts[i], concepts[j])
    ]
    return sorted(found, key=lambda twins: (-twins.weight, -twins.likeness, twins.one.id, twins.other.id))


def _may_be_one(one: Named, other: Named) -> bool:
    words, others = name_words(one.name), name_words(other.name)
    if _numbers(words) != _numbers(others):
        return False
    if len(words) == len(others):
        return all(map(_forms_of_one_word, words, others))
    return _forms_of_one_word("".join(words), "".join(others))


def _forms_of_one_word(word: str, other: str) -> bool:
    return JaroWinkler.similarity(word, other) >= SAME_STEM


def _numbers(words: Sequence[str]) -> list[str]:
    return [word for word in words if word[0].isdigit()]


def _alike(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Yield (i, j, cosine) with i < j of the texts whose trigram vectors are alike."""
    vectors = _trigram_vectors(texts)
    if not vectors.shape[1]:
        return
    transposed = sp.csr_array(vectors.T)
    for start in range(0, len(texts), BLOCK):
        product: Any = sp.coo_array(vectors[start : start + BLOCK] @ transposed)
        for row, column, cosine in zip(product.row + start, product.col, product.data, strict=True):
            if row < column and cosine >= ALIKE:
                yield int(row), int(column), float(cosine)


def _trigram_vectors(texts: Sequence[str]) -> sp.csr_array[np.float64]:
    """Return TF-IDF vectors, a row a text, of length 1 with the trigrams that only one text has."""
    counts = [Counter(text[i : i + 3] for i in range(len(text) - 2)) for text in texts]
    frequency = Counter(trigram for count in counts for trigram in count)
    column = {t: i for i, t in enumerate(sorted(t for t, n in frequency.items() if 1 < n <= COMMON_TRIGRAM))}
    rows: list[int] = []
    columns: list[int] = []
    data: list[float] = []
    for row, count in enumerate(counts):
        weights = {t: n * (1 + math.log(len(texts) / frequency[t])) for t, n in count.items()}
        length = math.hypot(*weights.values()) or 1.0
        for trigram in weights.keys() & column.keys():
            rows.append(row)
            columns.append(column[trigram])
            data.append(weights[trigram] / length)
    matrix = sp.coo_array((data, (rows, columns)), shape=(len(texts), len(column)), dtype=np.float64)
    return sp.csr_array(matrix)
