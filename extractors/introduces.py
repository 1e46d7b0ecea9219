"""The component `litloom_introduces`: which of a paper's concepts the paper itself brings into the world.

A first small network (the same as the judge's) weighs how a name is written: a title such as "Name: what it
does", "we propose", "called" and the like shortly before it, "our" and "the proposed", a coined spelling,
whether the name was ever seen in other papers, where it first appears and how often, its abbreviation or full
name, and words of a survey in the title. A second one weighs that beside what the recognisers say, on papers
that they have not seen. Names are left in ``doc._.introduces``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from litloom.extractors.abbreviations import partners
from litloom.extractors.hints import likely_introduced
from litloom.extractors.judge import Judge
from litloom.extractors.lexicon import NOTHING, Known, Lexicon, pipeline_lexicon
from litloom.extractors.tagging import Floats32
from litloom.extractors.wordpiece import CASES, case_of
from litloom.records import KINDS, Kind

if not Doc.has_extension("introduces"):
    Doc.set_extension("introduces", default=())

NamePlaces = tuple[str, Kind, Sequence[int]]
_FILES: Final = ("written.npz", "weighed.npz")
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
    survey = float(bool(_SURVEY.search(title)))
    prefix = title.split(":")[0].strip() if ":" in title else ""
    ranks = {
        name: rank for rank, name in enumerate(dict.fromkeys(n for n, _, _ in sorted(names, key=_first)))
    }
    alone = {
        name: _alone(text, len(title), name, starts, _known(lexicon, name, own=own))
        for name, _, starts in names
    }
    cue_best = max((row[0] + row[2] for row in alone.values()), default=0.0)
    leads = {name: float(bool(prefix) and prefix.startswith(name)) for name in alone}
    paper = [float(any(leads.values())), survey, float(bool(prefix)), math.log1p(len(abstract))]
    nothing = [0.0] * len(next(iter(alone.values()), []))
    rows = []
    for name, kind, _ in names:
        row = alone[name]
        other = partner.get(name, "")
        rows.append(
            [
                *row,
                leads[name],
                float(prefix == name),
                max(leads.get(other, 0.0), leads[name]),
                math.log1p(ranks[name]),
                float(row[0] + row[2] >= cue_best > 0),
                float(name in partner),
                *alone.get(other, nothing),
                *paper,
                *(float(kind == k) for k in KINDS),
            ]
        )
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), len(rows[0]) if rows else 0)


def weighed_evidence(
    names: Sequence[NamePlaces],
    written: Floats32,
    likely: Mapping[str, float],
    confidence: Mapping[str, float],
    partner: Mapping[str, str],
) -> Floats32:
    """Return one short row for each name: the first network's view beside the recognisers'.

    Parameters
    ----------
    names
        The names, as for `introduction_evidence`.
    written
        What the first network says of each.
    likely
        What the recognisers say of each.
    confidence
        How sure it is that each is a concept at all.
    partner
        Abbreviation to full name and back.
    """
    by_name = {name: float(probability) for (name, _, _), probability in zip(names, written, strict=True)}
    best_written = max(by_name.values(), default=0.0)
    best_likely = max(likely.values(), default=0.0)
    rows = []
    for name, kind, places in names:
        first, second, other = by_name[name], likely.get(name, 0.0), partner.get(name, "")
        rows.append(
            [
                *(_logit(value) for value in (first, second, best_written, best_likely)),
                *(_logit(value) for value in (by_name.get(other, 0.0), likely.get(other, 0.0))),
                first / (best_written + 0.01),
                second / (best_likely + 0.01),
                confidence.get(name, 1.0),
                math.log(max(len(places), 1)),
                float(name in partner),
                *(float(kind == k) for k in KINDS),
            ]
        )
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), len(rows[0]) if rows else 0)


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
    text: str, title_end: int, name: str, starts: Sequence[int], known: tuple[Known, Known]
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
        self.judges: tuple[Judge, Judge] | None = None
        self._nlp = nlp

    def __call__(self, doc: Doc) -> Doc:
        """Decide on one document."""
        names = group_places(doc.text, doc._.found)
        if self.judges is not None and names:
            rows = self.weigh(doc, names, self.judges[0])
            sure = self.judges[1].predict(rows)
            doc._.introduces = tuple(
                name for (name, _, _), p in zip(names, sure, strict=True) if p > self.threshold
            )
        return doc

    def weigh(self, doc: Doc, names: Sequence[NamePlaces], first: Judge) -> Floats32:
        """Return the evidence for the second network, from what the first one says."""
        text = doc.text
        partner = partners(doc)
        written = first.predict(introduction_evidence(text, names, partner, pipeline_lexicon(self._nlp)))
        likely = likely_introduced(doc, ((name, places) for name, _, places in names))
        confidence = {text[found.start : found.end]: found.confidence for found in doc._.found}
        return weighed_evidence(names, written, likely, confidence, partner)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the networks and the threshold."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        (path / "settings.json").write_text(json.dumps({"threshold": self.threshold}), encoding="utf-8")
        for judge, file in zip(self.judges or (), _FILES, strict=False):
            judge.save(path / file)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Introduces:
        """Read what `to_disk` wrote."""
        path = Path(path)
        self.threshold = float(json.loads((path / "settings.json").read_text(encoding="utf-8"))["threshold"])
        if all((path / file).exists() for file in _FILES):
            self.judges = (Judge.load(path / _FILES[0]), Judge.load(path / _FILES[1]))
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


@Language.factory("litloom_introduces", assigns=["doc._.introduces"], default_config={"threshold": 0.42})
def make_introduces(nlp: Language, name: str, threshold: float) -> Introduces:
    """Make the component `litloom_introduces`."""
    return Introduces(nlp, name, threshold=threshold)
