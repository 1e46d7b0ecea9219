"""Mentions from tag scores per token, as all recognisers need it.

A recogniser gives each token a log-probability for each of 21 BILOU tags: outside, and for each kind the
first, inner and last token of a longer mention, or a mention of one token (Ratinov & Roth 2009, "Design
Challenges and Misconceptions in Named Entity Recognition"). Here these become probabilities of whole
mentions: a segmentation of the text into mentions and outside tokens has the product of its tags'
probabilities, and a mention has the share of all segmentations that contain it. That is the forward-backward
recursion of a semi-Markov CRF (Sarawagi & Cohen 2004, "Semi-Markov Conditional Random Fields for Information
Extraction") with scores that are local to the mention.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from math import log
from operator import mul
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dtbsv

from litloom.records import KINDS

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

OUTSIDE: Final = 0
TAG_COUNT: Final = 1 + 4 * len(KINDS)
MAX_LENGTH: Final = 14
"""The longest mention, in tokens: 99.9% of annotated ones are shorter."""
_FLOOR: Final = -30.0
_LARGE: Final = 1e100
_SLACK: Final = 1e-6


class TokenSpan(NamedTuple):
    """A possible mention: token indices, the end exclusive, an index into `KINDS`, and its probability."""

    start: int
    end: int
    kind: int
    probability: float


def encode(spans: Iterable[tuple[int, int, int]], length: int) -> NDArray[np.intp]:
    """Return the tag of each of `length` tokens, ``(length,)``.

    Spans are token indices, the end exclusive, with an index into `KINDS`; none overlap.

    Examples
    --------
    >>> encode([(1, 3, 0), (4, 5, 1)], 6).tolist()
    [0, 1, 3, 0, 8, 0]
    """
    tags = np.zeros(length, dtype=np.intp)
    for start, end, kind in spans:
        base = 1 + 4 * kind
        if end - start == 1:
            tags[start] = base + 3
        else:
            tags[start] = base
            tags[start + 1 : end - 1] = base + 1
            tags[end - 1] = base + 2
    return tags


def span_scores(log_probs: Floats | Floats32, breaks: NDArray[np.bool_]) -> Floats:
    """Return the log-odds of every possible mention against leaving its tokens outside.

    Takes log-probabilities, ``(n_tokens, TAG_COUNT)``, and which tokens no mention may contain (line ends),
    ``(n_tokens,)``. Returns ``(MAX_LENGTH, n_tokens, n_kinds)``: at ``[l - 1, i, k]`` a mention of `l` tokens
    from token `i`, of kind `k`; -inf where it does not fit.
    """
    length = len(log_probs)
    scores = np.full((MAX_LENGTH, length, len(KINDS)), -np.inf)
    if not length:
        return scores
    odds = np.maximum(log_probs, _FLOOR) - np.maximum(log_probs[:, OUTSIDE : OUTSIDE + 1], _FLOOR)
    odds = odds.astype(np.float64)
    odds[breaks] = -np.inf
    first, inner, last, unit = (odds[:, 1 + part :: 4] for part in range(4))
    scores[0] = unit
    running = first
    for size in range(2, min(MAX_LENGTH, length) + 1):
        count = length - size + 1
        scores[size - 1, :count] = running[:count] + last[size - 1 :]
        running = running[:count] + inner[size - 1 :]
    return scores


def decode_spans(scores: Floats, *, min_probability: float = 0.02) -> list[TokenSpan]:
    """Return the mentions of at least some probability, given `span_scores`; they may overlap."""
    sizes, length, _ = scores.shape
    if not length:
        return []
    # No overflow: a mention has at most `MAX_LENGTH` tokens, each of odds of at most e^30.
    odds = np.exp(scores).sum(axis=2)
    before, after = _log_masses(odds)
    ends = np.minimum(np.arange(length)[None, :] + 1 + np.arange(sizes)[:, None], length)
    outside = before[:length][None, :] + after[ends] - before[length]
    with np.errstate(divide="ignore"):
        threshold = np.log(min_probability) - _SLACK if min_probability > 0 else -np.inf
        likely = np.argwhere(np.log(odds) + outside >= threshold)
    rows = tuple(likely.T)
    probabilities = np.exp(np.minimum(scores[rows] + outside[rows][:, None], 0.0))
    return sorted(
        TokenSpan(start, start + shorter + 1, int(kind), float(probabilities[row, kind]))
        for row, kind in np.argwhere((probabilities >= min_probability) & (probabilities > 0))
        for shorter, start in [likely[row].tolist()]
    )


def best_disjoint(spans: list[tuple[int, int, float]]) -> list[int]:
    """Return the non-overlapping spans of greatest total weight (weighted interval scheduling).

    Spans are start, end (exclusive) and weight; those without a positive weight are never chosen. The result
    holds indices into them, in the order of the text.

    Examples
    --------
    >>> best_disjoint([(0, 2, 1.0), (1, 3, 1.5), (2, 4, 1.0)])
    [0, 2]
    """
    order = sorted((end, start, weight, at) for at, (start, end, weight) in enumerate(spans) if weight > 0)
    ends = [end for end, *_ in order]
    totals = [0.0]
    links: list[tuple[int, bool]] = []
    for row, (_, start, weight, _) in enumerate(order):
        before = bisect_right(ends, start, 0, row)
        taken = totals[before] + weight
        better = taken > totals[row]
        totals.append(taken if better else totals[row])
        links.append((before, better))
    chosen: list[int] = []
    row = len(order)
    while row:
        before, taken_here = links[row - 1]
        if taken_here:
            chosen.append(order[row - 1][3])
        row = before if taken_here else row - 1
    return chosen[::-1]


def _log_masses(odds: Floats) -> tuple[Floats, Floats]:
    """Return the log-mass of all segmentations before and after each boundary, ``(n_tokens + 1,)`` each.

    ``odds[l - 1, i]`` are those of a mention of `l` tokens from token `i`, of any kind. Each mass is a sum of
    earlier ones times odds, so that they solve a banded triangular system. Where they overflow (in very long
    texts), they are summed token by token instead.
    """
    sizes, length = odds.shape
    band = np.zeros((sizes + 1, length + 1), order="F")
    np.negative(odds, out=band[1:, :length])
    band[1, :length] -= 1.0
    unit = np.zeros(length + 1)
    unit[0] = 1.0
    before = dtbsv(sizes, band, unit, lower=1, diag=1)
    after = dtbsv(sizes, band, unit[::-1].copy(), lower=1, trans=1, diag=1)
    if np.isfinite(before).all() and np.isfinite(after).all():
        return np.log(before), np.log(after)
    by_last = np.zeros((length, sizes))
    for size in range(min(sizes, length)):
        by_last[size:, size] = odds[size, : length - size]
    return _scaled_log_masses(by_last), _scaled_log_masses(odds[:, ::-1].T)[::-1]


def _scaled_log_masses(ending: Floats) -> Floats:
    """Return the log-mass of all segmentations of the first ``j`` tokens, for each ``j``, without overflow.

    ``ending[j, l - 1]`` are the odds of a mention of `l` tokens whose last is `j`.
    """
    recent = deque([1.0], maxlen=ending.shape[1])
    masses, scales, scale = [1.0], [0.0], 0.0
    for row in ending.tolist():
        mass = recent[0] + sum(map(mul, row, recent))
        if mass > _LARGE:
            recent = deque((one / mass for one in recent), maxlen=recent.maxlen)
            scale, mass = scale + log(mass), 1.0
        recent.appendleft(mass)
        masses.append(mass)
        scales.append(scale)
    return np.log(masses) + scales
