"""The component `litloom_concepts`: decides which strings of a paper are its concepts, and of what kind.

It gathers the `evidence` of every candidate (`candidates`), lets the judge say how probable each is, and
keeps the non-overlapping set of places whose probabilities exceed the threshold by most. Micro-F1 is greatest
at a threshold of about half the F1 that can be reached (Lipton et al. 2014, "Optimal Thresholding of
Classifiers to Maximize F1 Measure"), so it lies below one half. A string that is kept is kept at all its
places, longest strings first, as annotators do: one name found once is found throughout the paper, with one
kind.

Results are left in ``doc._.found``, and as `doc.ents` where they fit spaCy's tokens.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from litloom.errors import ModelError
from litloom.extractors.components.lexicon import Lexicon, pipeline_lexicon
from litloom.extractors.evaluation.gold import occurrences
from litloom.extractors.evidence.calibration import Calibration
from litloom.extractors.evidence.candidates import Name, mean_scores, names_of, posteriors
from litloom.extractors.evidence.concept_features import evidence
from litloom.extractors.evidence.judge import Judge
from litloom.extractors.evidence.span_decoding import Floats32, best_disjoint
from litloom.extractors.evidence.tokens import tokens_of
from litloom.extractors.model_files import read_settings, reading, share
from litloom.records import KINDS, Kind

if not Doc.has_extension("found"):
    Doc.set_extension("found", default=())

_JUDGE = "judge.npz"
_STEEPEST = 50.0
"""What no calibration comes near, and what can still be computed with."""


class Found(NamedTuple):
    """A place in the text that names a concept, with how sure that is."""

    start: int
    end: int
    kind: Kind
    confidence: float


class Evidence(NamedTuple):
    """The candidates of a document, the (name, kind) of each row, and the rows."""

    names: list[Name]
    pairs: list[tuple[int, int]]
    rows: Floats32


def gather(doc: Doc, lexicon: Lexicon | None) -> Evidence:
    """Return the evidence that a document's tag scores and names give."""
    scores: list[Floats32] = doc._.tag_scores or []
    if not scores:
        return Evidence([], [], np.zeros((0, 0), dtype=np.float32))
    by_model = [posteriors(doc, one) for one in scores]
    if len(scores) > 1:
        by_model.append(posteriors(doc, mean_scores(scores)))
    names = names_of(doc, by_model, lexicon)
    pairs, rows = evidence(doc, names, by_model, lexicon)
    return Evidence(names, pairs, rows)


class Concepts:
    """The component; see the module.

    Parameters
    ----------
    nlp
        The pipeline, whose lexicon it consults.
    name
        The name in the pipeline.
    threshold
        Candidates must be more probable than this.
    """

    def __init__(self, nlp: Language, name: str, *, threshold: float) -> None:
        self.name = name
        self.threshold = threshold
        self.judge: Judge | None = None
        self.calibration = Calibration()
        self._nlp = nlp

    def __call__(self, doc: Doc) -> Doc:
        """Decide on one document."""
        names, pairs, rows = gather(doc, self.lexicon)
        if self.judge is not None and len(rows):
            doc._.found = self.decide(tokens_of(doc).text, names, pairs, self.judge.predict(rows))
            doc.set_ents(filter_spans(_entities(doc)))
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 32) -> Iterator[Doc]:
        """Decide on documents one by one."""
        return map(self, stream)

    @property
    def lexicon(self) -> Lexicon | None:
        """The pipeline's lexicon, if it has one."""
        return pipeline_lexicon(self._nlp)

    def decide(
        self, text: str, names: list[Name], pairs: list[tuple[int, int]], probabilities: Floats32
    ) -> tuple[Found, ...]:
        """Return the places of the names that are worth keeping, in the order of the text.

        The judge's probabilities decide; the confidence that goes with a place is what the calibration makes
        of them.
        """
        best: dict[int, tuple[float, int]] = {}
        for (at, kind), probability in zip(pairs, probabilities, strict=True):
            best[at] = max(best.get(at, (0.0, 0)), (float(probability), kind))
        places = [
            (start, end, probability - self.threshold, at)
            for at, (probability, _) in best.items()
            if probability > self.threshold
            for start, end in names[at].places
        ]
        kept = {places[i][3] for i in best_disjoint([place[:3] for place in places])}
        kinds = {names[at].text: KINDS[best[at][1]] for at in kept}
        sure = {names[at].text: round(self.calibration(best[at][0]), 4) for at in kept}
        return tuple(
            Found(start, end, kind, sure[text[start:end]])
            for start, end, kind in occurrences(text, kinds.items())
        )

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the judge, the threshold and the calibration."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        settings = {"threshold": self.threshold, "calibration": list(self.calibration)}
        (path / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        if self.judge is not None:
            self.judge.save(path / _JUDGE)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Concepts:
        """Read what `to_disk` wrote."""
        path = Path(path)
        file = path / "settings.json"
        settings = read_settings(file)
        self.threshold = share(settings, "threshold", file)
        with reading(file):
            self.calibration = Calibration(*map(float, settings.get("calibration", ())))
            if not all(-_STEEPEST <= number <= _STEEPEST for number in self.calibration):
                raise ModelError(f"{file}: cannot be loaded: its calibration is out of all bounds")
        self.judge = Judge.load(path / _JUDGE)
        return self


def _entities(doc: Doc) -> list[Span]:
    spans = (doc.char_span(found.start, found.end, label=found.kind) for found in doc._.found)
    return [span for span in spans if span is not None]


@Language.factory("litloom_concepts", assigns=["doc._.found", "doc.ents"], default_config={"threshold": 0.39})
def make_concepts(nlp: Language, name: str, threshold: float) -> Concepts:
    """Make the component `litloom_concepts`."""
    return Concepts(nlp, name, threshold=threshold)
