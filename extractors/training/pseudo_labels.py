"""Labels of papers without annotation, as further training data: from a model, or from a teacher.

A model's predictions are taken as annotation. The student is trained with dropout and the model predicts
without it, so that the student can become better (Xie et al. 2020, "Self-training with Noisy Student improves
ImageNet classification"). A teacher, an encoder too large to be packaged, gives probabilities: knowledge
distillation (Hinton, Vinyals & Dean 2015, "Distilling the Knowledge in a Neural Network").
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from spacy.language import Language

from litloom.errors import InputError
from litloom.extractors.components.encoder import EncoderRecogniser
from litloom.extractors.evaluation.gold import GoldPaper, read_gold
from litloom.extractors.extractor import Extractor
from litloom.extractors.training.checkpoints import load_checkpoint, save_checkpoint
from litloom.extractors.training.pretrained import for_training
from litloom.extractors.training.targets import SoftLabelledPaper
from litloom.extractors.training.torch_encoder import Transformer, example_of
from litloom.progress import Progress
from litloom.records import Extraction, Paper
from litloom.support.pools import cores

_PAPERS_PER_FILE: Final = 500
_NONE: Final = np.zeros((0, 0), dtype=np.float16)


def sample(papers: Iterable[Paper], count: int, seed: int) -> list[Paper]:
    """Return a uniform random sample of the papers with an abstract, in random order.

    Only `count` papers are in memory at a time (Vitter 1985, "Random Sampling with a Reservoir"). The same
    seed gives the same sample.

    Raises
    ------
    InputError
        If there are fewer papers.

    Examples
    --------
    >>> papers = [Paper(title=str(n), abstract="x") for n in range(100)]
    >>> len(sample(papers, 5, seed=1)), sample(papers, 5, seed=1) == sample(papers, 5, seed=1)
    (5, True)
    """
    generator = random.Random(seed)
    with_abstract = (paper for paper in papers if paper.abstract)
    drawn = list(itertools.islice(with_abstract, count))
    if len(drawn) < count:
        raise InputError(
            "training", f"reads {count} papers without annotation; --unlabelled has {len(drawn)}"
        )
    for seen, paper in enumerate(with_abstract, count + 1):
        at = generator.randrange(seen)
        if at < count:
            drawn[at] = paper
    generator.shuffle(drawn)
    return drawn


def pseudo_labels(papers: list[Paper], model: str | Path, path: Path, progress: Progress) -> list[GoldPaper]:
    """Return papers with a model's predictions as annotation; all cores are used.

    They are written to a file, one paper a line; papers that it holds already are not processed again.
    """
    rest = papers[_complete_lines(path) :]
    with progress.stage("pseudo-labels", len(rest)) as advance, path.open("ab") as file:
        extractions = Extractor(model).extract(rest, processes=cores())
        for paper, extraction in zip(rest, extractions, strict=True):
            file.write(_line(paper, extraction))
            advance(1)
    return read_gold(path)


def _complete_lines(path: Path) -> int:
    """Return the number of complete lines of a file, and cut off an incomplete one."""
    data = path.read_bytes() if path.exists() else b""
    end = data.rfind(b"\n") + 1
    if end < len(data):
        path.write_bytes(data[:end])
    return data.count(b"\n")


def _line(paper: Paper, extraction: Extraction) -> bytes:
    record = {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "mentions": list(dict.fromkeys((mention.text, mention.kind) for mention in extraction.mentions)),
        "introduces": extraction.introduces,
    }
    return json.dumps(record).encode("ascii") + b"\n"


def soft_labels(
    nlp: Language,
    teacher: EncoderRecogniser,
    papers: Sequence[Paper],
    folder: Path,
    progress: Progress,
    *,
    precision: str = "float32",
) -> list[SoftLabelledPaper]:
    """Return a trained teacher's soft labels of papers; of long ones, those of the first 510 pieces.

    The labels are kept in the folder, 500 papers a file; those that are there are not computed again. See
    `Transformer` for the precision.
    """
    model, wordpiece = teacher.trained()
    torch = for_training("torch")
    weights = {name: torch.from_numpy(values) for name, values in model.weights.items()}
    network = Transformer(weights, heads=teacher.heads, precision=precision)
    labelled: list[SoftLabelledPaper] = []
    with progress.stage("soft labels", len(papers)) as advance:
        for number, start in enumerate(range(0, len(papers), _PAPERS_PER_FILE)):
            batch = papers[start : start + _PAPERS_PER_FILE]
            path = folder / f"soft-labels-{number}.npz"
            labels = load_checkpoint(path)
            if labels is None:
                unlabelled = [SoftLabelledPaper(paper.text, _NONE) for paper in batch]
                examples = [example_of(nlp, wordpiece, paper) for paper in unlabelled]
                labels = {str(at): targets for at, targets in network.predict(examples)}
                save_checkpoint(path, labels)
            for at, paper in enumerate(batch):
                labelled.append(SoftLabelledPaper(paper.text, labels[str(at)]))
                advance(1)
    return labelled
