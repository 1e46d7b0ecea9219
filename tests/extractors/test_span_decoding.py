import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.extractors.evidence.span_decoding import (
    TAG_COUNT,
    best_disjoint,
    decode_spans,
    encode,
    span_scores,
)


def log_probs(seed, length):
    raw = np.random.default_rng(seed).normal(size=(length, TAG_COUNT)) * 2
    return raw - np.log(np.exp(raw).sum(axis=1, keepdims=True))


def all_segmentations(length, kinds=5):
    """Every way to cut tokens into outside tokens and typed mentions."""
    if length == 0:
        yield []
        return
    for rest in all_segmentations(length - 1, kinds):
        yield rest
    for size in range(1, length + 1):
        for rest in all_segmentations(length - size, kinds):
            for kind in range(kinds):
                yield [*rest, (length - size, length, kind)]


@pytest.mark.parametrize("seed", range(3))
def test_probabilities_are_shares_of_all_segmentations(seed):
    length = 4
    scores = log_probs(seed, length)
    mass = {}
    total = 0.0
    for spans in all_segmentations(length):
        tags = encode(spans, length)
        weight = np.exp(scores[np.arange(length), tags].sum())
        total += weight
        for span in spans:
            mass[span] = mass.get(span, 0.0) + weight
    found = decode_spans(span_scores(scores, np.zeros(length, dtype=bool)), min_probability=0.0)
    assert {(c.start, c.end, c.kind) for c in found} >= set(mass)
    for candidate in found:
        span = (candidate.start, candidate.end, candidate.kind)
        assert candidate.probability == pytest.approx(mass.get(span, 0.0) / total, abs=1e-9)


def test_sure_tags_give_sure_mentions():
    spans = [(0, 2, 1), (3, 4, 0), (5, 9, 4)]
    scores = np.full((10, TAG_COUNT), -20.0)
    scores[np.arange(10), encode(spans, 10)] = 0
    found = decode_spans(span_scores(scores, np.zeros(10, dtype=bool)))
    assert [(c.start, c.end, c.kind) for c in found] == spans
    assert all(c.probability > 0.99 for c in found)


def test_no_mention_holds_a_break():
    scores = np.zeros((6, TAG_COUNT))
    breaks = np.array([False, False, True, False, False, False])
    assert all(
        not c.start <= 2 < c.end for c in decode_spans(span_scores(scores, breaks), min_probability=0.0)
    )


def test_no_tokens_no_mentions():
    assert decode_spans(span_scores(np.zeros((0, TAG_COUNT)), np.zeros(0, dtype=bool))) == []


def test_long_texts_stay_finite():
    scores = log_probs(0, 30_000) * 10
    found = decode_spans(span_scores(scores, np.zeros(len(scores), dtype=bool)))
    assert all(0 <= c.probability <= 1 for c in found)


@pytest.mark.parametrize("times", [3, 3000])
def test_texts_apart_are_judged_apart(times):
    scores, breaks = log_probs(7, 9) * 2, np.arange(9) == 8
    alone = decode_spans(span_scores(scores, breaks))
    joined = decode_spans(span_scores(np.tile(scores, (times, 1)), np.tile(breaks, times)))
    assert len(joined) == times * len(alone)
    for at, candidate in enumerate(joined):
        one = alone[at % len(alone)]
        start = 9 * (at // len(alone)) + one.start
        assert candidate[:3] == (start, start + one.end - one.start, one.kind)
        assert candidate.probability == pytest.approx(one.probability, abs=1e-6)


SPANS = st.lists(
    st.tuples(st.integers(0, 8), st.integers(1, 4), st.integers(-2, 5)).map(
        lambda t: (t[0], t[0] + t[1], float(t[2]))
    ),
    max_size=7,
)


@given(SPANS)
def test_the_best_disjoint_spans_are_the_best(spans):
    def total(chosen):
        return sum(spans[i][2] for i in chosen)

    def disjoint(chosen):
        ordered = sorted(spans[i][:2] for i in chosen)
        return all(left[1] <= right[0] for left, right in itertools.pairwise(ordered))

    chosen = best_disjoint(spans)
    assert disjoint(chosen)
    best = max(
        total(subset)
        for size in range(len(spans) + 1)
        for subset in itertools.combinations(range(len(spans)), size)
        if disjoint(subset)
    )
    assert total(chosen) == best
