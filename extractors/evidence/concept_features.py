"""What speaks for and against each candidate: a row of numbers for each (name, kind), which the judge reads.

A row tells how the name is written, what stands around its places, what each recogniser says of them, what is
said of its abbreviation or full name and of its other spellings, and what the lexicon knows of it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from litloom.extractors.components.abbreviations import partners
from litloom.extractors.components.lexicon import NOTHING, Lexicon
from litloom.extractors.components.wordpiece import CASES, case_of
from litloom.extractors.evidence.candidates import Name, Posteriors, Surroundings
from litloom.extractors.evidence.span_decoding import Floats, Floats32
from litloom.extractors.evidence.token_introduction import likely_introduced
from litloom.extractors.evidence.tokens import tokens_of
from litloom.records import KINDS

_STANDS_BEFORE: Final = "a an the this these that its our their any each both such novel new"
_DETERMINERS: Final = frozenset(_STANDS_BEFORE.split())
_MOST_PLACES: Final = 40
_LEAST_ODDS: Final = 0.005
_PRIORS: Final = (("gold", 0.5), ("silver", 2.0))
"""For each table of the lexicon, how many papers' worth of doubt stand beside what it counted."""


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
    pairs = [(at, kind) for at, name in enumerate(names) for kind in sorted(name.kinds)]
    if not pairs:
        return [], np.zeros((0, 0), dtype=np.float32)
    rows, kinds = (np.asarray(column) for column in zip(*pairs, strict=True))
    averages = [[_averages(name.places, found) for name in names] for found in by_model]
    columns = [_written(doc, names, Surroundings(by_model[-1]))[rows]]
    for tops, means in (np.asarray(table).swapaxes(0, 1) for table in averages):
        columns += [_all_log_odds(numbers)[:, None] for numbers in _by_model(tops[rows], means[rows], kinds)]
    columns.append(_company(doc, names, [top for top, _ in averages[-1]])[rows, :, kinds])
    columns.append(_known(lexicon, names)[rows, :, kinds])
    columns.append(np.eye(len(KINDS))[kinds])
    return pairs, np.concatenate(columns, axis=1).astype(np.float32)


def _by_model(tops: Floats, means: Floats, kinds: NDArray[np.intp]) -> Iterator[Floats]:
    """Yield what one recogniser says for each row's kind at best and on average, of any kind, of others."""
    rows = np.arange(len(kinds))
    yield tops[rows, kinds]
    yield means[rows, kinds]
    yield means.sum(axis=1)
    yield tops.sum(axis=1) - tops[rows, kinds]


def _all_log_odds(probabilities: Floats) -> Floats:
    """Return what `log_odds` gives for each."""
    clipped = np.minimum(np.maximum(probabilities, _LEAST_ODDS), 1.0 - _LEAST_ODDS)
    odds: Floats = np.log(clipped / (1.0 - clipped))
    return odds


def _written(doc: Doc, names: Sequence[Name], around: Surroundings) -> Floats:
    """Return how each name is written, and what stands around it."""
    text = tokens_of(doc).text
    title_end = text.find("\n")
    return np.asarray([_shape(text, name, title_end) + _rivals(name, around) for name in names])


def _company(doc: Doc, names: Sequence[Name], best: Sequence[Sequence[float]]) -> Floats:
    """Return for each name and kind what is said of its abbreviation, or full name, and other spellings."""
    partner = partners(doc._.abbreviations)
    where = ((name.text, [start for start, _ in name.places]) for name in names)
    likely = likely_introduced(doc, where, doc._.intro_scores or [])
    by_text = {name.text: one for name, one in zip(names, best, strict=True)}
    by_key: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        by_key[name.key].append(at)
    nothing = [0.0] * len(KINDS)
    table = np.zeros((len(names), 6, len(KINDS)))
    for at, name in enumerate(names):
        short = by_text.get(partner.get(name.text, ""), nothing)
        siblings = [best[other] for other in by_key[name.key] if other != at]
        total = sum(short)
        table[at, 0] = name.text in partner
        table[at, 1] = short
        table[at, 2] = [total - one for one in short]
        table[at, 3] = likely.get(name.text, 0.0)
        if siblings:
            table[at, 4] = [max(column) for column in zip(*siblings, strict=True)]
            table[at, 5] = max(map(sum, siblings))
    return table


def _averages(places: Sequence[tuple[int, int]], found: Posteriors) -> tuple[list[float], list[float]]:
    at_places = [found[place] for place in places if place in found]
    if not at_places:
        return [0.0] * len(KINDS), [0.0] * len(KINDS)
    columns = list(zip(*at_places, strict=True))
    return [max(column) for column in columns], [sum(column) / len(places) for column in columns]


def _shape(text: str, name: Name, title_end: int) -> list[float]:
    in_title = sum([start < title_end for start, _ in name.places])
    before = [_word_before(text, start) for start, _ in name.places[:_MOST_PLACES]]
    spelling = _spelling(name.text)
    return [
        math.log(len(name.places)),
        float(in_title > 0),
        float(in_title == len(name.places)),
        *spelling[:5],
        sum([word in _DETERMINERS for word in before]) / max(len(before), 1),
        *spelling[5:],
    ]


@lru_cache(4_000)
def _spelling(name: str) -> tuple[float, ...]:
    """Return what the spelling of a name alone says; the same names come in paper after paper."""
    words = name.split()
    cases = [0.0] * CASES
    cases[case_of(words[-1] if words else "")] = 1.0
    return (
        float(len(words)),
        math.log(len(name)),
        float(any(c.isdigit() for c in name)),
        float(name[:1].isupper()),
        float(sum(c.isupper() for c in name) > 1),
        *cases,
    )


def _word_before(text: str, start: int) -> str:
    words = text[max(0, start - 16) : start].split()
    return words[-1].lower() if words else ""


def _rivals(name: Name, around: Surroundings) -> list[float]:
    found = [around.of(*place) for place in name.places[:_MOST_PLACES]]
    columns = list(zip(*found, strict=True))
    means = [sum(column) / len(found) for column in columns]
    return [*means, max(columns[0]), min(columns[0]), max(columns[2])]


def _known(lexicon: Lexicon | None, names: Sequence[Name]) -> Floats:
    """Return for each name and kind what the tables of the lexicon say."""
    parts = []
    for table, prior in _PRIORS:
        entries = {} if lexicon is None else lexicon.tables[table]
        known = [entries.get(name.key, NOTHING) for name in names]
        parts.append(_of_table([one.seen for one in known], [one.kinds for one in known], prior))
    return np.concatenate(parts, axis=1)


def _of_table(seen: Sequence[float], kinds: Sequence[Sequence[float]], prior: float) -> Floats:
    papers, of_kind = np.asarray(seen)[:, None], np.asarray(kinds)
    total = of_kind.sum(axis=1, keepdims=True)
    numbers = (
        np.broadcast_to(np.log1p(papers), of_kind.shape),
        np.log1p(of_kind),
        (of_kind + 0.3 * prior) / (papers + prior),
        (total - of_kind) / (papers + prior),
        (of_kind + 0.3 * prior) / (total + prior),
    )
    return np.stack(numbers, axis=1)
