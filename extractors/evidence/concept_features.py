"""The judge's features of each candidate and kind.

A row covers the spelling of the candidate and the words around it, what each recogniser predicts at its
occurrences, what is predicted for its abbreviation or full name and for its other spellings, and its counts
in the lexicon.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
from spacy.tokens import Doc

from litloom.extractors.components.abbreviations import counterparts
from litloom.extractors.components.lexicon import UNKNOWN, Lexicon
from litloom.extractors.evidence.candidates import Candidate, Neighbours, Posteriors
from litloom.extractors.evidence.document import tokens_of
from litloom.extractors.evidence.introduction_cues import spelling
from litloom.extractors.evidence.introduction_features import introduction_probabilities
from litloom.extractors.evidence.span_decoding import Floats, Floats32
from litloom.records import KINDS

_STANDS_BEFORE: Final = "a an the this these that its our their any each both such novel new"
_DETERMINERS: Final = frozenset(_STANDS_BEFORE.split())
_MAX_SPANS: Final = 40
_MIN_PROBABILITY: Final = 0.005
_PRIOR_PAPERS: Final = 0.5
"""Papers of the prior that smooths the shares of the lexicon."""
_UNUSED: Final = (0.0, 0.0, 0.3, 0.0, 0.3)
"""Features of a second lexicon, without names: the judges of the packaged models expect them."""


def concept_features(
    doc: Doc, names: Sequence[Candidate], by_model: Sequence[Posteriors], lexicon: Lexicon
) -> tuple[list[tuple[int, int]], Floats32]:
    """Return features of each candidate with each of its kinds: float32, ``(n_pairs, n_features)``.

    Before them come the pairs: an index into `names` and one into `KINDS` for each row. `by_model` has the
    posteriors of each recogniser, and last those of their mean.
    """
    pairs = [(at, kind) for at, name in enumerate(names) for kind in sorted(name.kinds)]
    if not pairs:
        return [], np.zeros((0, 0), dtype=np.float32)
    rows, kinds = (np.asarray(column) for column in zip(*pairs, strict=True))
    each = np.arange(len(pairs))
    tops_and_means = [[_top_and_mean(name.spans, posteriors) for name in names] for posteriors in by_model]
    columns = [_shapes(doc, names, Neighbours(by_model[-1]))[rows]]
    for table in tops_and_means:
        tops, means = (numbers[rows] for numbers in np.asarray(table).swapaxes(0, 1))
        top, mean = tops[each, kinds], means[each, kinds]
        for probabilities in (top, mean, means.sum(axis=1), tops.sum(axis=1) - top):
            columns.append(_log_odds(probabilities)[:, None])
    columns.append(_related(doc, names, [top for top, _ in tops_and_means[-1]])[rows, :, kinds])
    columns.append(_lexicon_counts(lexicon, names)[rows, :, kinds])
    columns.append(np.broadcast_to(_UNUSED, (len(pairs), len(_UNUSED))))
    columns.append(np.eye(len(KINDS))[kinds])
    return pairs, np.concatenate(columns, axis=1).astype(np.float32)


def _top_and_mean(
    spans: Sequence[tuple[int, int]], posteriors: Posteriors
) -> tuple[list[float], list[float]]:
    """Return the greatest and the mean probability of each kind over the occurrences of a candidate."""
    known = [posteriors[span] for span in spans if span in posteriors]
    if not known:
        return [0.0] * len(KINDS), [0.0] * len(KINDS)
    columns = list(zip(*known, strict=True))
    return [max(column) for column in columns], [sum(column) / len(spans) for column in columns]


def _log_odds(probabilities: Floats) -> Floats:
    """Return `calibration.log_odds` of each."""
    clipped = np.minimum(np.maximum(probabilities, _MIN_PROBABILITY), 1.0 - _MIN_PROBABILITY)
    odds: Floats = np.log(clipped / (1.0 - clipped))
    return odds


def _shapes(doc: Doc, names: Sequence[Candidate], neighbours: Neighbours) -> Floats:
    """Return features of spelling, position and overlapping mentions, ``(n_names, n_features)``."""
    text = tokens_of(doc).text
    title_end = text.find("\n")
    rows = []
    for name in names:
        in_title = sum([start < title_end for start, _ in name.spans])
        before = [text[max(0, start - 16) : start].split()[-1:] for start, _ in name.spans[:_MAX_SPANS]]
        overlaps = [neighbours.of(*span) for span in name.spans[:_MAX_SPANS]]
        around, across, inside = zip(*overlaps, strict=True)
        shape = spelling(name.text)
        rows.append(
            [
                math.log(len(name.spans)),
                float(in_title > 0),
                float(in_title == len(name.spans)),
                *shape[:5],
                sum([word.lower() in _DETERMINERS for words in before for word in words]) / len(before),
                *shape[5:],
                *(sum(column) / len(overlaps) for column in (around, across, inside)),
                max(around),
                min(around),
                max(inside),
            ]
        )
    return np.asarray(rows)


def _related(doc: Doc, names: Sequence[Candidate], best: Sequence[Sequence[float]]) -> Floats:
    """Return features of the other form of a name and of its other spellings, ``(n_names, 6, n_kinds)``."""
    other_forms = counterparts(doc._.abbreviations)
    offsets = ((name.text, [start for start, _ in name.spans]) for name in names)
    introduced = introduction_probabilities(doc, offsets, doc._.intro_scores)
    by_text = {name.text: probabilities for name, probabilities in zip(names, best, strict=True)}
    by_key: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        by_key[name.key].append(at)
    nothing = [0.0] * len(KINDS)
    table = np.zeros((len(names), 6, len(KINDS)))
    for at, name in enumerate(names):
        other = by_text.get(other_forms.get(name.text, ""), nothing)
        spellings = [best[one] for one in by_key[name.key] if one != at]
        total = sum(other)
        table[at, 0] = name.text in other_forms
        table[at, 1] = other
        table[at, 2] = [total - probability for probability in other]
        table[at, 3] = introduced.get(name.text, 0.0)
        if spellings:
            table[at, 4] = [max(column) for column in zip(*spellings, strict=True)]
            table[at, 5] = max(map(sum, spellings))
    return table


def _lexicon_counts(lexicon: Lexicon, names: Sequence[Candidate]) -> Floats:
    """Return features of the counts in other papers, ``(n_names, 5, n_kinds)``."""
    counts = [lexicon.names.get(name.key, UNKNOWN) for name in names]
    papers = np.asarray([one.papers for one in counts])[:, None]
    by_kind = np.asarray([one.by_kind for one in counts])
    concept = by_kind.sum(axis=1, keepdims=True)
    features = (
        np.broadcast_to(np.log1p(papers), by_kind.shape),
        np.log1p(by_kind),
        (by_kind + 0.3 * _PRIOR_PAPERS) / (papers + _PRIOR_PAPERS),
        (concept - by_kind) / (papers + _PRIOR_PAPERS),
        (by_kind + 0.3 * _PRIOR_PAPERS) / (concept + _PRIOR_PAPERS),
    )
    return np.stack(features, axis=1)
