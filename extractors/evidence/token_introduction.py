"""From tokens to names: the recognisers' probability that a paper introduces a name."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

import numpy as np
from spacy.tokens import Doc

from litloom.extractors.evidence.document import tokens_of
from litloom.extractors.evidence.span_decoding import Floats32


def introduction_probabilities(
    doc: Doc, names: Iterable[tuple[str, Sequence[int]]], scores: Sequence[Floats32]
) -> dict[str, float]:
    """Return for each name the mean probability over its tokens, occurrences and recognisers.

    Parameters
    ----------
    doc
        A document.
    names
        Surface strings, each with the character offsets where it starts.
    scores
        For each recogniser, the probability of each token, ``(n_tokens,)``.
    """
    if not scores or not len(doc):
        return {}
    sums = np.concatenate([[0.0], np.cumsum(np.mean(scores, axis=0), dtype=np.float64)])
    token_starts = tokens_of(doc).starts
    means: dict[str, float] = {}
    for name, starts in names:
        total = 0.0
        for start in starts:
            low = max(bisect_right(token_starts, start) - 1, 0)
            high = max(bisect_right(token_starts, start + len(name) - 1), low + 1)
            total += float(sums[high] - sums[low]) / (high - low)
        means[name] = total / max(len(starts), 1)
    return means
