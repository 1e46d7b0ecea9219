"""Training of `litloom_cnn`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Adam, Model, Optimizer, fix_random_seed, set_dropout_rate
from threadpoolctl import threadpool_limits

from litloom.extractors.components.cnn import CnnRecogniser
from litloom.extractors.evidence.document import log_softmax
from litloom.extractors.evidence.span_decoding import TAG_COUNT, Floats32
from litloom.extractors.training.targets import Targets, TrainingPaper, targets_of
from litloom.progress import Progress

_WARM_UP: Final = 200


def train_cnn(
    nlp: Language,
    recogniser: CnnRecogniser,
    papers: Sequence[TrainingPaper],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    dropout: float,
    seed: int,
    progress: Progress,
) -> None:
    """Train a recogniser; its weights become the running average over all steps.

    Parameters
    ----------
    nlp, recogniser
        The pipeline, for its tokenizer, and the recogniser.
    papers
        Annotated papers, and those with soft labels.
    epochs, batch_size
        Passes over the papers, and papers a batch.
    learning_rate, dropout, seed
        The highest rate of Adam (Kingma & Ba 2015) with weight decay, which rises over 200 steps and then
        falls linearly; the dropout rate; the seed.
    progress
        Called after each batch.
    """
    fix_random_seed(seed)
    shuffler = random.Random(seed)
    model = recogniser.model
    examples = []
    for paper in papers:
        doc = nlp.make_doc(paper.text)
        examples.append((doc, targets_of(doc, paper)))
    optimizer = Adam(learning_rate, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)
    steps = epochs * -(-len(examples) // batch_size)
    set_dropout_rate(model, dropout)
    step = 0
    with progress.stage("train cnn", steps) as advance, threadpool_limits(1):
        for _ in range(epochs):
            shuffler.shuffle(examples)
            for first in range(0, len(examples), batch_size):
                step += 1
                optimizer.learn_rate = learning_rate * min(1, step / _WARM_UP) * max(0.02, 1 - step / steps)
                loss = _update(model, examples[first : first + batch_size], optimizer)
                advance(1, remark=f"loss {loss:.3f}")
    set_dropout_rate(model, 0.0)
    for node in model.walk():
        for name in node.param_names:
            average = (optimizer.averages or {}).get((node.id, name))
            if average is not None:
                node.set_param(name, average.copy())


def _update(model: Model[Any, Any], batch: Sequence[tuple[Doc, Targets]], optimizer: Optimizer) -> float:
    """Take one step on the cross entropy of the tags and of being introduced; return that of the tags."""
    outputs, backpropagate = model.begin_update([doc for doc, _ in batch])
    tokens = sum(len(targets) for _, targets in batch)
    loss = 0.0
    gradients: list[Floats32] = []
    for logits, (_, targets) in zip(outputs, batch, strict=True):
        count = len(targets)
        scores = log_softmax(logits[:count, :TAG_COUNT])
        loss -= float((scores * targets[:, :TAG_COUNT]).sum())
        gradient = np.zeros_like(logits)
        gradient[:count, :TAG_COUNT] = np.exp(scores) - targets[:, :TAG_COUNT]
        gradient[:count, TAG_COUNT] = 1 / (1 + np.exp(-logits[:count, TAG_COUNT])) - targets[:, TAG_COUNT]
        gradients.append((gradient / tokens).astype(np.float32))
    backpropagate(gradients)
    model.finish_update(optimizer)
    return loss / tokens
