"""Candidates: the strings of a paper that may be concepts, with all their occurrences.

Annotators marked strings, not occurrences: a string is a concept of a paper or it is not. So a string is one
candidate, whose features (`concept_features`) cover all its occurrences.
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
from litloom.extractors.evaluation.gold import find_whole_words
from litloom.extractors.evidence.document import tokens_of
from litloom.extractors.evidence.span_decoding import Floats32, decode_spans, span_scores
from litloom.records import KINDS

_MIN_PROBABILITY: Final = 0.03
Posteriors = Mapping[tuple[int, int], Sequence[float]]
"""By (start, end) in characters: the probability of each of `KINDS`."""


@dataclass(slots=True)
class Candidate:
    """A string that may be a concept.

    It has the character offsets of its occurrences, ends exclusive, the kinds that it may have (indices into
    `KINDS`), and its `lookup_key`.
    """

    text: str
    spans: list[tuple[int, int]]
    kinds: set[int] = field(default_factory=set)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = lookup_key(self.text)


def posteriors(doc: Doc, scores: Floats32) -> Posteriors:
    """Return the probable mentions of a document, given log-probabilities, ``(n_tokens, TAG_COUNT)``."""
    _, starts, ends, blank = tokens_of(doc)
    found: dict[tuple[int, int], list[float]] = {}
    spans = decode_spans(span_scores(scores, np.asarray(blank, dtype=bool)), min_probability=_MIN_PROBABILITY)
    for start, end, kind, probability in spans:
        found.setdefault((starts[start], ends[end - 1]), [0.0] * len(KINDS))[kind] = probability
    return found


def names_of(doc: Doc, by_model: Sequence[Posteriors], lexicon: Lexicon) -> list[Candidate]:
    """Return the candidates of a document, the longest first.

    A string is a candidate where a recogniser gives one of its occurrences some probability, or where the
    lexicon knows it as a concept in at least four of ten papers that hold it.
    """
    text = tokens_of(doc).text
    kinds: dict[str, set[int]] = defaultdict(set)
    for found in by_model:
        for (start, end), probabilities in found.items():
            kinds[text[start:end]].update(k for k, p in enumerate(probabilities) if p >= _MIN_PROBABILITY)
    for name in {text[start:end] for start, end in doc._.known_spans}:
        counts = lexicon.counts(name)
        if counts.concept > 0.4 * counts.papers:
            kinds[name].add(max(range(len(KINDS)), key=counts.by_kind.__getitem__))
    candidates = [Candidate(name, find_whole_words(text, name), of) for name, of in kinds.items()]
    return sorted((one for one in candidates if one.spans), key=lambda one: (-len(one.text), one.text))


class Neighbours:
    """For each span, the probability of other mentions that hold it, cross it or lie inside it."""

    def __init__(self, mentions: Posteriors) -> None:
        self._by_start = sorted((start, end, sum(p)) for (start, end), p in mentions.items())
        self._starts = [start for start, _, _ in self._by_start]
        self._longest = max((end - start for start, end, _ in self._by_start), default=0)

    def of(self, start: int, end: int) -> tuple[float, float, float]:
        """Return the greatest probability of a mention around, across and inside a span."""
        around = across = inside = 0.0
        low = bisect_left(self._starts, start - self._longest)
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
    """Return the log of the mean probabilities of several recognisers, ``(n_tokens, TAG_COUNT)`` each."""
    probabilities = [np.exp(one) for one in scores]
    mean: Floats32 = np.log(np.maximum(sum(probabilities) / len(probabilities), 1e-9)).astype(np.float32)
    return mean
