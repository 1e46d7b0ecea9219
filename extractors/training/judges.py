"""Training of the judges of `litloom_concepts` and `litloom_introduces`.

They are trained on held-out papers, which the recognisers have not seen. The second judge of
`litloom_introduces` takes names that the judge of `litloom_concepts` has found, so these are predicted by
cross-validation: each fifth of the papers by a judge that is trained on the rest. The same predictions give
the figures of the model on papers that no part of it has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from litloom.errors import InputError
from litloom.extractors.components.abbreviations import counterparts, find_abbreviations
from litloom.extractors.components.concepts import Concepts, Evidence, collect_evidence
from litloom.extractors.components.introduces import Introduces, group_offsets
from litloom.extractors.components.lexicon import Lexicon
from litloom.extractors.evaluation.gold import GoldPaper, Span
from litloom.extractors.evaluation.scoring import Counts, Evaluation, compare
from litloom.extractors.evidence.calibration import Calibration, calibrate
from litloom.extractors.evidence.introduction_features import NameOffsets, wording_features
from litloom.extractors.evidence.judge import Judge, train_judge
from litloom.extractors.evidence.span_decoding import Floats32
from litloom.extractors.training.progress import Progress
from litloom.extractors.training.recipe import Arguments, Recipe
from litloom.records import KINDS, Extraction, Mention

T = TypeVar("T")
Labels = NDArray[np.bool_]
"""``(n_rows,)``: whether each row of features is right."""
_FOLDS: Final = 5


def train_judges(
    nlp: Language,
    papers: Sequence[GoldPaper],
    seen: Sequence[GoldPaper],
    recipe: Recipe,
    progress: Progress,
) -> Evaluation:
    """Train the judges and set their thresholds.

    Parameters
    ----------
    nlp
        The pipeline, with trained recognisers and a lexicon counted on `seen`.
    papers, seen
        Annotated papers that the recognisers have not seen, and those that they have.
    recipe
        The arguments of the judges.
    progress
        Called after each of `papers`.

    Returns
    -------
    Evaluation
        The cross-validated figures on `papers`. Only thresholds and calibration were fitted on all of them.
    """
    concepts = component_of(nlp, "litloom_concepts", Concepts)
    docs: list[Doc] = []
    evidence: list[Evidence] = []
    with progress.stage("judge", len(papers)) as advance:
        for paper in papers:
            docs.append(_scored(nlp, paper.text))
            evidence.append(collect_evidence(docs[-1], concepts.lexicon))
            advance("")
    rows = [one.rows for one in evidence]
    labels = [_labels(one, paper) for one, paper in zip(evidence, papers, strict=True)]
    concepts.judge = _fit(rows, labels, recipe.judge, recipe.seed)
    probabilities = _cross_validated(rows, labels, recipe.judge, recipe.seed)

    def predict_concepts() -> None:
        for doc, one, predicted in zip(docs, evidence, probabilities, strict=True):
            doc._.concept_spans = concepts.decide(doc.text, one, predicted)

    concepts.calibration = Calibration()
    predict_concepts()
    concepts.threshold = _threshold(_figures(docs, papers).strict["All"])
    predict_concepts()
    concepts.calibration = _calibration(docs, papers)
    predict_concepts()
    return _train_introduces(nlp, docs, papers, seen, recipe)


def _train_introduces(
    nlp: Language,
    docs: Sequence[Doc],
    papers: Sequence[GoldPaper],
    seen: Sequence[GoldPaper],
    recipe: Recipe,
) -> Evaluation:
    introduces = component_of(nlp, "litloom_introduces", Introduces)
    lexicon = component_of(nlp, "litloom_lexicon", Lexicon)
    wording = _fit(*_wording(seen, lexicon), recipe.introduces, recipe.seed)
    names = [group_offsets(doc.text, doc._.concept_spans) for doc in docs]
    rows = [introduces.features(doc, some, wording) for doc, some in zip(docs, names, strict=True)]
    labels = [_introduced(some, paper) for some, paper in zip(names, papers, strict=True)]
    introduces.judges = (wording, _fit(rows, labels, recipe.weighs, recipe.seed))
    probabilities = _cross_validated(rows, labels, recipe.weighs, recipe.seed)

    def predict_introduced() -> None:
        for doc, some, predicted in zip(docs, names, probabilities, strict=True):
            doc._.introduces = introduces.decide(some, predicted)

    predict_introduced()
    introduces.threshold = _threshold(_figures(docs, papers).introduces)
    predict_introduced()
    return _figures(docs, papers)


def _fit(rows: Sequence[Floats32], labels: Sequence[Labels], arguments: Arguments, seed: int) -> Judge:
    """Train a judge on the rows of several papers."""
    filled = [at for at, some in enumerate(rows) if len(some)]
    if not filled:
        raise InputError("training", "the annotated papers hold no mention to learn from")
    joined = np.concatenate([rows[at] for at in filled])
    return train_judge(joined, np.concatenate([labels[at] for at in filled]), seed=seed, **arguments)


def _cross_validated(
    rows: Sequence[Floats32], labels: Sequence[Labels], arguments: Arguments, seed: int
) -> list[Floats32]:
    """Return for each paper the probabilities of a judge that is trained on the papers of the other folds."""
    probabilities: list[Floats32] = [np.zeros(0, dtype=np.float32)] * len(rows)
    for fold in range(_FOLDS):
        others = [at for at in range(len(rows)) if at % _FOLDS != fold]
        judge = _fit([rows[at] for at in others], [labels[at] for at in others], arguments, seed)
        for at in range(fold, len(rows), _FOLDS):
            probabilities[at] = judge.predict(rows[at])
    return probabilities


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


def component_of(nlp: Language, name: str, kind: type[T]) -> T:
    """Return a component of a pipeline, checked to be of a type."""
    component = nlp.get_pipe(name)
    assert isinstance(component, kind)
    return component


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
