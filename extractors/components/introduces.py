"""The component `litloom_introduces`: which of a paper's concepts the paper itself introduces.

A first judge weighs the wording around a name and its spelling (`introduction_cues`, and the first features
of `introduction_features`). A second one combines its probability with those of the recognisers, on papers
that they have not seen. ``doc._.introduces`` holds the names above the threshold.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from litloom.extractors.components.abbreviations import counterparts
from litloom.extractors.components.component import StoredComponent, component_of
from litloom.extractors.components.lexicon import Lexicon
from litloom.extractors.evidence.calibration import log_odds
from litloom.extractors.evidence.document import tokens_of
from litloom.extractors.evidence.introduction_features import (
    NameOffsets,
    combined_features,
    introduction_probabilities,
    wording_features,
)
from litloom.extractors.evidence.judge import Judge
from litloom.extractors.evidence.span_decoding import Floats32
from litloom.extractors.model_files import read_settings, share
from litloom.records import Kind

_FILES: Final = ("written.npz", "weighed.npz")
_SETTINGS: Final = "settings.json"


@Language.factory("litloom_introduces", assigns=["doc._.introduces"], default_config={"threshold": 0.4})
class Introduces(StoredComponent):
    """The component; a name is introduced if its probability exceeds the threshold."""

    def __init__(self, nlp: Language, name: str, *, threshold: float) -> None:
        self.name = name
        self.threshold = threshold
        self.judges: tuple[Judge, Judge] | None = None
        self._nlp = nlp

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc._.introduces``."""
        names = group_offsets(tokens_of(doc).text, doc._.concept_spans)
        if self.judges is not None and names:
            rows = self.features(doc, names, self.judges[0])
            doc._.introduces = self.decide(names, self.judges[1].predict(rows))
        return doc

    def decide(self, names: Sequence[NameOffsets], probabilities: Floats32) -> tuple[str, ...]:
        """Return the introduced names; the second judge's probabilities are ``(n_names,)``."""
        merged = merge_case_variants([name for name, _, _ in names], probabilities)
        return tuple(name for name, probability in merged.items() if probability > self.threshold)

    def features(self, doc: Doc, names: Sequence[NameOffsets], first: Judge) -> Floats32:
        """Return the features for the second judge: float32, ``(n_names, n_features)``."""
        text = tokens_of(doc).text
        other_forms = counterparts(doc._.abbreviations)
        lexicon = component_of(self._nlp, "litloom_lexicon", Lexicon)
        wording = first.predict(wording_features(text, names, other_forms, lexicon))
        offsets = [(name, starts) for name, _, starts in names]
        scores: list[Floats32] = doc._.intro_scores
        each = [introduction_probabilities(doc, offsets, [one]) for one in scores]
        mean = each[0] if len(each) == 1 else introduction_probabilities(doc, offsets, scores)
        confidences = {text[span.start : span.end]: span.confidence for span in doc._.concept_spans}
        title_end = max(text.find("\n"), 0)
        return combined_features(names, wording, [mean, *each], confidences, other_forms, lexicon, title_end)

    def save(self, folder: Path) -> None:
        """Write the judges and the threshold."""
        (folder / _SETTINGS).write_text(json.dumps({"threshold": self.threshold}), encoding="utf-8")
        for judge, file in zip(self.judges or (), _FILES, strict=False):
            judge.save(folder / file)

    def load(self, folder: Path) -> None:
        """Read the judges and the threshold."""
        file = folder / _SETTINGS
        self.threshold = share(read_settings(file), "threshold", file)
        self.judges = (Judge.load(folder / _FILES[0]), Judge.load(folder / _FILES[1]))


def group_offsets(
    text: str, spans: Iterable[tuple[int, int, Kind] | tuple[int, int, Kind, float]]
) -> list[NameOffsets]:
    """Group spans by their string, in the order of first appearance.

    Examples
    --------
    >>> group_offsets("A B A", [(0, 1, "Method"), (2, 3, "Task"), (4, 5, "Method")])
    [('A', 'Method', [0, 4]), ('B', 'Task', [2])]
    """
    names: dict[str, tuple[Kind, list[int]]] = {}
    for start, end, kind, *_ in spans:
        names.setdefault(text[start:end], (kind, []))[1].append(start)
    return [(name, kind, starts) for name, (kind, starts) in names.items()]


def merge_case_variants(names: Sequence[str], probabilities: Sequence[float] | Floats32) -> dict[str, float]:
    """Return the probability of each name, where names that differ in case only share the mean log-odds.

    A paper that introduces "Phase Splitting" in its title introduces "phase splitting" in its abstract.

    Examples
    --------
    >>> merged = merge_case_variants(["A b", "a b", "c"], [0.9, 0.5, 0.2])
    >>> {name: round(p, 2) for name, p in merged.items()}
    {'A b': 0.75, 'a b': 0.75, 'c': 0.2}
    """
    odds: dict[str, list[float]] = {}
    for name, probability in zip(names, probabilities, strict=True):
        odds.setdefault(name.lower(), []).append(log_odds(float(probability)))
    means = {lower: sum(some) / len(some) for lower, some in odds.items()}
    return {name: 1 / (1 + math.exp(-means[name.lower()])) for name in names}
