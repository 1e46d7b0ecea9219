"""Evidence that a paper introduces a name: rows of numbers for the two networks of `introduces`.

The first rows tell how a name is written (`cues`), how common it is elsewhere, and how it stands to the other
names of the paper. The second ones set what the first network says beside what the recognisers say, and
beside what both say of the paper's other names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from litloom.extractors.components.lexicon import Lexicon
from litloom.extractors.evidence.calibration import log_odds
from litloom.extractors.evidence.introduction_cues import cues
from litloom.extractors.evidence.span_decoding import Floats32
from litloom.records import KINDS, Kind

NamePlaces = tuple[str, Kind, Sequence[int]]
_OVERVIEW: Final = re.compile(
    r"\b(?:survey|review|overview|tutorial|perspective|position|lessons|study|analysis|evaluat\w+|understanding|"
    r"investigat\w+|explor\w+|challenges|empirical|comparison|comparing|towards?|on the|can|does|do|how)\b",
    re.IGNORECASE,
)
_IN_TITLE: Final = (
    _OVERVIEW,
    re.compile(r":"),
    re.compile(r"\?"),
    re.compile(r"\b(?:dataset|benchmark)\b", re.I),
)
_IN_ABSTRACT: Final = (
    re.compile(r"\bwe (?:propose|introduce|present|develop)", re.IGNORECASE),
    re.compile(r"\b(?:survey|review|overview|tutorial)\b", re.IGNORECASE),
    re.compile(r"\b(?:novel|new)\b", re.IGNORECASE),
)
_MOST_KIN: Final = 200


def introduction_evidence(
    text: str,
    names: Sequence[NamePlaces],
    partner: Mapping[str, str],
    lexicon: Lexicon | None,
    *,
    own: bool = False,
) -> Floats32:
    """Return one row of numbers for each name of a paper: how and where it is written.

    Parameters
    ----------
    text
        Title, line end, abstract.
    names
        Triples of surface string, kind, and where it starts in the text.
    partner
        Abbreviation to full name and back.
    lexicon
        What is known of names, if anything.
    own
        Whether the paper is among those that the lexicon's gold table was counted on (in training): then it
        is taken out of the count.
    """
    title, _, abstract = text.partition("\n")
    prefix = title.split(":")[0].strip() if ":" in title else ""
    ranks = {name: at for at, (name, _, _) in enumerate(sorted(names, key=lambda n: min(n[2], default=0)))}
    alone = {
        name: cues(text, len(title), name, starts) + _known(lexicon, name, own=own)
        for name, _, starts in names
    }
    nothing = [0.0] * len(next(iter(alone.values()), []))
    holders = kin(names)
    paper = [float(bool(pattern.search(title))) for pattern in _IN_TITLE]
    paper += [float(bool(pattern.search(abstract))) for pattern in _IN_ABSTRACT]
    rows = []
    for name, kind, _ in names:
        other = partner.get(name, "")
        rows.append(
            [
                *alone[name],
                float(bool(prefix) and prefix.startswith(name)),
                float(prefix == name),
                float(bool(other) and prefix.startswith(other)),
                math.log1p(ranks[name]),
                ranks[name] / len(ranks),
                float(sum(len(held) > len(name) for held in holders[name])),
                float(sum(len(held) < len(name) for held in holders[name])),
                float(name in partner),
                float(len(other) > len(name)),
                *alone.get(other, nothing),
                *paper,
                math.log1p(len(abstract)),
                *(float(kind == k) for k in KINDS),
            ]
        )
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), len(rows[0]) if rows else 0)


def weighed_evidence(
    names: Sequence[NamePlaces],
    written: Floats32,
    likely: Sequence[Mapping[str, float]],
    confidence: Mapping[str, float],
    partner: Mapping[str, str],
    lexicon: Lexicon | None,
    title_end: int,
) -> Floats32:
    """Return one row for each name: the first network's view beside the recognisers', and beside other names.

    Parameters
    ----------
    names
        The names, as for `introduction_evidence`.
    written
        What the first network says of each.
    likely
        What the recognisers together, and then each alone, say of each.
    confidence
        How sure it is that each is a concept at all.
    partner
        Abbreviation to full name and back.
    lexicon
        What is known of names, if anything.
    title_end
        Where the title ends.
    """
    first = {name: float(probability) for (name, _, _), probability in zip(names, written, strict=True)}
    second = likely[0]
    best_first, best_second = max(first.values(), default=0.0), max(second.values(), default=0.0)
    total = sum(first.values())
    order = {name: at for at, name in enumerate(sorted(first, key=lambda name: -first[name]))}
    holders = kin(names)
    rows = []
    for name, kind, starts in names:
        sure, other, near = confidence.get(name, 1.0), partner.get(name, ""), holders[name]
        same = [first[one] for one in near if one.lower() == name.lower()]
        numbers = (first[name], second.get(name, 0.0), best_first, best_second)
        others = (first.get(other, 0.0), second.get(other, 0.0))
        alone = (one.get(name, 0.0) for one in likely[1:])
        rows.append(
            [
                *map(log_odds, (*numbers, *others, *alone, sure, first[name] * sure)),
                first[name] / (best_first + 0.01),
                numbers[1] / (best_second + 0.01),
                sure,
                total,
                total - first[name],
                math.log1p(order[name]),
                max((first[one] for one in near), default=0.0),
                max((second.get(one, 0.0) for one in near), default=0.0),
                max(same, default=0.0),
                0.0 if lexicon is None else lexicon.common.of(name)[0],
                float(min(starts, default=0) < title_end),
                math.log(max(len(name.split()), 1)),
                math.log(max(len(starts), 1)),
                float(name in partner),
                *(float(kind == k) for k in KINDS),
            ]
        )
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), len(rows[0]) if rows else 0)


def kin(names: Sequence[NamePlaces]) -> dict[str, list[str]]:
    """Return for each name the others that hold it as whole words, or that it holds, in any case.

    Examples
    --------
    >>> kin([("Mamba", "Method", [0]), ("graph mamba", "Method", [9]), ("Mambas", "Method", [30])])["Mamba"]
    ['graph mamba']
    """
    lowered = {name: f" {name.lower()} " for name, _, _ in names}
    few = [name for name, _, _ in names[:_MOST_KIN]]
    return {
        name: [other for other in few if other != name and (low in lowered[other] or lowered[other] in low)]
        for name, low in lowered.items()
    }


def _known(lexicon: Lexicon | None, name: str, *, own: bool) -> list[float]:
    if lexicon is None:
        return [0.0] * 6
    gold = lexicon.of("gold", name)
    less = 1.0 if own else 0.0
    any_kind = sum(max(kind - less, 0.0) for kind in gold.kinds)
    return [math.log1p(max(gold.seen - less, 0.0)), math.log1p(any_kind), *lexicon.common.of(name)]
