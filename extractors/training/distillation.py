"""A teacher: an encoder too large for a model that is shipped, from which the recognisers of one learn.

It is trained like the recogniser `encoder`, on the annotated papers that are not held out, reads papers
without annotation, and says how probable it finds each tag of each token (see `lessons`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from spacy.language import Language

from litloom.extractors.components.encoder import EncoderRecogniser
from litloom.extractors.training.checkpoints import keep, kept
from litloom.extractors.training.pretrained import for_training
from litloom.extractors.training.targets import Taught
from litloom.extractors.training.torch_encoder import Transformer, example_of
from litloom.progress import Progress
from litloom.records import Paper

_KEPT_TOGETHER: Final = 500


def taught(
    nlp: Language,
    teacher: EncoderRecogniser,
    papers: Sequence[Paper],
    folder: Path,
    progress: Progress,
    *,
    precision: str = "float32",
) -> list[Taught]:
    """Return what a teacher says of papers.

    Parameters
    ----------
    nlp
        The pipeline, for its tokenizer.
    teacher
        Trained.
    papers
        What it reads; of long ones, the first 510 pieces.
    folder
        What it says is kept there, some hundred papers a file; what is there already is not read again.
    progress
        Progress callback.
    precision
        Of products of matrices, see `transformer`.
    """
    assert teacher.model is not None
    assert teacher.wordpiece is not None
    torch = for_training("torch")
    weights = {name: torch.from_numpy(values) for name, values in teacher.model.weights.items()}
    network = Transformer(weights, heads=teacher.heads, precision=precision)
    found: list[Taught] = []
    with progress.stage("teach", len(papers)) as advance:
        for number, some in enumerate(_groups(papers)):
            path = folder / f"taught-{number}.npz"
            said = kept(path)
            if said is None:
                examples = [example_of(nlp, teacher.wordpiece, Taught(one.text, _NONE)) for one in some]
                said = {str(at): one for at, one in network.read(examples)}
                keep(path, said)
            found += [Taught(one.text, said[str(at)]) for at, one in enumerate(some)]
            for _ in some:
                advance(1)
    return found


_NONE: Final = np.zeros((0, 0), dtype=np.float16)


def _groups(papers: Iterable[Paper]) -> Iterator[list[Paper]]:
    rest = iter(papers)
    return iter(lambda: list(itertools.islice(rest, _KEPT_TOGETHER)), [])
