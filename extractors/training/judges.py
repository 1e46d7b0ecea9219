"""Training of the judges of `litloom_concepts` and `litloom_introduces`.

They are trained on held-out papers, which the recognisers have not seen. The second judge of
`litloom_introduces` takes names that the judge of `litloom_concepts` has found, so these are predicted by
cross-validation: each fifth of the papers by a judge that is trained on the rest. The same predictions give
the figures of the model on papers that no part of it has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from litloom.errors import InputError
from litloom.extractors.components.abbreviations import counterparts, find_abbreviations
from litloom.extractors.components.component import component_of
from litloom.extractors.components.concepts import Concepts, Evidence, collect_evidence
from litloom.extractors.components.introduces import Introduces, group_offsets
from litloom.extractors.components.lexicon import Lexicon
from litloom.extractors.evaluation.gold import GoldPaper, Span
from litloom.extractors.evaluation.scoring import Counts, Evaluation, compare
from litloom.extractors.evidence.calibration import Calibration, calibrate
from litloom.extractors.evidence.introduction_features import NameOffsets, wording_features
from litloom.extractors.evidence.judge import Judge, train_judge
from litloom.extractors.evidence.span_decoding import Floats32
from litloom.extractors.training.recipe import Arguments, Recipe
from litloom.progress import Progress
from litloom.records import KINDS, Extraction, Mention

Labels = NDArray[np.bool_]
"""``(n_rows,)``: whether each row of features is right."""
_FOLDS: Final = 5


def train_judges(
    nlp: Language, papers: Sequence[GoldPaper], seen: Sequence[GoldPaper], recipe: Recipe, progress: Progress
) -> Evaluation:
    """Train the judges, set their thresholds, and return cross-validated figures.

    The recognisers and the lexicon of the pipeline have been trained on the papers `seen`, but not on
    `papers`. For the figures on these, only thresholds and calibration are fitted on all of them.
    """
    concepts = component_of(nlp, "litloom_concepts", Concepts)
    lexicon = component_of(nlp, "litloom_lexicon", Lexicon)
    docs: list[Doc] = []
    evidence: list[Evidence] = []
    with progress.stage("judge", len(papers)) as advance:
        for paper in papers:
            docs.append(_scored(nlp, paper.text))
            evidence.append(collect_evidence(docs[-1], lexicon))
            advance(1)
    rows = [one.rows for one in evidence]
    labels = [_labels(one, paper) for one, paper in zip(evidence, papers, strict=True)]
    concepts.judge, probabilities = _cross_validated(rows, labels, recipe.judge, recipe.seed)

    def predict() -> None:
        for doc, one, predicted in zip(docs, evidence, probabilities, strict=True):
            doc._.concept_spans = concepts.decide(doc.text, one, predicted)

    concepts.calibration = Calibration()
    predict()
    concepts.threshold = _threshold(_figures(docs, papers).strict["All"])
    predict()
    concepts.calibration = _calibration(docs, papers)
    predict()
    introduces = component_of(nlp, "litloom_introduces", Introduces)
    wording = _fit(*_wording(seen, lexicon), recipe.introduces, recipe.seed)
    return _train_second(introduces, wording, docs, papers, recipe)


def _train_second(
    introduces: Introduces, wording: Judge, docs: Sequence[Doc], papers: Sequence[GoldPaper], recipe: Recipe
) -> Evaluation:
    """Train the second judge of `litloom_introduces` on documents with predicted concepts."""
    names = [group_offsets(doc.text, doc._.concept_spans) for doc in docs]
    rows = [introduces.features(doc, some, wording) for doc, some in zip(docs, names, strict=True)]
    labels = [_introduced(some, paper) for some, paper in zip(names, papers, strict=True)]
    second, probabilities = _cross_validated(rows, labels, recipe.weighs, recipe.seed)
    introduces.judges = (wording, second)

    def predict() -> Evaluation:
        for doc, some, predicted in zip(docs, names, probabilities, strict=True):
            doc._.introduces = introduces.decide(some, predicted)
        return _figures(docs, papers)

    introduces.threshold = _threshold(predict().introduces)
    return predict()


def _fit(rows: Sequence[Floats32], labels: Sequence[Labels], arguments: Arguments, seed: int) -> Judge:
    """Train a judge on the rows of several papers."""
    filled = [at for at, some in enumerate(rows) if len(some)]
    if not filled:
        raise InputError("training", "the annotated papers hold no mention to learn from")
    joined = np.concatenate([rows[at] for at in filled])
    return train_judge(joined, np.concatenate([labels[at] for at in filled]), seed=seed, **arguments)


def _cross_validated(
    rows: Sequence[Floats32], labels: Sequence[Labels], arguments: Arguments, seed: int
) -> tuple[Judge, list[Floats32]]:
    """Return a judge, and for each paper the probabilities of one that is trained on the other folds."""
    probabilities: list[Floats32] = [np.zeros(0, dtype=np.float32)] * len(rows)
    for fold in range(_FOLDS):
        others = [at for at in range(len(rows)) if at % _FOLDS != fold]
        judge = _fit([rows[at] for at in others], [labels[at] for at in others], arguments, seed)
        for at in range(fold, len(rows), _FOLDS):
            probabilities[at] = judge.predict(rows[at])
    return _fit(rows, labels, arguments, seed), probabilities


def _labels(evidence: Evidence, paper: GoldPaper) -> Labels:
    text = paper.text
    gold = {text[span.start : span.end]: span.kind for span in paper.spans}
    right = [gold.get(evidence.names[at].text) == KINDS[kind] for at, kind in evidence.pairs]
    return np.asarray(right, dtype=bool)


def _introduced(names: Sequence[NameOffsets], paper: GoldPaper) -> Labels:
    return np.asarray([name in paper.introduces for name, _, _ in names], dtype=bool)


def _wording(papers: Sequence[GoldPaper], lexicon: Lexicon) -> tuple[list[Floats32], list[Labels]]:
    """Return the wording of annotated names in papers that the lexicon was counted on."""
    rows, labels = [], []
    for paper in papers:
        names = group_offsets(paper.text, paper.spans)
        other_forms = counterparts(find_abbreviations(paper.text))
        rows.append(wording_features(paper.text, names, other_forms, lexicon, counted=True))
        labels.append(_introduced(names, paper))
    return rows, labels


def _scored(nlp: Language, text: str) -> Doc:
    """Return a document after the components before `litloom_concepts`."""
    doc = nlp.make_doc(text)
    for name, component in nlp.pipeline:
        if name == "litloom_concepts":
            break
        doc = component(doc)
    return doc


def _threshold(counts: Counts) -> float:
    """Return the threshold at which F1 is greatest: half of it (Lipton et al. 2014)."""
    return round(counts.f1 / 2, 3)


def _calibration(docs: Sequence[Doc], papers: Sequence[GoldPaper]) -> Calibration:
    pairs = [
        (span.confidence, Span(*span[:3]) in paper.spans)
        for doc, paper in zip(docs, papers, strict=True)
        for span in doc._.concept_spans
    ]
    return calibrate([confidence for confidence, _ in pairs], [right for _, right in pairs])


def _figures(docs: Sequence[Doc], papers: Sequence[GoldPaper]) -> Evaluation:
    extractions = []
    for doc, paper in zip(docs, papers, strict=True):
        text = doc.text
        mentions = tuple(
            Mention(start, end, text[start:end], kind, confidence, text[start:end], "")
            for start, end, kind, confidence in doc._.concept_spans
        )
        extractions.append(Extraction(paper_id=paper.id, mentions=mentions, introduces=doc._.introduces))
    return compare(papers, extractions)
