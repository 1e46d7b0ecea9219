"""Possible concepts of a paper, each with what speaks for and against it.

Annotators marked strings, not places: a string is a concept of a paper or it is not, and all its occurrences
share that. So the evidence of a string is gathered over all its occurrences: what the recognisers say of
each, what longer or shorter rivals stand around it, what is known of the name from elsewhere, its
abbreviation, and how it is written. `evidence` lays it out as one row of numbers for each (string, kind).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from spacy.tokens import Doc

from litloom.extractors.abbreviations import partners
from litloom.extractors.calibration import log_odds
from litloom.extractors.gold import places
from litloom.extractors.hints import likely_introduced
from litloom.extractors.lexicon import Lexicon, lookup_key
from litloom.extractors.tagging import Floats32, candidates, span_scores
from litloom.extractors.wordpiece import CASES, case_of
from litloom.records import KINDS

LEAST: Final = 0.03
_DETERMINERS: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "these",
        "that",
        "its",
        "our",
        "their",
        "any",
        "each",
        "both",
        "such",
        "novel",
        "new",
    ]
)
_MOST_PLACES: Final = 40
Posteriors = Mapping[tuple[int, int], Sequence[float]]


@dataclass(slots=True)
class Name:
    """A string that may be a concept, and the places (in characters) where the text holds it."""

    text: str
    places: list[tuple[int, int]]
    kinds: set[int] = field(default_factory=set)


def posteriors(doc: Doc, scores: Floats32, *, least: float = LEAST) -> dict[tuple[int, int], list[float]]:
    """Return each probable mention by its place in characters, with its probability for each kind."""
    breaks = np.fromiter((token.is_space for token in doc), dtype=bool, count=len(doc))
    found: dict[tuple[int, int], list[float]] = {}
    starts = [token.idx for token in doc]
    for start, end, kind, probability in candidates(span_scores(scores, breaks), least=least):
        last = doc[end - 1]
        place = (starts[start], last.idx + len(last))
        found.setdefault(place, [0.0] * len(KINDS))[kind] = probability
    return found


def names_of(doc: Doc, by_model: Sequence[Posteriors], lexicon: Lexicon | None) -> list[Name]:
    """Return the strings worth judging, the longest first.

    A string comes in where a recogniser gives one of its places some probability; for a name that the lexicon
    knows as a concept more often than not, being there is enough.
    """
    text = doc.text
    kinds: dict[str, set[int]] = defaultdict(set)
    for found in by_model:
        for (start, end), probabilities in found.items():
            kinds[text[start:end]].update(k for k, p in enumerate(probabilities) if p >= LEAST)
    if lexicon is not None:
        for start, end in doc._.known or ():
            known = lexicon.of("gold", text[start:end])
            other = lexicon.of("silver", text[start:end])
            if known.any_kind > 0.4 * known.seen or other.any_kind > 0.5 * other.seen:
                total = [a + 0.1 * b for a, b in zip(known.kinds, other.kinds, strict=True)]
                kinds[text[start:end]].add(max(range(len(KINDS)), key=total.__getitem__))
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


def evidence(
    doc: Doc, names: Sequence[Name], by_model: Sequence[Posteriors], lexicon: Lexicon | None
) -> tuple[list[tuple[int, int]], Floats32]:
    """Return rows of numbers for the judge.

    Parameters
    ----------
    doc
        The document, with its abbreviations found.
    names
        As `names_of` gives them.
    by_model
        For each recogniser, and last for their mean, what `posteriors` gives.
    lexicon
        What is known of names, if anything.

    Returns
    -------
    pairs
        For each row, the index of the name and of the kind.
    rows
        One row a pair.
    """
    tables = [_averages(name.places, found) for found in by_model for name in names]
    per_model = [tables[i : i + len(names)] for i in range(0, len(tables), len(names) or 1)]
    around = Surroundings(by_model[-1])
    partner = partners(doc._.abbreviations)
    best = {name.text: per_model[-1][at][0] for at, name in enumerate(names)}
    by_key: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_key[lookup_key(name.text)].append(name.text)
    where = ((name.text, [start for start, _ in name.places]) for name in names)
    likely = likely_introduced(doc, where, doc._.intro_scores or [])
    pairs: list[tuple[int, int]] = []
    rows: list[list[float]] = []
    nothing = [0.0] * len(KINDS)
    text = doc.text
    title_end = text.find("\n")
    for at, name in enumerate(names):
        shared = _shape(text, name, title_end) + _rivals(name, around)
        siblings = [best[other] for other in by_key[lookup_key(name.text)] if other != name.text]
        short = best.get(partner.get(name.text, ""), nothing)
        is_pair = float(name.text in partner)
        for kind in sorted(name.kinds):
            row = list(shared)
            for tables_of_model in per_model:
                top, mean = tables_of_model[at]
                row += [
                    log_odds(top[kind]),
                    log_odds(mean[kind]),
                    log_odds(sum(mean)),
                    log_odds(sum(top) - top[kind]),
                ]
            row += [is_pair, short[kind], sum(short) - short[kind], likely.get(name.text, 0.0)]
            row += [max((s[kind] for s in siblings), default=0.0), max(map(sum, siblings), default=0.0)]
            row += _known(lexicon, name.text, kind)
            row += [float(kind == k) for k in range(len(KINDS))]
            rows.append(row)
            pairs.append((at, kind))
    return pairs, np.asarray(rows, dtype=np.float32).reshape(len(rows), len(rows[0]) if rows else 0)


def _averages(places: Sequence[tuple[int, int]], found: Posteriors) -> tuple[list[float], list[float]]:
    at_places = [found[place] for place in places if place in found]
    if not at_places:
        return [0.0] * len(KINDS), [0.0] * len(KINDS)
    columns = list(zip(*at_places, strict=True))
    return [max(column) for column in columns], [sum(column) / len(places) for column in columns]


def _shape(text: str, name: Name, title_end: int) -> list[float]:
    words = name.text.split()
    cases = [0.0] * CASES
    cases[case_of(words[-1] if words else "")] = 1.0
    in_title = sum(start < title_end for start, _ in name.places)
    before = [_word_before(text, start) for start, _ in name.places[:_MOST_PLACES]]
    return [
        math.log(len(name.places)),
        float(in_title > 0),
        float(in_title == len(name.places)),
        float(len(words)),
        math.log(len(name.text)),
        float(any(c.isdigit() for c in name.text)),
        float(name.text[:1].isupper()),
        float(sum(c.isupper() for c in name.text) > 1),
        sum(word in _DETERMINERS for word in before) / max(len(before), 1),
        *cases,
    ]


def _word_before(text: str, start: int) -> str:
    words = text[max(0, start - 16) : start].split()
    return words[-1].lower() if words else ""


def _rivals(name: Name, around: Surroundings) -> list[float]:
    found = [around.of(*place) for place in name.places[:_MOST_PLACES]]
    columns = list(zip(*found, strict=True))
    means = [sum(column) / len(found) for column in columns]
    return [*means, max(columns[0]), min(columns[0]), max(columns[2])]


def _known(lexicon: Lexicon | None, name: str, kind: int) -> list[float]:
    row: list[float] = []
    for table, prior in (("gold", 0.5), ("silver", 2.0)):
        seen, kinds = (0.0, (0.0,) * len(KINDS)) if lexicon is None else lexicon.of(table, name)
        total = sum(kinds)
        row += [
            math.log1p(seen),
            math.log1p(kinds[kind]),
            (kinds[kind] + 0.3 * prior) / (seen + prior),
            (total - kinds[kind]) / (seen + prior),
            (kinds[kind] + 0.3 * prior) / (total + prior),
        ]
    return row


def mean_scores(scores: Iterable[Floats32]) -> Floats32:
    """Return the mean of several recognisers' probabilities, as log-probabilities."""
    stacked = [np.exp(one) for one in scores]
    mean: Floats32 = np.log(np.maximum(sum(stacked) / len(stacked), 1e-9)).astype(np.float32)
    return mean
