"""Concepts that may be one, for a person to check.

Candidates are names whose TF-IDF vectors of letter trigrams are similar, found by a sparse product. They are
near duplicates only if each word of one may be a form of a word of the other, and their numbers are the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import scipy.sparse as sp
from rapidfuzz.distance import JaroWinkler

from litloom.graph.names.normalize import Words, name_words
from litloom.records import Kind

SIMILAR: Final = 0.6
"""Least cosine of the trigram vectors of near duplicates."""
SAME_STEM: Final = 0.87
"""Least Jaro-Winkler similarity (Winkler 1990) of words that may be forms of one."""
COMMON_TRIGRAM: Final = 2000
"""Trigrams of more names than this bring no pair together."""
BLOCK: Final = 1024
"""Names per sparse product."""


class NamedConcept(NamedTuple):
    """A concept as a graph holds it."""

    id: str
    name: str
    kind: Kind
    papers: int


class NearDuplicates(NamedTuple):
    """Two concepts that may be one, and the similarity of their names, from 0 to 1."""

    one: NamedConcept
    other: NamedConcept
    similarity: float

    @property
    def benefit(self) -> float:
        """The benefit of merging them: similarity, times the papers of the rarer one."""
        return self.similarity * min(self.one.papers, self.other.papers)


def near_duplicates(concepts: Sequence[NamedConcept]) -> list[NearDuplicates]:
    """Return pairs of concepts that may be one, those of the largest benefit first.

    Examples
    --------
    >>> names = ["model predictive control", "model predictive controller", "CIFAR-10", "CIFAR-100"]
    >>> concepts = [NamedConcept(name, name, "Method", 2) for name in names]
    >>> [(pair.one.name, pair.other.name) for pair in near_duplicates(concepts)]
    [('model predictive control', 'model predictive controller')]
    """
    words = [name_words(concept.name) for concept in concepts]
    pairs = [
        NearDuplicates(concepts[i], concepts[j], round(cosine, 3))
        for i, j, cosine in _similar([f" {' '.join(of_name)} " for of_name in words])
        if _may_be_one(words[i], words[j])
    ]
    return sorted(pairs, key=lambda pair: (-pair.benefit, -pair.similarity, pair.one.id, pair.other.id))


def _may_be_one(words: Words, others: Words) -> bool:
    numbers, other_numbers = ([word for word in side if word[0].isdigit()] for side in (words, others))
    if numbers != other_numbers:
        return False
    if len(words) != len(others):
        words, others = ("".join(words),), ("".join(others),)
    return all(JaroWinkler.similarity(*pair) >= SAME_STEM for pair in zip(words, others, strict=True))


def _similar(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Yield (i, j, cosine) with i < j of the texts whose trigram vectors are similar."""
    vectors = _trigram_vectors(texts)
    if not vectors.shape[1]:
        return
    transposed = sp.csr_array(vectors.T)
    for start in range(0, len(texts), BLOCK):
        product: Any = sp.coo_array(vectors[start : start + BLOCK] @ transposed)
        for row, column, cosine in zip(product.row + start, product.col, product.data, strict=True):
            if row < column and cosine >= SIMILAR:
                yield int(row), int(column), float(cosine)


def _trigram_vectors(texts: Sequence[str]) -> sp.csr_array[np.float64]:
    """Return TF-IDF vectors, of shape ``(n_texts, n_trigrams)``, for trigrams that several texts have.

    They have length 1 together with the trigrams that only one text has.
    """
    counts = [Counter(text[i : i + 3] for i in range(len(text) - 2)) for text in texts]
    frequency = Counter(trigram for count in counts for trigram in count)
    column = {t: i for i, t in enumerate(sorted(t for t, n in frequency.items() if 1 < n <= COMMON_TRIGRAM))}
    rows: list[int] = []
    columns: list[int] = []
    data: list[float] = []
    for row, count in enumerate(counts):
        weights = {t: n * (1 + math.log(len(texts) / frequency[t])) for t, n in count.items()}
        length = math.hypot(*weights.values()) or 1.0
        shared = weights.keys() & column.keys()
        rows += [row] * len(shared)
        columns += map(column.__getitem__, shared)
        data += (weights[trigram] / length for trigram in shared)
    matrix = sp.coo_array((data, (rows, columns)), shape=(len(texts), len(column)), dtype=np.float64)
    return sp.csr_array(matrix)
