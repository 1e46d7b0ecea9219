"""The network of `litloom_encoder` in PyTorch: batches of papers, with dropout and gradients.

Its weights are those of `components.encoder`, array by array. Matrix products may be in bfloat16.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language

from litloom.errors import InputError
from litloom.extractors.components.encoder import EPSILON, RELATIVE, WINDOW, distance_buckets, pieces_of
from litloom.extractors.components.wordpiece import WordPiece
from litloom.extractors.training.pretrained import for_training
from litloom.extractors.training.targets import Targets, TrainingPaper, targets_of

PRECISIONS: Final = ("float32", "bfloat16")
_PREDICTED_TOGETHER: Final = 8
_MASKED: Final = -1e4
Ints = NDArray[np.int64]
Weights = Mapping[str, Any]


class Example(NamedTuple):
    """The first 510 pieces of a paper, as `Encoder` takes them, in int64.

    The targets are ``(n_tokens, OUTPUTS)``, or of fewer tokens.
    """

    ids: Ints
    cases: Ints
    first: Ints
    last: Ints
    targets: Targets


def example_of(nlp: Language, wordpiece: WordPiece, paper: TrainingPaper) -> Example:
    """Return a paper as the network takes it."""
    doc = nlp.make_doc(paper.text)
    pieces = pieces_of(doc, wordpiece)
    tokens = int((pieces.last < WINDOW).sum())
    length = int(pieces.last[tokens - 1]) + 1 if tokens else 0
    return Example(
        ids=np.array([wordpiece.first, *pieces.ids[:length], wordpiece.last], dtype=np.int64),
        cases=np.array([0, *pieces.cases[:length], 0], dtype=np.int64),
        first=pieces.first[:tokens].astype(np.int64) + 1,
        last=pieces.last[:tokens].astype(np.int64) + 1,
        targets=targets_of(doc, paper)[:tokens],
    )


class Transformer:
    """The network, of float32 tensors; matrix products are of one of `PRECISIONS`.

    Raises
    ------
    InputError
        If PyTorch is missing, or the precision is unknown.
    """

    def __init__(self, weights: Weights, *, heads: int, precision: str = "float32") -> None:
        self._torch = for_training("torch")
        if precision not in PRECISIONS:
            raise InputError(precision, f"is no precision of training; take one of {', '.join(PRECISIONS)}")
        self.weights = weights
        self._heads = heads
        self._precise = precision == "float32"
        self._layers = sum(name.endswith(".qkv.weight") for name in weights)

    def __call__(self, batch: Sequence[Example], dropout: float = 0.0) -> Any:
        """Return logits, float32, ``(n_papers, n_tokens, OUTPUTS)``; those of padding are arbitrary."""
        short: AbstractContextManager[Any] = self._torch.autocast("cpu", dtype=self._torch.bfloat16)
        with nullcontext() if self._precise else short:
            return self._logits(batch, dropout).float()

    def predict(self, examples: Sequence[Example]) -> Iterator[tuple[int, Targets]]:
        """Yield the index and the probabilities of each example, shorter ones first."""
        softmax, sigmoid = self._torch.softmax, self._torch.sigmoid
        order = sorted(range(len(examples)), key=lambda number: len(examples[number].ids))
        for start in range(0, len(order), _PREDICTED_TOGETHER):
            numbers = order[start : start + _PREDICTED_TOGETHER]
            with self._torch.no_grad():
                logits = self([examples[number] for number in numbers])
                parts = [softmax(logits[..., :-1], -1), sigmoid(logits[..., -1:])]
                probabilities = self._torch.cat(parts, -1).numpy()
            for number, one in zip(numbers, probabilities, strict=True):
                yield number, one[: len(examples[number].first)].astype(np.float16)

    def _logits(self, batch: Sequence[Example], dropout: float) -> Any:
        torch, w = self._torch, self.weights
        drop = torch.nn.functional.dropout
        ids, cases, first, last = (padded(torch, [example[at] for example in batch]) for at in range(4))
        length = ids.shape[1]
        x = torch.nn.functional.embedding(ids, w["word"]) + w["position"][:length] + w["case"][cases]
        x = drop(self._normed(x, "norm"), dropout)
        bias = self._attention_bias(batch, length)
        for number in range(self._layers):
            name = f"layer{number}"
            mixed = self._dense(self._attention(x, f"{name}.qkv", bias), f"{name}.out")
            x = self._normed(x + drop(mixed, dropout), f"{name}.norm1")
            inner = torch.nn.functional.gelu(self._dense(x, f"{name}.up"))
            x = self._normed(x + drop(self._dense(inner, f"{name}.down"), dropout), f"{name}.norm2")
        width = x.shape[2]
        ends = [torch.gather(x, 1, at[:, :, None].expand(-1, -1, width)) for at in (first, last)]
        return self._dense(drop(torch.cat(ends, 2), dropout), "head")

    def _attention_bias(self, batch: Sequence[Example], length: int) -> Any:
        """Return what is added to attention logits, ``(n_papers, 1 or n_heads, 1 or length, length)``."""
        torch = self._torch
        real = padded(torch, [np.ones(len(example.ids), dtype=np.int64) for example in batch]) > 0
        bias = torch.where(real[:, None, None, :], 0.0, _MASKED)
        if RELATIVE in self.weights:
            buckets = torch.from_numpy(distance_buckets(length).copy())
            bias = bias + self.weights[RELATIVE][buckets].permute(2, 0, 1)[None]
        return bias if self._precise else bias.to(torch.bfloat16)

    def _attention(self, x: Any, name: str, bias: Any) -> Any:
        """Apply self-attention to ``(n_papers, length, width)``."""
        papers, length, width = x.shape
        size = width // self._heads
        qkv = self._dense(x, name).view(papers, length, 3, self._heads, size).permute(2, 0, 3, 1, 4)
        queries, keys, values = qkv
        logits = self._torch.matmul(queries * size**-0.5, keys.transpose(-1, -2)) + bias
        mixed = self._torch.matmul(self._torch.softmax(logits, -1, dtype=logits.dtype), values)
        return mixed.transpose(1, 2).reshape(papers, length, width)

    def _dense(self, x: Any, name: str) -> Any:
        return x @ self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def _normed(self, x: Any, name: str) -> Any:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return self._torch.nn.functional.layer_norm(x, weight.shape, weight, bias, float(EPSILON))


def padded(torch: Any, arrays: Sequence[NDArray[Any]]) -> Any:
    """Return arrays of shape ``(n, …)`` as one tensor ``(n_arrays, greatest n, …)``, padded with 0."""
    length = max(map(len, arrays))
    rest = [[(0, length - len(array)), *[(0, 0)] * (array.ndim - 1)] for array in arrays]
    return torch.from_numpy(np.stack([np.pad(*pair) for pair in zip(arrays, rest, strict=True)]))
