"""Spans out of scores per token: the algebra that every recogniser shares.

A recogniser gives each token a log-probability for each of 21 tags: outside, and for each kind the first,
inner and last token of a longer mention, or a mention of one token (Ratinov & Roth 2009, "Design Challenges
and Misconceptions in Named Entity Recognition"). Here these become probabilities of whole mentions: a
segmentation of the text into mentions and outside tokens is as probable as the product of its tags, and a
mention is as probable as the share of all segmentations that hold it. That is the forward-backward
recursion of a semi-Markov model (Sarawagi & Cohen 2004), with scores that are local to the mention.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from litloom.records import KINDS

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

OUTSIDE: Final = 0
TAG_COUNT: Final = 1 + 4 * len(KINDS)
MAX_LENGTH: Final = 14
"""The longest mention, in tokens: 99.9% of annotated ones are shorter."""
_FLOOR: Final = -30.0


class Candidate(NamedTuple):
    """A possible mention: tokens from `start` to `end` (exclusive), its kind, and its probability."""

    start: int
    end: int
    kind: int
    probability: float


def encode(spans: Iterable[tuple[int, int, int]], length: int) -> NDArray[np.intp]:
    """Return the tag of each token.

    Parameters
    ----------
    spans
        Triples of (first token, end token exclusive, index into `KINDS`), none overlapping.
    length
        The number of tokens.

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
    """Score every possible mention against leaving its tokens outside.

    Parameters
    ----------
    log_probs
        Log-probabilities, tokens by tags.
    breaks
        True for tokens that no mention may hold (line ends).

    Returns
    -------
    Floats
        ``scores[l - 1, i, k]``: log-odds of a mention of `l` tokens from token `i`, of kind `k`.
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


def candidates(scores: Floats, *, least: float = 0.02) -> list[Candidate]:
    """Return the mentions with at least some probability, in the order of the text.

    Parameters
    ----------
    scores
        As `span_scores` gives them.
    least
        Mentions less probable than this are left out.
    """
    sizes, length, _ = scores.shape
    if not length:
        return []
    with np.errstate(over="ignore"):
        merged = _logsumexp(scores)
    ahead = _forward(merged)
    back = _forward(_mirrored(merged))[::-1]
    starts = np.arange(length)
    ends = np.minimum(starts[None, :] + 1 + np.arange(sizes)[:, None], length)
    outside = ahead[starts][None, :] + back[ends] - ahead[length]
    with np.errstate(under="ignore"):
        probabilities = np.exp(np.minimum(scores + outside[:, :, None], 0.0))
    found = np.argwhere((probabilities >= least) & (probabilities > 0))
    return sorted(
        Candidate(int(i), int(i + size + 1), int(k), float(probabilities[size, i, k])) for size, i, k in found
    )


def best_disjoint(spans: list[tuple[int, int, float]]) -> list[int]:
    """Choose the non-overlapping spans whose weights sum highest.

    Parameters
    ----------
    spans
        Triples of (start, end exclusive, weight); those of no positive weight are never chosen.

    Returns
    -------
    list of int
        Indices into `spans`, in the order of the text.

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


def _logsumexp(scores: Floats) -> Floats:
    top = scores.max(axis=2)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        total: Floats = np.log(np.exp(scores - safe[:, :, None]).sum(axis=2)) + safe
    return total


def _forward(merged: Floats) -> Floats:
    """Return the log-mass of all segmentations of the first ``j`` tokens, for each ``j``."""
    sizes, length = merged.shape
    ending = np.full((length, sizes), -np.inf)
    for size in range(1, min(sizes, length) + 1):
        ending[size - 1 :, size - 1] = merged[size - 1, : length - size + 1]
    mass = np.zeros(length + 1)
    for j in range(1, length + 1):
        reach = min(sizes, j)
        arriving = mass[j - reach : j][::-1] + ending[j - 1, :reach]
        mass[j] = np.logaddexp(mass[j - 1], np.logaddexp.reduce(arriving))
    return mass


def _mirrored(merged: Floats) -> Floats:
    """Return the same scores for the text read from its end."""
    sizes, length = merged.shape
    turned = np.full_like(merged, -np.inf)
    for size in range(1, min(sizes, length) + 1):
        count = length - size + 1
        turned[size - 1, :count] = merged[size - 1, :count][::-1]
    return turned
