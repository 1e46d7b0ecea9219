"""Training of what weighs the recognisers' evidence: the judge, and the two networks of `introduces`.

The second network of `introduces` meets names that the judge found. It learns from what a judge finds in
papers that this judge has not seen: each fifth of the held-out papers is judged by one trained on the rest.
What is found in that way also tells how good the model is on papers that no part of it has seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from litloom.errors import InputError
from litloom.extractors.components.abbreviations import find_abbreviations, partners
from litloom.extractors.components.concepts import Concepts, Evidence, gather
from litloom.extractors.components.introduces import Introduces, group_places
from litloom.extractors.components.lexicon import Lexicon
from litloom.extractors.evaluation.gold import GoldPaper, Span
from litloom.extractors.evaluation.scoring import Counts, Evaluation, compare
from litloom.extractors.evidence.calibration import Calibration, calibrate
from litloom.extractors.evidence.introduction_features import NamePlaces, introduction_evidence
from litloom.extractors.evidence.judge import Judge, train_judge
from litloom.extractors.evidence.span_decoding import Floats32
from litloom.extractors.training.recipe import Recipe
from litloom.progress import Progress
from litloom.records import KINDS, Extraction, Mention

T = TypeVar("T")
Right = NDArray[np.bool_]
FOLDS: Final = 5


def train_deciders(
    nlp: Language,
    papers: Sequence[GoldPaper],
    seen: Sequence[GoldPaper],
    recipe: Recipe,
    progress: Progress,
) -> Evaluation:
    """Train the judge and `introduces` on papers that the recognisers have not seen.

    Parameters
    ----------
    nlp
        The pipeline, with trained recognisers and a lexicon counted on `seen`.
    papers, seen
        Annotated papers that the recognisers have not seen, and those that they have.
    recipe
        How the networks are trained.
    progress
        Progress callback.

    Returns
    -------
    Evaluation
        The figures on `papers`, cross-validated: what is decided on a paper was learnt from others. Only the
        two numbers of the calibration were fitted on all of them.
    """
    concepts = part_of(nlp, "litloom_concepts", Concepts)
    gathered: list[tuple[Doc, Evidence]] = []
    with progress.stage("judge", len(papers)) as advance:
        for paper in papers:
            doc = undecided(nlp, paper.text)
            gathered.append((doc, gather(doc, concepts.lexicon)))
            advance(1)
    rows = [item.rows for _, item in gathered]
    right = [labels(item, paper) for (_, item), paper in zip(gathered, papers, strict=True)]
    concepts.judge = fit(rows, right, recipe.judge, recipe.seed)
    judged = cross_fitted(rows, right, recipe.judge, recipe.seed)
    concepts.calibration = Calibration()
    _decide(concepts, gathered, judged)
    docs = [doc for doc, _ in gathered]
    concepts.threshold = _half(_figures(docs, papers).strict["All"])
    _decide(concepts, gathered, judged)
    concepts.calibration = _calibration(docs, papers)
    _decide(concepts, gathered, judged)
    introduces = part_of(nlp, "litloom_introduces", Introduces)
    written = fit(*_written(seen, part_of(nlp, "litloom_lexicon", Lexicon)), recipe.introduces, recipe.seed)
    names = [group_places(doc.text, doc._.found) for doc in docs]
    weighed = [introduces.weigh(doc, some, written) for doc, some in zip(docs, names, strict=True)]
    new = [_introduced(some, paper) for some, paper in zip(names, papers, strict=True)]
    introduces.judges = (written, fit(weighed, new, recipe.weighs, recipe.seed))
    sure = cross_fitted(weighed, new, recipe.weighs, recipe.seed)
    _tell_introduced(introduces, docs, names, sure)
    introduces.threshold = _half(_figures(docs, papers).introduces)
    _tell_introduced(introduces, docs, names, sure)
    return _figures(docs, papers)


def fit(rows: Sequence[Floats32], right: Sequence[Right], arguments: Mapping[str, Any], seed: int) -> Judge:
    """Train a network on the rows of several papers."""
    filled = [number for number, some in enumerate(rows) if len(some)]
    if not filled:
        raise InputError("training", "the annotated papers hold no mention to learn from")
    joined = np.concatenate([rows[number] for number in filled])
    return train_judge(joined, np.concatenate([right[number] for number in filled]), seed=seed, **arguments)


def cross_fitted(
    rows: Sequence[Floats32], right: Sequence[Right], arguments: Mapping[str, Any], seed: int
) -> list[Floats32]:
    """Return for each paper what a network says that was trained on the papers of the other folds."""
    judged: list[Floats32] = [np.zeros(0, dtype=np.float32)] * len(rows)
    for fold in range(FOLDS):
        others = [number for number in range(len(rows)) if number % FOLDS != fold]
        network = fit([rows[n] for n in others], [right[n] for n in others], arguments, seed)
        for number in range(fold, len(rows), FOLDS):
            judged[number] = network.predict(rows[number])
    return judged


def labels(evidence: Evidence, paper: GoldPaper) -> Right:
    """Return for each row of evidence whether the annotators agree with it."""
    text = paper.text
    gold = {text[span.start : span.end]: span.kind for span in paper.spans}
    right = [gold.get(evidence.names[at].text) == KINDS[kind] for at, kind in evidence.pairs]
    return np.asarray(right, dtype=bool)


def undecided(nlp: Language, text: str) -> Doc:
    """Return a document with all evidence, on which nothing has been decided yet."""
    doc = nlp.make_doc(text)
    for name, component in nlp.pipeline:
        if name == "litloom_concepts":
            break
        doc = component(doc)
    return doc


def part_of(nlp: Language, name: str, kind: type[T]) -> T:
    """Return a component of a pipeline that is known to be of some type."""
    part = nlp.get_pipe(name)
    assert isinstance(part, kind)
    return part


def _decide(concepts: Concepts, gathered: Sequence[tuple[Doc, Evidence]], judged: Sequence[Floats32]) -> None:
    for (doc, item), sure in zip(gathered, judged, strict=True):
        doc._.found = concepts.decide(doc.text, item.names, item.pairs, sure)


def _tell_introduced(
    introduces: Introduces,
    docs: Sequence[Doc],
    names: Sequence[Sequence[NamePlaces]],
    sure: Sequence[Floats32],
) -> None:
    for doc, some, probabilities in zip(docs, names, sure, strict=True):
        doc._.introduces = introduces.decide(some, probabilities)


def _half(reached: Counts) -> float:
    """Return the threshold at which F1 is greatest: half of it (Lipton et al. 2014)."""
    return round(reached.f1 / 2, 3)


def _figures(docs: Sequence[Doc], papers: Sequence[GoldPaper]) -> Evaluation:
    return compare(papers, [_extraction(doc, paper) for doc, paper in zip(docs, papers, strict=True)])


def _calibration(docs: Sequence[Doc], papers: Sequence[GoldPaper]) -> Calibration:
    """Fit the confidence of what a judge found in papers that it has not seen."""
    pairs = [
        (found.confidence, Span(found.start, found.end, found.kind) in paper.spans)
        for doc, paper in zip(docs, papers, strict=True)
        for found in doc._.found
    ]
    return calibrate([sure for sure, _ in pairs], [right for _, right in pairs])


def _introduced(names: Sequence[NamePlaces], paper: GoldPaper) -> Right:
    return np.asarray([name in paper.introduces for name, _, _ in names], dtype=bool)


def _extraction(doc: Doc, paper: GoldPaper) -> Extraction:
    """Return what was decided on a document, to compare with its annotation."""
    names = [(doc.text[found.start : found.end], found) for found in doc._.found]
    mentions = [Mention(**found._asdict(), text=name, concept=name, sentence="") for name, found in names]
    return Extraction(paper_id=paper.id, mentions=tuple(mentions), introduces=doc._.introduces)


def _written(papers: Sequence[GoldPaper], lexicon: Lexicon) -> tuple[list[Floats32], list[Right]]:
    """Return how introduced and other names are written in papers that the lexicon was counted on."""
    rows, right = [], []
    for paper in papers:
        names = group_places(paper.text, paper.spans)
        partner = partners(find_abbreviations(paper.text))
        rows.append(introduction_evidence(paper.text, names, partner, lexicon, own=True))
        right.append(_introduced(names, paper))
    return rows, right
