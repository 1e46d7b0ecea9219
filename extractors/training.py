"""Training of a whole model from annotated papers, by a recipe.

1. Some papers are held out. The recognisers are trained on the others.
2. The lexicon is counted on the others, and how common names are on papers without annotation, if there are
   any. The judge learns, from the held-out papers, how far the evidence of recognisers and lexicon can be
   trusted on papers that they never saw. So does `introduces`.
3. The recognisers are trained again on all papers, or go on training on all of them where the recipe says how
   to `finish`; and the lexicon is counted on all.

All seeds are fixed, so that the same data and recipe give the same model on the same machine.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from spacy.language import Language
from thinc.api import fix_random_seed
from threadpoolctl import threadpool_limits

from litloom.errors import InputError
from litloom.extractors.cnn import CnnRecogniser
from litloom.extractors.cnn_training import train_cnn
from litloom.extractors.commonness import count_runs
from litloom.extractors.deciders import part_of, train_deciders
from litloom.extractors.encoder import EncoderRecogniser
from litloom.extractors.encoder_training import train_encoder
from litloom.extractors.evaluation import Evaluation, evaluate
from litloom.extractors.gold import GoldPaper, read_gold
from litloom.extractors.lexicon import Known, Lexicon, count_names
from litloom.extractors.pipeline import blank_pipeline
from litloom.extractors.progress import Progress
from litloom.extractors.recipe import Recipe, RecogniserRecipe, read_recipe
from litloom.readers import read_papers
from litloom.records import KINDS, Paper

Trainer = Callable[..., None]
_SPACY: Final = ">=3.8.7,<3.9.0"
TRAINERS: Final[dict[type, Trainer]] = {CnnRecogniser: train_cnn, EncoderRecogniser: train_encoder}


def train(
    train_path: str | Path,
    output: str | Path,
    *,
    dev: str | Path | None = None,
    config: str | Path | None = None,
    unlabelled: str | Path | None = None,
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
    unlabelled
        Papers without annotation, in any format that litloom reads: a name that they write is hardly new.
        Those whose title an annotated paper has are passed over.
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
    others = read_papers([unlabelled]) if unlabelled is not None else ()
    nlp = train_pipeline(papers, recipe, progress, unannotated(others, [*papers, *(dev_papers or ())]))
    save(nlp, recipe, Path(output), len(papers))
    return evaluate(dev_papers, output) if dev_papers is not None else None


def train_pipeline(
    papers: Sequence[GoldPaper], recipe: Recipe, progress: Progress, unlabelled: Iterable[Paper] = ()
) -> Language:
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
    lexicon = part_of(nlp, "litloom_lexicon", Lexicon)
    lexicon.common = count_runs((paper.text for paper in unlabelled), least=recipe.least_common)
    lexicon.tables["gold"] = _count(nlp, seen)
    with threadpool_limits(1):
        train_deciders(nlp, unseen, seen, recipe, progress)
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


def _count(nlp: Language, papers: Sequence[GoldPaper]) -> dict[str, Known]:
    return count_names(
        (nlp.make_doc(paper.text), {name: KINDS.index(kind) for name, kind in paper.mentions})
        for paper in papers
    )


def unannotated(unlabelled: Iterable[Paper], papers: Sequence[GoldPaper]) -> Iterable[Paper]:
    """Return the papers whose title no annotated paper has."""
    titles = {paper.title.strip().lower() for paper in papers}
    return (paper for paper in unlabelled if paper.title.strip().lower() not in titles)
