"""The component `litloom_introduces`: which of a paper's concepts the paper itself brings into the world.

A first small network (the same as the judge's) weighs how a name is written: a title such as "Name: what it
does", "we propose", "called" and the like shortly before it, a coined spelling, whether other papers write
the name, where it first appears and how often, its abbreviation or full name, and words of a survey in the
title. A second one weighs that beside what the recognisers say, on papers that they have not seen. Names are
left in ``doc._.introduces``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from litloom.extractors.components.abbreviations import partners
from litloom.extractors.components.lexicon import pipeline_lexicon
from litloom.extractors.evidence.calibration import log_odds
from litloom.extractors.evidence.introduction_features import (
    NamePlaces,
    introduction_evidence,
    weighed_evidence,
)
from litloom.extractors.evidence.judge import Judge
from litloom.extractors.evidence.span_decoding import Floats32
from litloom.extractors.evidence.token_introduction import likely_introduced
from litloom.extractors.evidence.tokens import tokens_of
from litloom.extractors.model_files import read_settings, share
from litloom.records import Kind

if not Doc.has_extension("introduces"):
    Doc.set_extension("introduces", default=())

_FILES: Final = ("written.npz", "weighed.npz")


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
        names = group_places(tokens_of(doc).text, doc._.found)
        if self.judges is not None and names:
            rows = self.weigh(doc, names, self.judges[0])
            doc._.introduces = self.decide(names, self.judges[1].predict(rows))
        return doc

    def decide(self, names: Sequence[NamePlaces], probabilities: Floats32) -> tuple[str, ...]:
        """Return the names that are introduced, given how probable the second network finds each."""
        sure = alike_in_any_case([name for name, _, _ in names], probabilities)
        return tuple(name for name, p in sure.items() if p > self.threshold)

    def weigh(self, doc: Doc, names: Sequence[NamePlaces], first: Judge) -> Floats32:
        """Return the evidence for the second network, from what the first one says."""
        text = tokens_of(doc).text
        partner, lexicon = partners(doc._.abbreviations), pipeline_lexicon(self._nlp)
        written = first.predict(introduction_evidence(text, names, partner, lexicon))
        where = [(name, places) for name, _, places in names]
        scores: list[Floats32] = doc._.intro_scores or []
        alone = [likely_introduced(doc, where, [one]) for one in scores]
        # The mean of one recogniser is what it says alone.
        likely = [alone[0] if len(alone) == 1 else likely_introduced(doc, where, scores), *alone]
        confidence = {text[found.start : found.end]: found.confidence for found in doc._.found}
        title_end = max(text.find("\n"), 0)
        return weighed_evidence(names, written, likely, confidence, partner, lexicon, title_end)

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
        file = path / "settings.json"
        self.threshold = share(read_settings(file), "threshold", file)
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


def alike_in_any_case(names: Sequence[str], sure: Sequence[float] | Floats32) -> dict[str, float]:
    """Return the probabilities by name, where names that differ in capitals only share the mean log-odds.

    Who introduces "Phase Splitting" in the title introduces "phase splitting" in the abstract.

    Examples
    --------
    >>> {name: round(p, 2) for name, p in alike_in_any_case(["A b", "a b", "c"], [0.9, 0.5, 0.2]).items()}
    {'A b': 0.75, 'a b': 0.75, 'c': 0.2}
    """
    odds: dict[str, list[float]] = {}
    for name, p in zip(names, sure, strict=True):
        odds.setdefault(name.lower(), []).append(log_odds(float(p)))
    means = {lower: sum(some) / len(some) for lower, some in odds.items()}
    return {name: 1 / (1 + math.exp(-means[name.lower()])) for name in names}


@Language.factory("litloom_introduces", assigns=["doc._.introduces"], default_config={"threshold": 0.4})
def make_introduces(nlp: Language, name: str, threshold: float) -> Introduces:
    """Make the component `litloom_introduces`."""
    return Introduces(nlp, name, threshold=threshold)
