"""Features of whether a paper introduces a name, for the two judges of `litloom_introduces`."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from spacy.tokens import Doc

from litloom.extractors.components.lexicon import Lexicon
from litloom.extractors.evidence.calibration import log_odds
from litloom.extractors.evidence.document import tokens_of
from litloom.extractors.evidence.introduction_cues import PATTERNS, cues
from litloom.extractors.evidence.span_decoding import Floats32
from litloom.records import KINDS, Kind

NameOffsets = tuple[str, Kind, Sequence[int]]
"""A name, its kind, and the character offsets where it starts."""
_MAX_COMPARED: Final = 200


def wording_features(
    text: str,
    names: Sequence[NameOffsets],
    other_forms: Mapping[str, str],
    lexicon: Lexicon,
    *,
    counted: bool = False,
) -> Floats32:
    """Return the first judge's features, ``(n_names, n_features)``: wording, spelling, position, frequency.

    The text is title, line end and abstract; `other_forms` maps abbreviations to full names and back. If the
    lexicon was counted on this paper too (in training), the paper is subtracted.
    """
    title, _, abstract = text.partition("\n")
    prefix = title.split(":")[0].strip() if ":" in title else ""
    ranks = {name: at for at, (name, _, _) in enumerate(sorted(names, key=lambda n: min(n[2], default=0)))}
    alone = {
        name: cues(text, len(title), name, starts) + _frequencies(lexicon, name, counted=counted)
        for name, _, starts in names
    }
    nothing = [0.0] * len(next(iter(alone.values()), []))
    related = related_names(names)
    paper = [float(bool(pattern.search(title))) for pattern in PATTERNS["title"]]
    paper += [float(bool(pattern.search(abstract))) for pattern in PATTERNS["abstract"]]
    rows = []
    for name, kind, _ in names:
        other = other_forms.get(name, "")
        rows.append(
            [
                *alone[name],
                float(bool(prefix) and prefix.startswith(name)),
                float(prefix == name),
                float(bool(other) and prefix.startswith(other)),
                math.log1p(ranks[name]),
                ranks[name] / len(ranks),
                float(sum(len(one) > len(name) for one in related[name])),
                float(sum(len(one) < len(name) for one in related[name])),
                float(name in other_forms),
                float(len(other) > len(name)),
                *alone.get(other, nothing),
                *paper,
                math.log1p(len(abstract)),
                *(float(kind == k) for k in KINDS),
            ]
        )
    return _as_array(rows)


def combined_features(
    names: Sequence[NameOffsets],
    wording: Floats32,
    tokens: Sequence[Mapping[str, float]],
    confidences: Mapping[str, float],
    other_forms: Mapping[str, str],
    lexicon: Lexicon,
    title_end: int,
) -> Floats32:
    """Return the second judge's features, ``(n_names, n_features)``: probabilities, relative to other names'.

    Takes the first judge's probabilities of the names, ``(n_names,)``; by name, `introduction_probabilities`
    of all recognisers and then of each alone, and the probability of being a concept at all; and the end of
    the title, a character offset.
    """
    first = {name: float(probability) for (name, _, _), probability in zip(names, wording, strict=True)}
    second = tokens[0]
    best_first, best_second = max(first.values(), default=0.0), max(second.values(), default=0.0)
    total = sum(first.values())
    order = {name: at for at, name in enumerate(sorted(first, key=lambda name: -first[name]))}
    related = related_names(names)
    rows = []
    for name, kind, starts in names:
        confidence, other = confidences.get(name, 1.0), other_forms.get(name, "")
        variants = [first[one] for one in related[name] if one.lower() == name.lower()]
        own = (first[name], second.get(name, 0.0), best_first, best_second)
        others = (first.get(other, 0.0), second.get(other, 0.0))
        alone = (one.get(name, 0.0) for one in tokens[1:])
        rows.append(
            [
                *map(log_odds, (*own, *others, *alone, confidence, first[name] * confidence)),
                first[name] / (best_first + 0.01),
                own[1] / (best_second + 0.01),
                confidence,
                total,
                total - first[name],
                math.log1p(order[name]),
                max((first[one] for one in related[name]), default=0.0),
                max((second.get(one, 0.0) for one in related[name]), default=0.0),
                max(variants, default=0.0),
                lexicon.common.of(name)[0],
                float(min(starts, default=0) < title_end),
                math.log(max(len(name.split()), 1)),
                math.log(max(len(starts), 1)),
                float(name in other_forms),
                *(float(kind == k) for k in KINDS),
            ]
        )
    return _as_array(rows)


def introduction_probabilities(
    doc: Doc, names: Iterable[tuple[str, Sequence[int]]], scores: Sequence[Floats32]
) -> dict[str, float]:
    """Return the recognisers' probability that each name is introduced: the mean over all its tokens.

    Names come with the character offsets where they start; `scores` are the probabilities of the tokens,
    ``(n_tokens,)``, of each recogniser.
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


def related_names(names: Sequence[NameOffsets]) -> dict[str, list[str]]:
    """Return for each name the others that contain it as whole words, or that it contains, in any case.

    Examples
    --------
    >>> names = [("Mamba", "Method", [0]), ("graph mamba", "Method", [9]), ("Mambas", "Method", [30])]
    >>> related_names(names)["Mamba"]
    ['graph mamba']
    """
    lowered = {name: f" {name.lower()} " for name, _, _ in names}
    few = [name for name, _, _ in names[:_MAX_COMPARED]]
    return {
        name: [other for other in few if other != name and (low in lowered[other] or lowered[other] in low)]
        for name, low in lowered.items()
    }


def _frequencies(lexicon: Lexicon, name: str, *, counted: bool) -> list[float]:
    counts, less = lexicon.counts(name), float(counted)
    concept = sum(max(count - less, 0.0) for count in counts.by_kind)
    return [math.log1p(max(counts.papers - less, 0.0)), math.log1p(concept), *lexicon.common.of(name)]


def _as_array(rows: Sequence[Sequence[float]]) -> Floats32:
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), len(rows[0]) if rows else 0)
