"""Possible concepts of a paper: the strings, and where they stand.

Annotators marked strings, not places: a string is a concept of a paper or it is not, and all its occurrences
share that. So a string is one candidate with all its occurrences; `evidence` gathers what speaks for it over
all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from spacy.tokens import Doc

from litloom.extractors.components.lexicon import Lexicon, lookup_key
from litloom.extractors.evaluation.gold import places
from litloom.extractors.evidence.span_decoding import Floats32, candidates, span_scores
from litloom.extractors.evidence.tokens import tokens_of
from litloom.records import KINDS

LEAST: Final = 0.03
Posteriors = Mapping[tuple[int, int], Sequence[float]]


@dataclass(slots=True)
class Name:
    """A string that may be a concept, the places (in characters) where the text holds it, and its key."""

    text: str
    places: list[tuple[int, int]]
    kinds: set[int] = field(default_factory=set)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = lookup_key(self.text)


def posteriors(doc: Doc, scores: Floats32, *, least: float = LEAST) -> dict[tuple[int, int], list[float]]:
    """Return each probable mention by its place in characters, with its probability for each kind."""
    _, starts, ends, blank = tokens_of(doc)
    found: dict[tuple[int, int], list[float]] = {}
    possible = candidates(span_scores(scores, np.asarray(blank, dtype=bool)), least=least)
    for start, end, kind, probability in possible:
        place = (starts[start], ends[end - 1])
        found.setdefault(place, [0.0] * len(KINDS))[kind] = probability
    return found


def names_of(doc: Doc, by_model: Sequence[Posteriors], lexicon: Lexicon | None) -> list[Name]:
    """Return the strings worth judging, the longest first.

    A string comes in where a recogniser gives one of its places some probability; for a name that the lexicon
    knows as a concept more often than not, being there is enough.
    """
    text = tokens_of(doc).text
    kinds: dict[str, set[int]] = defaultdict(set)
    for found in by_model:
        for (start, end), probabilities in found.items():
            kinds[text[start:end]].update(k for k, p in enumerate(probabilities) if p >= LEAST)
    if lexicon is not None:
        for name in {text[start:end] for start, end in doc._.known or ()}:
            known, other = lexicon.of("gold", name), lexicon.of("silver", name)
            if known.any_kind > 0.4 * known.seen or other.any_kind > 0.5 * other.seen:
                total = [a + 0.1 * b for a, b in zip(known.kinds, other.kinds, strict=True)]
                kinds[name].add(max(range(len(KINDS)), key=total.__getitem__))
    names = [Name(name, places(text, name), of) for name, of in kinds.items()]
    return sorted((name for name in names if name.places), key=lambda n: (-len(n.text), n.text))


class Surroundings:
    """For each place, the most probable mention that holds it, crosses it or lies inside it."""

    def __init__(self, found: Posteriors) -> None:
        self._by_start = sorted((start, end, sum(p)) for (start, end), p in found.items())
        self._starts = [start for start, _, _ in self._by_start]
        self._reach = max((end - start for start, end, _ in self._by_start), default=0)

    def of(self, start: int, end: int) -> tuple[float, float, float]:
        """Return the greatest probability of mentions around, across and inside a place."""
        around = across = inside = 0.0
        low = bisect_left(self._starts, start - self._reach)
        for other_start, other_end, probability in self._by_start[low:]:
            if other_start >= end:
                break
            if other_end <= start or (other_start, other_end) == (start, end):
                continue
            if other_start <= start and other_end >= end:
                around = max(around, probability)
            elif other_start >= start and other_end <= end:
                inside = max(inside, probability)
            else:
                across = max(across, probability)
        return around, across, inside


def mean_scores(scores: Iterable[Floats32]) -> Floats32:
    """Return the mean of several recognisers' probabilities, as log-probabilities."""
    stacked = [np.exp(one) for one in scores]
    mean: Floats32 = np.log(np.maximum(sum(stacked) / len(stacked), 1e-9)).astype(np.float32)
    return mean
