"""Knowledge distillation: soft labels from a teacher, an encoder too large to be packaged.

The teacher is trained like `litloom_encoder` on the annotated papers that are not held out, and predicts the
targets (see `targets`) of papers without annotation.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from spacy.language import Language

from litloom.extractors.components.encoder import EncoderRecogniser
from litloom.extractors.training.checkpoints import load_checkpoint, save_checkpoint
from litloom.extractors.training.pretrained import for_training
from litloom.extractors.training.progress import Progress
from litloom.extractors.training.targets import SoftLabelledPaper
from litloom.extractors.training.torch_encoder import Transformer, example_of
from litloom.records import Paper

_PAPERS_PER_FILE: Final = 500
_NONE: Final = np.zeros((0, 0), dtype=np.float16)


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
                advance("")
    return labelled
