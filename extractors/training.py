"""Training of a whole model from annotated papers, by a recipe.

1. Some papers are held out. The recognisers are trained on the others.
2. The lexicon is counted on the others, and the judge learns, from the held-out papers, how far the evidence
   of recognisers and lexicon can be trusted on papers that they never saw. So does `introduces`.
3. The recognisers are trained again on all papers, or go on training on all of them where the recipe says how
   to `finish`; and the lexicon is counted on all.

All seeds are fixed, so that the same data and recipe give the same model on the same machine.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import fix_random_seed
from threadpoolctl import threadpool_limits

from litloom.errors import InputError
from litloom.extractors.abbreviations import find_abbreviations
from litloom.extractors.cnn import CnnRecogniser
from litloom.extractors.cnn_training import train_cnn
from litloom.extractors.concepts import Concepts, Evidence, gather
from litloom.extractors.evaluation import Evaluation, evaluate
from litloom.extractors.gold import GoldPaper, read_gold
from litloom.extractors.introduces import (
    Introduces,
    group_places,
    introduction_evidence,
)
from litloom.extractors.judge import train_judge
from litloom.extractors.lexicon import Known, Lexicon, count_names
from litloom.extractors.minilm import MiniLmRecogniser
from litloom.extractors.minilm_training import train_minilm
from litloom.extractors.pipeline import blank_pipeline
from litloom.extractors.progress import Progress
from litloom.extractors.recipe import Recipe, RecogniserRecipe, read_recipe
from litloom.extractors.tagging import Floats32
from litloom.records import KINDS

T = TypeVar("T")
Trainer = Callable[..., None]
_FEW_UNITS: Final = 6
_SPACY: Final = ">=3.8.7,<3.9.0"
TRAINERS: Final[dict[type, Trainer]] = {CnnRecogniser: train_cnn, MiniLmRecogniser: train_minilm}


def train(
    train_path: str | Path,
    output: str | Path,
    *,
    dev: str | Path | None = None,
    config: str | Path | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Evaluation | None:
    """Train a model and write it to a directory.

    Parameters
    ----------
    train_path
        Annotated papers, as `read_gold` reads them.
    output
        The directory; what was there is replaced once training is done.
    dev
        Annotated papers to evaluate the result on.
    config
        A recipe, as `recipe` describes; without one, a small fast model is trained.
    seed
        Replaces the recipe's seed.
    progress
        Is told how far things have come.

    Returns
    -------
    Evaluation or None
        The figures on `dev`, if there is one.
    """
    progress = progress or Progress()
    recipe = read_recipe(config, seed=seed)
    papers = read_gold(train_path)
    dev_papers = read_gold(dev) if dev is not None else None
    nlp = train_pipeline(papers, recipe, progress)
    save(nlp, recipe, Path(output), len(papers))
    return evaluate(dev_papers, output) if dev_papers is not None else None


def train_pipeline(papers: Sequence[GoldPaper], recipe: Recipe, progress: Progress) -> Language:
    """Train a pipeline by a recipe; see the module."""
    if len(papers) < 10:
        raise InputError("training", f"needs at least 10 annotated papers, not {len(papers)}")
    shuffled = list(papers)
    random.Random(recipe.seed).shuffle(shuffled)
    held_out = min(recipe.held_out, len(shuffled) // 4)
    unseen, seen = shuffled[:held_out], shuffled[held_out:]
    fix_random_seed(recipe.seed)
    nlp = blank_pipeline({part.factory: dict(part.settings) for part in recipe.recognisers})
    for part in recipe.recognisers:
        _train(nlp, part, seen, part.training, recipe.seed, progress)
    lexicon = _part(nlp, "litloom_lexicon", Lexicon)
    lexicon.tables["gold"] = _count(nlp, seen)
    with threadpool_limits(1):
        _train_deciders(nlp, unseen, seen, recipe, progress)
    lexicon.tables["gold"] = _count(nlp, shuffled)
    for part in recipe.recognisers:
        if part.finish:
            _train(nlp, part, shuffled, {**part.training, **part.finish}, recipe.seed, progress)
        else:
            fix_random_seed(recipe.seed)
            _renew(nlp, part)
            _train(nlp, part, shuffled, part.training, recipe.seed, progress)
    return nlp


def save(nlp: Language, recipe: Recipe, output: Path, papers: int) -> None:
    """Write a pipeline to a directory, which it replaces as a whole."""
    nlp.meta.update(
        name=recipe.name,
        version=recipe.version,
        description="Finds the concepts of papers; trained by litloom.",
        litloom={"papers": papers, "seed": recipe.seed},
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    fresh = output.with_name(f".{output.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    nlp.to_disk(fresh)
    meta = json.loads((fresh / "meta.json").read_text(encoding="utf-8"))
    meta["spacy_version"] = _SPACY
    (fresh / "meta.json").write_text(json.dumps(meta, indent=2), encoding="utf-8")
    if output.exists():
        if not (output / "meta.json").exists() and any(output.iterdir()):
            raise InputError(output, "is a directory of something else; choose another or empty it")
        shutil.rmtree(output)
    fresh.rename(output)


def labels(evidence: Evidence, paper: GoldPaper) -> NDArray[np.bool_]:
    """Return for each row of evidence whether the annotators agree with it."""
    text = paper.text
    gold = {text[span.start : span.end]: span.kind for span in paper.spans}
    right = [gold.get(evidence.names[at].text) == KINDS[kind] for at, kind in evidence.pairs]
    return np.asarray(right, dtype=bool)


def _train(
    nlp: Language,
    part: RecogniserRecipe,
    papers: Sequence[GoldPaper],
    arguments: Mapping[str, Any],
    seed: int,
    progress: Progress,
) -> None:
    recogniser: Any = nlp.get_pipe(part.factory)
    TRAINERS[type(recogniser)](nlp, recogniser, papers, seed=seed, progress=progress, **arguments)


def _renew(nlp: Language, part: RecogniserRecipe) -> None:
    """Put an untrained recogniser in the place of a trained one."""
    nlp.replace_pipe(part.factory, part.factory, config=dict(part.settings))


def _train_deciders(
    nlp: Language,
    papers: Sequence[GoldPaper],
    seen: Sequence[GoldPaper],
    recipe: Recipe,
    progress: Progress,
) -> None:
    """Train the judge and `introduces` on papers that the recognisers have not seen."""
    lexicon = _part(nlp, "litloom_lexicon", Lexicon)
    concepts = _part(nlp, "litloom_concepts", Concepts)
    gathered: list[tuple[Doc, Evidence]] = []
    with progress.stage("judge", len(papers)) as advance:
        for paper in papers:
            doc = _undecided(nlp, paper.text)
            gathered.append((doc, gather(doc, lexicon)))
            advance("")
    evidence = [(item, labels(item, paper)) for (_, item), paper in zip(gathered, papers, strict=True)]
    evidence = [(item, right) for item, right in evidence if len(item.rows)]
    concepts.judge = _fit(
        [item.rows for item, _ in evidence], [right for _, right in evidence], recipe.judge, recipe
    )
    introduces = _part(nlp, "litloom_introduces", Introduces)
    first = _fit(*_written(nlp, seen, lexicon), recipe.introduces, recipe)
    rows, right = [], []
    for (doc, item), paper in zip(gathered, papers, strict=True):
        doc._.found = concepts.decide(doc.text, item.names, item.pairs, concepts.judge.predict(item.rows))
        names = group_places(doc.text, doc._.found)
        if names:
            rows.append(introduces.weigh(doc, names, first))
            right.append(np.asarray([name in paper.introduces for name, _, _ in names]))
    introduces.judges = (first, _fit(rows, right, {**recipe.introduces, "units": _FEW_UNITS}, recipe))


def _written(
    nlp: Language, papers: Sequence[GoldPaper], lexicon: Lexicon
) -> tuple[list[Floats32], list[NDArray[np.bool_]]]:
    """Return how introduced and other names are written in papers that the lexicon was counted on."""
    rows, right = [], []
    for paper in papers:
        names = group_places(paper.text, paper.spans)
        if names:
            pairs = {pair.short: pair.long for pair in find_abbreviations(paper.text)}
            partner = {**{long: short for short, long in pairs.items()}, **pairs}
            rows.append(introduction_evidence(paper.text, names, partner, lexicon, own=True))
            right.append(np.asarray([name in paper.introduces for name, _, _ in names]))
    return rows, right


def _fit(
    rows: Sequence[Floats32], right: Sequence[NDArray[np.bool_]], arguments: Mapping[str, Any], recipe: Recipe
) -> Any:
    if not rows:
        raise InputError("training", "the annotated papers hold no mention to learn from")
    return train_judge(np.concatenate(rows), np.concatenate(right), seed=recipe.seed, **arguments)


def _undecided(nlp: Language, text: str) -> Doc:
    doc = nlp.make_doc(text)
    for name, component in nlp.pipeline:
        if name == "litloom_concepts":
            break
        doc = component(doc)
    return doc


def _count(nlp: Language, papers: Sequence[GoldPaper]) -> dict[str, Known]:
    return count_names(
        (nlp.make_doc(paper.text), {name: KINDS.index(kind) for name, kind in paper.mentions})
        for paper in papers
    )


def _part(nlp: Language, name: str, kind: type[T]) -> T:
    part = nlp.get_pipe(name)
    assert isinstance(part, kind)
    return part
