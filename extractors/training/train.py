"""Training of a model from annotated papers, by a recipe.

1. Papers without annotation are labelled, if the recipe says so: by another model, or by a teacher that is
   trained on the annotated papers that are not held out.
2. The recognisers are trained on these and on the annotated papers that are not held out.
3. The lexicon is counted on the latter, and document frequencies of names on papers without annotation. The
   judges are trained on the held-out papers, which neither recognisers nor lexicon have seen.
4. For recognisers to be trained ``again``, the model as it is labels papers without annotation, their
   training continues on these, and the judges are trained again.
5. The recognisers are trained anew on all papers, or continue on all of them (``finish``), and the lexicon is
   counted on all.

All seeds are fixed: the same data and recipe give the same model on the same machine. Finished stages are
kept beside the model until it is written, so that an interrupted run continues.
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
from litloom.extractors.components.component import component_of
from litloom.extractors.components.encoder import EncoderRecogniser
from litloom.extractors.components.lexicon import Lexicon, NameCounts, count_names
from litloom.extractors.evaluation.gold import GoldPaper, read_gold
from litloom.extractors.evaluation.scoring import Evaluation, evaluate
from litloom.extractors.evidence.commonness import count_runs
from litloom.extractors.pipeline import blank_pipeline
from litloom.extractors.training.checkpoints import Checkpoints
from litloom.extractors.training.cnn import train_cnn
from litloom.extractors.training.encoder import train_encoder
from litloom.extractors.training.judges import train_judges
from litloom.extractors.training.pseudo_labels import pseudo_labels, sample, soft_labels
from litloom.extractors.training.recipe import Arguments, Recipe, RecogniserRecipe, read_recipe
from litloom.extractors.training.save import model_folder, save
from litloom.extractors.training.targets import TrainingPaper
from litloom.progress import NO_PROGRESS, Progress
from litloom.readers import read_papers
from litloom.records import KINDS, Paper

_TRAINERS: Final[Mapping[str, Callable[..., None]]] = {
    "litloom_cnn": train_cnn,
    "litloom_encoder": train_encoder,
}
_MIN_PAPERS: Final = 10


class Trained(NamedTuple):
    """The figures of a trained model.

    Those on held-out papers are cross-validated, before the last training on all papers.
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
    train_path, dev
        Annotated papers, as `read_gold` reads them, to train on and to evaluate the result on.
    output
        The directory; a model there is replaced when training is complete.
    config, seed
        A recipe, see `recipe`, and a seed that replaces its own; by default, a small fast model is trained.
    unlabelled
        Papers without annotation, in any format that litloom reads. Those whose title an annotated paper has
        are left out.
    progress
        Progress callback.

    Raises
    ------
    InputError
        If a file cannot be read, something other than a model is at `output`, or there are too few papers.
    """
    output = model_folder(Path(output))
    recipe = read_recipe(config, seed=seed)
    papers = read_gold(train_path)
    dev_papers = read_gold(dev) if dev is not None else None
    annotated = [*papers, *(dev_papers or ())]

    def others() -> Iterable[Paper]:
        return _unannotated(read_papers([unlabelled]), annotated) if unlabelled is not None else ()

    output.parent.mkdir(parents=True, exist_ok=True)
    run = _digest(recipe, annotated, unlabelled)
    checkpoints = Checkpoints(output.with_name(f".{output.name}.training"), run)
    nlp, held_out = _train_pipeline(papers, recipe, checkpoints, progress, others)
    save(nlp, recipe, output, len(papers), held_out)
    checkpoints.remove()
    return Trained(held_out, evaluate(dev_papers, output) if dev_papers is not None else None)


def _train_pipeline(
    papers: Sequence[GoldPaper],
    recipe: Recipe,
    checkpoints: Checkpoints,
    progress: Progress,
    unlabelled: Callable[[], Iterable[Paper]],
) -> tuple[Language, Evaluation]:
    if len(papers) < _MIN_PAPERS:
        raise InputError("training", f"needs at least {_MIN_PAPERS} annotated papers, not {len(papers)}")
    shuffled = list(papers)
    random.Random(recipe.seed).shuffle(shuffled)
    held_out = min(recipe.held_out, len(shuffled) // 4)
    unseen, seen = shuffled[:held_out], shuffled[held_out:]
    nlp = blank_pipeline({part.factory: part.settings for part in recipe.recognisers})
    run = _Run(nlp, recipe, checkpoints, progress)
    labels = recipe.pseudo_labels
    drawn = sample(unlabelled(), labels.papers, recipe.seed) if labels.papers else []
    labelled = run.label_first(drawn, seen)
    for part in recipe.recognisers:
        run.start(part, [*seen * labels.gold, *labelled], "seen")
    lexicon = component_of(nlp, "litloom_lexicon", Lexicon)
    lexicon.common = count_runs((paper.text for paper in unlabelled()), least=recipe.least_common)
    lexicon.names = _count_names(nlp, seen)
    figures = run.judge(unseen, seen)
    again = [part for part in recipe.recognisers if part.again]
    if drawn and again:
        labelled = run.label(drawn, None)
        for part in again:
            run.go_on(part, [*seen, *labelled], part.again, "again")
        figures = run.judge(unseen, seen)
    lexicon.names = _count_names(nlp, shuffled)
    for part in recipe.recognisers:
        if part.finish:
            run.go_on(part, [*shuffled, *labelled[: labels.to_finish]], part.finish, "all")
        else:
            labelled_first = labels.model or recipe.teacher
            run.start(part, [*shuffled * labels.gold, *(labelled if labelled_first else ())], "all")
    return nlp, figures


@dataclass(frozen=True, slots=True)
class _Run:
    """One training run: a pipeline, its recipe, and the finished stages."""

    nlp: Language
    recipe: Recipe
    checkpoints: Checkpoints
    progress: Progress

    def label_first(self, papers: list[Paper], seen: Sequence[GoldPaper]) -> Sequence[TrainingPaper]:
        """Return papers with the labels of another model, or of a teacher that is trained for it, if any."""
        how, model = self.recipe.teacher, self.recipe.pseudo_labels.model
        if how is None:
            return self.label(papers, model) if model else []
        teacher = EncoderRecogniser("teacher", heads=how.heads)
        arguments = {**how.training, "seed": self.recipe.seed, "progress": self.progress}
        self.checkpoints.once("teacher", teacher, lambda: train_encoder(self.nlp, teacher, seen, **arguments))
        precision = str(how.training.get("precision", "float32"))
        return soft_labels(
            self.nlp, teacher, papers, self.checkpoints.folder, self.progress, precision=precision
        )

    def label(self, papers: list[Paper], model: str | None) -> list[GoldPaper]:
        """Return papers with the pseudo-labels of a model, by default the one in training."""
        folder = self.checkpoints.folder
        own = folder / "reader"
        if model is None and not own.exists():
            save(self.nlp, self.recipe, own, 0)
        return pseudo_labels(papers, model or own, folder / "pseudo-labels.jsonl", self.progress)

    def judge(self, unseen: Sequence[GoldPaper], seen: Sequence[GoldPaper]) -> Evaluation:
        """Train the judges on papers that the recognisers have not seen."""
        with threadpool_limits(1):
            return train_judges(self.nlp, unseen, seen, self.recipe, self.progress)

    def start(self, part: RecogniserRecipe, papers: Sequence[TrainingPaper], stage: str) -> None:
        """Train a recogniser from random weights."""
        fix_random_seed(self.recipe.seed)
        self.nlp.replace_pipe(part.factory, part.factory, config=dict(part.settings))
        self.go_on(part, papers, {}, stage)

    def go_on(
        self, part: RecogniserRecipe, papers: Sequence[TrainingPaper], differing: Arguments, stage: str
    ) -> None:
        """Train a recogniser further; some arguments may differ from the recipe's."""
        recogniser: Any = self.nlp.get_pipe(part.factory)
        arguments = {"seed": self.recipe.seed, "progress": self.progress, **part.training, **differing}
        self.checkpoints.once(
            f"{part.factory}-{stage}",
            recogniser,
            lambda: _TRAINERS[part.factory](self.nlp, recogniser, papers, **arguments),
        )


def _digest(recipe: Recipe, papers: Sequence[GoldPaper], unlabelled: str | Path | None) -> str:
    """Return a digest of recipe, papers, and the file of those without annotation."""
    size = Path(unlabelled).stat().st_size if unlabelled is not None and Path(unlabelled).is_file() else 0
    return hashlib.sha256(repr((recipe, papers, unlabelled and str(unlabelled), size)).encode()).hexdigest()


def _count_names(nlp: Language, papers: Sequence[GoldPaper]) -> dict[str, NameCounts]:
    return count_names(
        (nlp.make_doc(paper.text), {name: KINDS.index(kind) for name, kind in paper.mentions})
        for paper in papers
    )


def _unannotated(unlabelled: Iterable[Paper], annotated: Sequence[GoldPaper]) -> Iterable[Paper]:
    """Return the papers whose title no annotated paper has."""
    titles = {paper.title.strip().lower() for paper in annotated}
    return (paper for paper in unlabelled if paper.title.strip().lower() not in titles)
