"""Training of a whole model from annotated papers, by a recipe.

1. Some papers are held out. The recognisers are trained on the others.
2. The lexicon is counted on the others, and how common names are on papers without annotation, if there are
   any. The judge learns, from the held-out papers, how far the evidence of recognisers and lexicon can be
   trusted on papers that they never saw. So does `introduces`.
3. Where the recipe says so, the model as it is reads papers without annotation; recognisers go on training on
   what it found there and on the papers that were not held out; and 2 is done again. Or another model, or a
   `teacher` that was trained on the papers that are not held out, has read them before 1, and recognisers
   learn from them all along.
4. The recognisers are trained again on all papers, or go on training on all of them where the recipe says how
   to `finish`; and the lexicon is counted on all.

All seeds are fixed, so that the same data and recipe give the same model on the same machine. Recognisers and
findings are kept in a folder beside the model until it is written: an interrupted training goes on there.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from spacy.language import Language
from thinc.api import fix_random_seed
from threadpoolctl import threadpool_limits

from litloom.errors import InputError
from litloom.extractors.components.cnn import CnnRecogniser
from litloom.extractors.components.encoder import EncoderRecogniser
from litloom.extractors.components.lexicon import Known, Lexicon, count_names
from litloom.extractors.evaluation.gold import GoldPaper, read_gold
from litloom.extractors.evaluation.scoring import Evaluation, evaluate
from litloom.extractors.evidence.commonness import count_runs
from litloom.extractors.pipeline import blank_pipeline
from litloom.extractors.training.checkpoints import Stages
from litloom.extractors.training.cnn import train_cnn
from litloom.extractors.training.distillation import taught
from litloom.extractors.training.encoder import train_encoder
from litloom.extractors.training.judges import part_of, train_deciders
from litloom.extractors.training.pseudo_labels import read_silver, sample
from litloom.extractors.training.recipe import Recipe, RecogniserRecipe, TeacherRecipe, read_recipe
from litloom.extractors.training.save import model_folder, save
from litloom.extractors.training.targets import Lesson, Taught
from litloom.progress import NO_PROGRESS, Progress
from litloom.readers import read_papers
from litloom.records import KINDS, Paper

Trainer = Callable[..., None]
TRAINERS: Final[dict[type, Trainer]] = {CnnRecogniser: train_cnn, EncoderRecogniser: train_encoder}


class Trained(NamedTuple):
    """How good a trained model is.

    Parameters
    ----------
    held_out
        The figures on the papers that its recognisers had not seen, cross-validated, before its last training
        on all papers.
    dev
        Those on the papers that were given to measure it on.
    """

    held_out: Evaluation
    dev: Evaluation | None


def train(
    train_path: str | Path,
    output: str | Path,
    *,
    dev: str | Path | None = None,
    config: str | Path | None = None,
    unlabelled: str | Path | None = None,
    seed: int | None = None,
    progress: Progress = NO_PROGRESS,
) -> Trained:
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
        Progress callback.

    Returns
    -------
    Trained
        Figures on papers of `train_path` that were held out, which the model's ``meta.json`` holds too, and
        on `dev`, if there is one.
    """
    output = model_folder(Path(output))
    recipe = read_recipe(config, seed=seed)
    papers = read_gold(train_path)
    dev_papers = read_gold(dev) if dev is not None else None
    annotated = [*papers, *(dev_papers or ())]

    def others() -> Iterable[Paper]:
        return unannotated(read_papers([unlabelled]), annotated) if unlabelled is not None else ()

    output.parent.mkdir(parents=True, exist_ok=True)
    stages = Stages(output.with_name(f".{output.name}.training"), _digest(recipe, annotated, unlabelled))
    nlp, held_out = train_pipeline(papers, recipe, stages, progress, others)
    save(nlp, recipe, output, len(papers), held_out)
    stages.remove()
    return Trained(held_out, evaluate(dev_papers, output) if dev_papers is not None else None)


def train_pipeline(
    papers: Sequence[GoldPaper],
    recipe: Recipe,
    stages: Stages,
    progress: Progress,
    unlabelled: Callable[[], Iterable[Paper]] = tuple,
) -> tuple[Language, Evaluation]:
    """Train a pipeline by a recipe (see the module), and return its figures on held-out papers too."""
    if len(papers) < 10:
        raise InputError("training", f"needs at least 10 annotated papers, not {len(papers)}")
    shuffled = list(papers)
    random.Random(recipe.seed).shuffle(shuffled)
    held_out = min(recipe.held_out, len(shuffled) // 4)
    unseen, seen = shuffled[:held_out], shuffled[held_out:]
    nlp = blank_pipeline({part.factory: dict(part.settings) for part in recipe.recognisers})
    run = _Run(nlp, recipe, stages, progress)
    drawn = sample(unlabelled(), recipe.silver.papers, recipe.seed) if recipe.silver.papers else []
    silver = run.silver(drawn, seen)
    for part in recipe.recognisers:
        run.begin(part, [*seen * recipe.silver.gold, *silver], "seen")
    lexicon = part_of(nlp, "litloom_lexicon", Lexicon)
    lexicon.common = count_runs((paper.text for paper in unlabelled()), least=recipe.least_common)
    lexicon.tables["gold"] = _count(nlp, seen)
    held_out_figures = run.decide(unseen, seen)
    again = [part for part in recipe.recognisers if part.again]
    if drawn and again:
        silver = run.read(drawn, None)
        for part in again:
            run.go_on(part, [*seen, *silver], part.again, "again")
        held_out_figures = run.decide(unseen, seen)
    lexicon.tables["gold"] = _count(nlp, shuffled)
    for part in recipe.recognisers:
        if part.finish:
            run.go_on(part, [*shuffled, *silver[: recipe.silver.to_finish]], part.finish, "all")
        else:
            read_first = recipe.silver.model or recipe.teacher
            run.begin(part, [*shuffled * recipe.silver.gold, *(silver if read_first else ())], "all")
    return nlp, held_out_figures


@dataclass(frozen=True, slots=True)
class _Run:
    """One training: a pipeline, the recipe, and what is finished."""

    nlp: Language
    recipe: Recipe
    stages: Stages
    progress: Progress

    def silver(self, papers: list[Paper], seen: Sequence[GoldPaper]) -> Sequence[Lesson]:
        """Return what is known of papers without annotation before recognisers are trained."""
        if self.recipe.teacher is not None:
            return self.teach(papers, seen, self.recipe.teacher)
        return self.read(papers, self.recipe.silver.model) if self.recipe.silver.model else []

    def teach(self, papers: Sequence[Paper], seen: Sequence[GoldPaper], how: TeacherRecipe) -> list[Taught]:
        """Train a teacher, and return what it says of papers."""
        teacher = EncoderRecogniser("teacher", heads=how.heads)
        with_seed = {**how.training, "seed": self.recipe.seed, "progress": self.progress}
        self.stages.once("teacher", teacher, lambda: train_encoder(self.nlp, teacher, seen, **with_seed))
        precision = str(how.training.get("precision", "float32"))
        return taught(self.nlp, teacher, papers, self.stages.folder, self.progress, precision=precision)

    def begin(self, part: RecogniserRecipe, papers: Sequence[Lesson], stage: str) -> None:
        """Train a recogniser from the beginning."""
        fix_random_seed(self.recipe.seed)
        self.nlp.replace_pipe(part.factory, part.factory, config=dict(part.settings))
        self._train(part, papers, part.training, stage)

    def go_on(
        self, part: RecogniserRecipe, papers: Sequence[Lesson], differing: Mapping[str, Any], stage: str
    ) -> None:
        """Train a recogniser further."""
        self._train(part, papers, {**part.training, **differing}, stage)

    def _train(
        self, part: RecogniserRecipe, papers: Sequence[Lesson], arguments: Mapping[str, Any], stage: str
    ) -> None:
        recogniser: Any = self.nlp.get_pipe(part.factory)
        trainer = TRAINERS[type(recogniser)]
        self.stages.once(
            f"{part.factory}-{stage}",
            recogniser,
            lambda: trainer(
                self.nlp, recogniser, papers, seed=self.recipe.seed, progress=self.progress, **arguments
            ),
        )

    def decide(self, unseen: Sequence[GoldPaper], seen: Sequence[GoldPaper]) -> Evaluation:
        """Train what weighs the recognisers' evidence."""
        with threadpool_limits(1):
            return train_deciders(self.nlp, unseen, seen, self.recipe, self.progress)

    def read(self, papers: list[Paper], model: str | None) -> list[GoldPaper]:
        """Return what a model, by default that in training, finds in papers."""
        reader = self.stages.folder / "reader"
        if model is None and not reader.exists():
            save(self.nlp, self.recipe, reader, 0)
        return read_silver(papers, model or reader, self.stages.folder / "silver.jsonl", self.progress)


def _digest(recipe: Recipe, papers: Sequence[GoldPaper], unlabelled: str | Path | None) -> str:
    """Return what tells a training from others: recipe, papers, and the file of those without annotation."""
    size = Path(unlabelled).stat().st_size if unlabelled is not None and Path(unlabelled).is_file() else 0
    return hashlib.sha256(repr((recipe, papers, unlabelled and str(unlabelled), size)).encode()).hexdigest()


def _count(nlp: Language, papers: Sequence[GoldPaper]) -> dict[str, Known]:
    return count_names(
        (nlp.make_doc(paper.text), {name: KINDS.index(kind) for name, kind in paper.mentions})
        for paper in papers
    )


def unannotated(unlabelled: Iterable[Paper], papers: Sequence[GoldPaper]) -> Iterable[Paper]:
    """Return the papers whose title no annotated paper has."""
    titles = {paper.title.strip().lower() for paper in papers}
    return (paper for paper in unlabelled if paper.title.strip().lower() not in titles)
