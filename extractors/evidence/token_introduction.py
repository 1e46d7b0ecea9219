"""What the recognisers think of being introduced, from tokens to names."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

import numpy as np
from spacy.tokens import Doc

from litloom.extractors.evidence.span_decoding import Floats32
from litloom.extractors.evidence.tokens import tokens_of


def likely_introduced(
    doc: Doc, names: Iterable[tuple[str, Sequence[int]]], scores: Sequence[Floats32]
) -> dict[str, float]:
    """Return for each name the recognisers' mean probability that the paper introduces it.

    Parameters
    ----------
    doc
        A document.
    names
        Pairs of a surface string and where it starts in the text.
    scores
        For each recogniser, its probability for each token.
    """
    if not scores or not len(doc):
        return {}
    sums = np.concatenate([[0.0], np.cumsum(np.mean(scores, axis=0), dtype=np.float64)])
    starts = tokens_of(doc).starts
    likely: dict[str, float] = {}
    for name, places in names:
        total = 0.0
        for at in places:
            low = max(bisect_right(starts, at) - 1, 0)
            high = max(bisect_right(starts, at + len(name) - 1), low + 1)
            total += float(sums[high] - sums[low]) / (high - low)
        likely[name] = total / max(len(places), 1)
    return likely
