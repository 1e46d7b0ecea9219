"""The network of `encoder` in PyTorch: many papers at a time, with dropout, to be trained.

Its weights are those of `encoder`, array by array, so that what is trained here is what runs there. Products
of matrices may be of 16-bit numbers ("bfloat16"), which processors that know them do several times faster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language

from litloom.errors import InputError
from litloom.extractors.components.encoder import EPSILON, RELATIVE, WINDOW, pieces_of
from litloom.extractors.components.relative_positions import distance_ranges
from litloom.extractors.components.wordpiece import WordPiece
from litloom.extractors.training.pretrained import for_training
from litloom.extractors.training.targets import Lesson, Targets, targets_of

PRECISIONS: Final = ("float32", "bfloat16")
_READ_TOGETHER: Final = 8
_NEVER: Final = -1e4
Ints = NDArray[np.int64]
Weights = Mapping[str, Any]


class Example(NamedTuple):
    """One paper as the network reads it: pieces and their cases, then each token's ends and targets.

    Of a long paper, the first 510 pieces; there may be targets for fewer tokens still.
    """

    ids: Ints
    cases: Ints
    first: Ints
    last: Ints
    targets: Targets


def example_of(nlp: Language, wordpiece: WordPiece, lesson: Lesson) -> Example:
    """Return a paper with what is to be said of it."""
    doc = nlp.make_doc(lesson.text)
    pieces = pieces_of(doc, wordpiece)
    tokens = int((pieces.last < WINDOW).sum())
    length = int(pieces.last[tokens - 1]) + 1 if tokens else 0
    return Example(
        ids=_whole(np.concatenate([[wordpiece.first], pieces.ids[:length], [wordpiece.last]])),
        cases=_whole(np.concatenate([[0], pieces.cases[:length], [0]])),
        first=_whole(pieces.first[:tokens] + 1),
        last=_whole(pieces.last[:tokens] + 1),
        targets=targets_of(doc, lesson)[:tokens],
    )


def _whole(numbers: NDArray[Any]) -> Ints:
    return numbers.astype(np.int64)


class Transformer:
    """The network.

    Parameters
    ----------
    weights
        Tensors by name.
    heads
        The number of attention heads.
    precision
        Of products of matrices: one of `PRECISIONS`.

    Raises
    ------
    InputError
        Where PyTorch is missing, or `precision` is none of these.
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
        """Return raw scores, papers by tokens by outputs; those beyond a paper's end mean nothing."""
        short: AbstractContextManager[Any] = self._torch.autocast("cpu", dtype=self._torch.bfloat16)
        with nullcontext() if self._precise else short:
            return self._scores(batch, dropout).float()

    def read(self, examples: Sequence[Example]) -> Iterator[tuple[int, Targets]]:
        """Yield the probabilities of each example's tokens, with its number, shorter ones first."""
        softmax, sigmoid = self._torch.softmax, self._torch.sigmoid
        order = sorted(range(len(examples)), key=lambda number: len(examples[number].ids))
        for start in range(0, len(order), _READ_TOGETHER):
            numbers = order[start : start + _READ_TOGETHER]
            with self._torch.no_grad():
                raw = self([examples[number] for number in numbers])
                said = self._torch.cat([softmax(raw[..., :-1], -1), sigmoid(raw[..., -1:])], -1).numpy()
            for number, one in zip(numbers, said, strict=True):
                yield number, one[: len(examples[number].first)].astype(np.float16)

    def _scores(self, batch: Sequence[Example], dropout: float) -> Any:
        torch, w = self._torch, self.weights
        drop = torch.nn.functional.dropout
        ids, cases, first, last = (padded(torch, [example[at] for example in batch]) for at in range(4))
        length = ids.shape[1]
        x = torch.nn.functional.embedding(ids, w["word"]) + w["position"][:length] + w["case"][cases]
        x = drop(self._normed(x, "norm"), dropout)
        unseen = self._unseen(batch, length)
        for number in range(self._layers):
            name = f"layer{number}"
            mixed = self._dense(self._mixed(x, f"{name}.qkv", unseen), f"{name}.out")
            x = self._normed(x + drop(mixed, dropout), f"{name}.norm1")
            inner = torch.nn.functional.gelu(self._dense(x, f"{name}.up"))
            x = self._normed(x + drop(self._dense(inner, f"{name}.down"), dropout), f"{name}.norm2")
        width = x.shape[2]
        ends = [torch.gather(x, 1, at[:, :, None].expand(-1, -1, width)) for at in (first, last)]
        return self._dense(drop(torch.cat(ends, 2), dropout), "head")

    def _unseen(self, batch: Sequence[Example], length: int) -> Any:
        """Return what is added to the attention of pieces to each other: much less for what is no piece."""
        torch = self._torch
        real = padded(torch, [np.ones(len(example.ids), dtype=np.int64) for example in batch]) > 0
        unseen = torch.where(real[:, None, None, :], 0.0, _NEVER)
        if RELATIVE in self.weights:
            ranges = torch.from_numpy(distance_ranges(length).copy())
            unseen = unseen + self.weights[RELATIVE][ranges].permute(2, 0, 1)[None]
        return unseen if self._precise else unseen.to(torch.bfloat16)

    def _mixed(self, x: Any, name: str, unseen: Any) -> Any:
        papers, length, width = x.shape
        size = width // self._heads
        qkv = self._dense(x, name).view(papers, length, 3, self._heads, size).permute(2, 0, 3, 1, 4)
        queries, keys, values = qkv
        logits = self._torch.matmul(queries * size**-0.5, keys.transpose(-1, -2)) + unseen
        mixed = self._torch.matmul(self._torch.softmax(logits, -1, dtype=logits.dtype), values)
        return mixed.transpose(1, 2).reshape(papers, length, width)

    def _dense(self, x: Any, name: str) -> Any:
        return x @ self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def _normed(self, x: Any, name: str) -> Any:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return self._torch.nn.functional.layer_norm(x, weight.shape, weight, bias, float(EPSILON))


def padded(torch: Any, arrays: Sequence[NDArray[Any]]) -> Any:
    """Return arrays as one tensor, with 0 behind the shorter ones."""
    length = max(map(len, arrays))
    rest = [[(0, length - len(array)), *[(0, 0)] * (array.ndim - 1)] for array in arrays]
    return torch.from_numpy(np.stack([np.pad(*pair) for pair in zip(arrays, rest, strict=True)]))
