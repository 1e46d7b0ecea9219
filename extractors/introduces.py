"""The component `litloom_introduces`: which of a paper's concepts the paper itself brings into the world.

A small network (the same as the judge's) weighs, for each name found: a title such as "Name: what it does",
"we propose", "called" and the like shortly before it, "our" and "the proposed", a coined spelling, whether
the name was ever seen in other papers, where it first appears and how often, its abbreviation or full name,
and words of a survey in the title. Names are left in ``doc._.introduces``.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from litloom.extractors.judge import Judge
from litloom.extractors.lexicon import NOTHING, Known, Lexicon, pipeline_lexicon
from litloom.extractors.tagging import Floats32
from litloom.extractors.wordpiece import CASES, case_of
from litloom.records import KINDS, Kind

if not Doc.has_extension("introduces"):
    Doc.set_extension("introduces", default=())

NamePlaces = tuple[str, Kind, Sequence[int]]
_FILE: Final = "introduces.npz"
_CUES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:we|paper|article|work|letter|authors?|study)\b[^.]{0,40}?"
        r"\b(?:propos|introduc|present|develop|design|devis|build|creat|describ|offer|contribut)\w*",
        r"\b(?:we|paper|work)\b[^.]{0,30}?\b(?:releas|construct|collect|curat|annotat|open-?sourc|publish)\w*",
        r"\b(?:called|named|dubbed|termed|coined|abbreviated|referred to as|nam(?:ed|ely)|denoted)\W*$",
        r"\b(?:novel|new|first|innovative|simple|efficient|unified|lightweight)\s+(?:[\w-]+\s+){0,6}$",
        r"\b(?:our|proposed|the proposed|this)\s+(?:[\w-]+\s+){0,3}$",
        r"\b(?:existing|prior|previous|recent|conventional|traditional|popular|standard|widely|unlike|over|than|"
        r"such as|compared? (?:to|with)|outperform\w*|based on|using|by|leverag\w*|with)\s+"
        r"(?:[\w-]+\s+){0,3}$",
    )
)
_AFTER: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\s*(?:\([^)]*\))?\s*,\s+(?:a|an|the)\s+(?:\w+\s+){0,2}(?:novel|new|first|\w+)",
        r"^\s+(?:is|are)\s+(?:a|an|the)\b",
        r"^\s+(?:achiev|outperform|improv|reduc|enabl|leverag|consist|demonstrat|surpass|provid|comprise|"
        r"introduc|utiliz|use|employ|combin|learn|support|exploit|address|can|contain|offer|effectively)\w*",
        r"^\s*(?:\(|\[)",
        r"^\s*\)",
    )
)
_SURVEY: Final = re.compile(
    r"\b(?:survey|review|overview|tutorial|perspective|position|lessons|study|analysis|evaluat\w+|understanding|"
    r"investigat\w+|explor\w+|challenges|empirical|comparison|comparing|towards?|on the|can|does|do|how)\b",
    re.IGNORECASE,
)
_WINDOW: Final = 110
_MOST_PLACES: Final = 12


def introduction_evidence(
    text: str,
    names: Sequence[NamePlaces],
    partner: dict[str, str],
    lexicon: Lexicon | None,
    *,
    likely: Mapping[str, float] | None = None,
    own: bool = False,
) -> Floats32:
    """Return one row of numbers for each name of a paper.

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
    likely
        For each name, how likely the recognisers think that the paper introduces it.
    own
        Whether the paper is among those that the lexicon's gold table was counted on (in training): then it
        is taken out of the count.
    """
    title, _, abstract = text.partition("\n")
    survey = bool(_SURVEY.search(title))
    prefix = title.split(":")[0].strip() if ":" in title else ""
    ranks = {
        name: rank for rank, name in enumerate(dict.fromkeys(n for n, _, _ in sorted(names, key=_first)))
    }
    alone = {
        name: _alone(text, len(title), name, kind, starts, _known(lexicon, name, own=own))
        for name, kind, starts in names
    }
    cue_best = max((row[0] + row[2] for row in alone.values()), default=0.0)
    title_prefix = {name: float(bool(prefix) and prefix.startswith(name)) for name in alone}
    any_prefix = float(any(title_prefix.values()))
    width = len(next(iter(alone.values()))) if alone else 0
    hints = likely or {}
    strongest = max(hints.values(), default=0.0)
    rows = []
    for name, kind, _ in names:
        row = alone[name]
        other = alone.get(partner.get(name, ""))
        rows.append(
            [
                *row,
                hints.get(name, 0.0),
                _logit(hints.get(name, 0.0)),
                hints.get(partner.get(name, ""), 0.0),
                strongest,
                title_prefix[name],
                float(prefix == name),
                any_prefix,
                max(title_prefix.get(partner.get(name, ""), 0.0), title_prefix[name]),
                float(survey),
                float(bool(prefix)),
                math.log1p(ranks[name]),
                float(row[0] + row[2] >= cue_best > 0),
                math.log1p(len(abstract)),
                float(name in partner),
                *(other if other is not None else [0.0] * width),
                *(float(kind == k) for k in KINDS),
            ]
        )
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), len(rows[0]) if rows else 0)


def likely_introduced(doc: Doc, names: Sequence[NamePlaces]) -> dict[str, float]:
    """Return for each name the recognisers' mean probability that its places are introduced."""
    scores: list[Floats32] = doc._.intro_scores or []
    if not scores or not len(doc):
        return {}
    mean = np.mean(scores, axis=0)
    starts = [token.idx for token in doc]
    likely: dict[str, float] = {}
    for name, _, places in names:
        tokens = [
            float(
                mean[
                    max(bisect_right(starts, at) - 1, 0) : max(bisect_right(starts, at + len(name) - 1), 1)
                ].mean()
            )
            for at in places
        ]
        likely[name] = max(sum(tokens) / len(tokens), 0.8 * max(tokens))
    return likely


def _logit(probability: float) -> float:
    clipped = min(max(probability, 0.005), 0.995)
    return math.log(clipped / (1.0 - clipped))


def _first(name: NamePlaces) -> int:
    return min(name[2], default=0)


def _known(lexicon: Lexicon | None, name: str, *, own: bool) -> tuple[Known, Known]:
    if lexicon is None:
        return NOTHING, NOTHING
    gold = lexicon.of("gold", name)
    less = 1.0 if own else 0.0
    gold = Known(max(gold.seen - less, 0.0), tuple(max(kind - less, 0.0) for kind in gold.kinds))
    return gold, lexicon.of("silver", name)


def _alone(
    text: str, title_end: int, name: str, kind: Kind, starts: Sequence[int], known: tuple[Known, Known]
) -> list[float]:
    """Return what a name's own places say."""
    before = [_before(text, start) for start in starts[:_MOST_PLACES]]
    after = [
        text[start + len(name) : start + len(name) + 40].split("\n")[0] for start in starts[:_MOST_PLACES]
    ]
    row = [float(any(cue.search(part) for part in before)) for cue in _CUES]
    row += [sum(bool(cue.search(part)) for part in before) / max(len(before), 1) for cue in _CUES[-2:]]
    row += [float(any(cue.search(part) for part in after)) for cue in _AFTER]
    opens = sum(not part.strip() for part in before) / max(len(before), 1)
    cases = [0.0] * CASES
    cases[case_of(name.split()[-1] if name.split() else "")] = 1.0
    row += [
        opens,
        float(any(start < title_end for start in starts)),
        float(all(start < title_end for start in starts)),
        math.log(max(len(starts), 1)),
        min(starts, default=0) / max(len(text), 1),
        float(len(name.split())),
        float(sum(c.isupper() for c in name) > 1),
        float(name.islower()),
        float(name[:1].isupper()),
        math.log1p(known[0].seen),
        math.log1p(known[0].any_kind),
        math.log1p(known[1].seen),
        math.log1p(known[1].any_kind),
        *cases,
    ]
    return row


def _before(text: str, start: int) -> str:
    """Return what stands before a place in its sentence."""
    window = text[max(0, start - _WINDOW) : start]
    cut = max(window.rfind("\n"), window.rfind(". "), window.rfind("? "), window.rfind("! "))
    return window[cut + 1 :] if cut >= 0 else window


class Introduces:
    """The component; see the module.

    Parameters
    ----------
    nlp
        The pipeline, whose lexicon it consults.
    name
        The name in the pipeline.
    threshold
        Names must be introduced with more probability than this.
    """

    def __init__(self, nlp: Language, name: str, *, threshold: float) -> None:
        self.name = name
        self.threshold = threshold
        self.judge: Judge | None = None
        self._nlp = nlp

    def __call__(self, doc: Doc) -> Doc:
        """Decide on one document."""
        names = group_places(doc.text, doc._.found)
        if self.judge is None or not names:
            return doc
        partner = partners(doc)
        lexicon = pipeline_lexicon(self._nlp)
        likely = likely_introduced(doc, names)
        rows = introduction_evidence(doc.text, names, partner, lexicon, likely=likely)
        sure = dict(zip((name for name, _, _ in names), self.judge.predict(rows), strict=True))
        doc._.introduces = tuple(name for name in sure if sure[name] > self.threshold)
        return doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the network and the threshold."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        (path / "settings.json").write_text(json.dumps({"threshold": self.threshold}), encoding="utf-8")
        if self.judge is not None:
            self.judge.save(path / _FILE)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Introduces:
        """Read what `to_disk` wrote."""
        path = Path(path)
        self.threshold = float(json.loads((path / "settings.json").read_text(encoding="utf-8"))["threshold"])
        if (path / _FILE).exists():
            self.judge = Judge.load(path / _FILE)
        return self


def group_places(
    text: str, spans: Iterable[tuple[int, int, Kind] | tuple[int, int, Kind, float]]
) -> list[NamePlaces]:
    """Gather places by the string that stands there, in the order of first appearance.

    Examples
    --------
    >>> group_places("A B A", [(0, 1, "Method"), (2, 3, "Task"), (4, 5, "Method")])
    [('A', 'Method', [0, 4]), ('B', 'Task', [2])]
    """
    names: dict[str, tuple[Kind, list[int]]] = {}
    for start, end, kind, *_ in spans:
        names.setdefault(text[start:end], (kind, []))[1].append(start)
    return [(name, kind, starts) for name, (kind, starts) in names.items()]


def partners(doc: Doc) -> dict[str, str]:
    """Return the document's abbreviations: short to long, and long to short."""
    pairs = [(pair.short, pair.long) for pair in doc._.abbreviations]
    return {**{long: short for short, long in pairs}, **dict(pairs)}


@Language.factory("litloom_introduces", assigns=["doc._.introduces"], default_config={"threshold": 0.42})
def make_introduces(nlp: Language, name: str, threshold: float) -> Introduces:
    """Make the component `litloom_introduces`."""
    return Introduces(nlp, name, threshold=threshold)
