"""The component `litloom_concepts`: decides which strings of a paper are concepts, and of what kind.

It collects the features of every candidate, lets the judge give each a probability, and keeps the
non-overlapping set of occurrences whose probabilities exceed the threshold by most. Micro-F1 is greatest at a
threshold of about half the F1 that can be reached (Lipton et al. 2014, "Optimal Thresholding of Classifiers
to Maximize F1 Measure"), so it lies below one half. A string that is kept is kept at all its occurrences,
longest strings first, as annotators do, with one kind.

``doc._.concept_spans`` holds the result, and ``doc.ents`` those spans that fit spaCy's tokens.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from litloom.extractors.components.component import StoredComponent, component_of
from litloom.extractors.components.lexicon import Lexicon
from litloom.extractors.evaluation.gold import occurrences
from litloom.extractors.evidence.calibration import Calibration
from litloom.extractors.evidence.candidates import Candidate, mean_scores, names_of, posteriors
from litloom.extractors.evidence.concept_features import concept_features
from litloom.extractors.evidence.document import tokens_of
from litloom.extractors.evidence.judge import Judge
from litloom.extractors.evidence.span_decoding import Floats32, best_disjoint
from litloom.extractors.model_files import read_settings, reading, share, unusable
from litloom.records import KINDS, Kind

_JUDGE = "judge.npz"
_SETTINGS = "settings.json"
_MAX_CALIBRATION = 50.0
"""Far above any fitted calibration, and still without overflow."""


class ConceptSpan(NamedTuple):
    """A concept in the text: character offsets, the end exclusive, its kind, and a probability."""

    start: int
    end: int
    kind: Kind
    confidence: float


class Evidence(NamedTuple):
    """The candidates of a document, and what `concept_features` returns for them."""

    names: list[Candidate]
    pairs: list[tuple[int, int]]
    rows: Floats32


def collect_evidence(doc: Doc, lexicon: Lexicon) -> Evidence:
    """Return the candidates of a document that the recognisers have scored."""
    scores: list[Floats32] = doc._.tag_scores
    if not scores:
        return Evidence([], [], np.zeros((0, 0), dtype=np.float32))
    by_model = [posteriors(doc, one) for one in scores]
    if len(scores) > 1:
        by_model.append(posteriors(doc, mean_scores(scores)))
    names = names_of(doc, by_model, lexicon)
    return Evidence(names, *concept_features(doc, names, by_model, lexicon))


@Language.factory(
    "litloom_concepts", assigns=["doc._.concept_spans", "doc.ents"], default_config={"threshold": 0.39}
)
class Concepts(StoredComponent):
    """The component; candidates can be kept if their probability exceeds the threshold."""

    def __init__(self, nlp: Language, name: str, *, threshold: float) -> None:
        self.name = name
        self.threshold = threshold
        self.judge: Judge | None = None
        self.calibration = Calibration()
        self._nlp = nlp

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc._.concept_spans`` and ``doc.ents``."""
        evidence = collect_evidence(doc, component_of(self._nlp, "litloom_lexicon", Lexicon))
        if self.judge is not None and len(evidence.rows):
            spans = self.decide(tokens_of(doc).text, evidence, self.judge.predict(evidence.rows))
            doc._.concept_spans = spans
            entities = (doc.char_span(span.start, span.end, label=span.kind) for span in spans)
            doc.set_ents(filter_spans([entity for entity in entities if entity is not None]))
        return doc

    def decide(self, text: str, evidence: Evidence, probabilities: Floats32) -> tuple[ConceptSpan, ...]:
        """Return the concepts in the order of the text.

        The judge's probabilities of the rows, ``(n_pairs,)``, decide. The confidence of a span is calibrated.
        """
        best: dict[int, tuple[float, int]] = {}
        for (at, kind), probability in zip(evidence.pairs, probabilities, strict=True):
            best[at] = max(best.get(at, (0.0, 0)), (float(probability), kind))
        spans = [
            (start, end, probability - self.threshold, at)
            for at, (probability, _) in best.items()
            if probability > self.threshold
            for start, end in evidence.names[at].spans
        ]
        kept = {spans[i][3] for i in best_disjoint([span[:3] for span in spans])}
        kinds = {evidence.names[at].text: KINDS[best[at][1]] for at in kept}
        confidences = {evidence.names[at].text: round(self.calibration(best[at][0]), 4) for at in kept}
        return tuple(
            ConceptSpan(start, end, kind, confidences[text[start:end]])
            for start, end, kind in occurrences(text, kinds.items())
        )

    def save(self, folder: Path) -> None:
        """Write the judge, the threshold and the calibration."""
        settings = {"threshold": self.threshold, "calibration": list(self.calibration)}
        (folder / _SETTINGS).write_text(json.dumps(settings), encoding="utf-8")
        if self.judge is not None:
            self.judge.save(folder / _JUDGE)

    def load(self, folder: Path) -> None:
        """Read the judge, the threshold and the calibration."""
        file = folder / _SETTINGS
        settings = read_settings(file)
        self.threshold = share(settings, "threshold", file)
        with reading(file):
            self.calibration = Calibration(*map(float, settings.get("calibration", ())))
            if not all(-_MAX_CALIBRATION <= number <= _MAX_CALIBRATION for number in self.calibration):
                raise unusable(file, "its calibration is out of bounds")
        self.judge = Judge.load(folder / _JUDGE)
