r"""The recogniser `litloom_encoder`: a fine-tuned BERT-like encoder, computed in NumPy.

The encoder is that of Devlin et al. (2019), "BERT: Pre-training of Deep Bidirectional Transformers for
Language Understanding". Each layer is self-attention (Vaswani et al. 2017) and a feed-forward network. With
:math:`x` of shape ``(n_pieces, width)``,

.. math::
    x &= norm(x + softmax(q k^T / \sqrt{d} + b) v W_o) \\
    x &= norm(x + gelu(x W_1) W_2)

The bias :math:`b` is there in encoders with relative positions only (see `distance_buckets`). The encoder
is uncased, so each piece also gets an embedding of its token's casing and of whether it stands in the title.
A token is represented by its first and its last piece, concatenated.

Long texts are processed in overlapping windows, so that time grows linearly with length.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from litloom.extractors.components.cnn import OUTPUTS
from litloom.extractors.components.component import StoredComponent
from litloom.extractors.components.wordpiece import CASES, Pieces, WordPiece
from litloom.extractors.evidence.document import add_scores
from litloom.extractors.evidence.span_decoding import Floats32
from litloom.extractors.model_files import load_arrays, reading, unusable

WINDOW: Final = 510
"""Pieces of a window, without the markers at its ends."""
_EDGE: Final = 64
_STRIDE: Final = WINDOW - 2 * _EDGE
_WEIGHTS: Final = "weights.npz"
_VOCABULARY: Final = "vocabulary.txt"
_MAX_LEVEL: Final = 31
_ROOT: Final = (2 / np.pi) ** 0.5
EPSILON: Final = np.float32(1e-12)
_BUCKETS: Final = 16
"""Buckets before a piece, and as many after it; of the nearest positions, each has its own."""
_EXACT: Final = 8
_FARTHEST: Final = 128
RELATIVE: Final = "relative"
"""The name of the relative position biases, ``(n_buckets, n_heads)``."""
Weights = Mapping[str, Floats32]
"""float32 arrays by name; matrices are laid out ``(n_inputs, n_outputs)``."""


@lru_cache(maxsize=64)
def distance_buckets(length: int) -> NDArray[np.int64]:
    """Return the bucket of the relative position of each piece (column) to each other (row).

    ``(length, length)``; 32 buckets grow with the distance and tell before from after (Raffel et al. 2020,
    "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer"; Song et al. 2020,
    "MPNet").

    Examples
    --------
    >>> distance_buckets(3).tolist()
    [[0, 17, 18], [1, 0, 17], [2, 1, 0]]
    """
    positions = np.arange(length)
    distance = positions[None, :] - positions[:, None]
    apart = np.abs(distance)
    far = np.log(np.maximum(apart, 1) / _EXACT) / np.log(_FARTHEST / _EXACT) * (_BUCKETS - _EXACT)
    far = np.minimum(_EXACT + far.astype(np.int64), _BUCKETS - 1)
    buckets: NDArray[np.int64] = np.where(apart < _EXACT, apart, far) + np.where(distance > 0, _BUCKETS, 0)
    buckets.flags.writeable = False
    return buckets


class Encoder:
    """The encoder, with `heads` attention heads a layer, and a linear layer for tokens on top."""

    def __init__(self, weights: Weights, *, heads: int) -> None:
        self.weights = weights
        self.heads = heads
        self.layers = sum(name.endswith(".qkv.weight") for name in weights)

    def __call__(
        self,
        ids: NDArray[np.int32],
        cases: NDArray[np.int32],
        first: NDArray[np.int32],
        last: NDArray[np.int32],
    ) -> Floats32:
        """Return the logits of one window: float32, ``(n_tokens, OUTPUTS)``.

        Piece ids and case ids, ``(n_pieces,)``, include the markers; `first` and `last` are the indices of
        each token's first and last piece, ``(n_tokens,)``.
        """
        w = self.weights
        x: Floats32 = w["word"][ids] + w["position"][: len(ids)] + w["case"][cases]
        x = _normed(x, w["norm.weight"], w["norm.bias"])
        bias = w[RELATIVE][distance_buckets(len(ids))].transpose(2, 0, 1) if RELATIVE in w else None
        for number in range(self.layers):
            x = self._layer(x, f"layer{number}", bias)
        tokens = np.concatenate([x[first], x[last]], axis=1)
        logits: Floats32 = tokens @ w["head.weight"] + w["head.bias"]
        return logits

    def _layer(self, x: Floats32, name: str, bias: Floats32 | None) -> Floats32:
        """Apply one layer to ``(n_pieces, width)``; the bias is ``(n_heads, n_pieces, n_pieces)``."""
        w = self.weights
        length, width = x.shape
        qkv = x @ w[f"{name}.qkv.weight"] + w[f"{name}.qkv.bias"]
        queries, keys, values = qkv.reshape(length, 3, self.heads, -1).transpose(1, 2, 0, 3)
        attention = queries @ keys.transpose(0, 2, 1)
        attention *= np.float32((width // self.heads) ** -0.5)
        if bias is not None:
            attention += bias
        attention -= attention.max(axis=2, keepdims=True)
        np.exp(attention, out=attention)
        attention /= attention.sum(axis=2, keepdims=True)
        mixed = (attention @ values).transpose(1, 0, 2).reshape(length, width)
        mixed = mixed @ w[f"{name}.out.weight"] + w[f"{name}.out.bias"]
        x = _normed(x + mixed, w[f"{name}.norm1.weight"], w[f"{name}.norm1.bias"])
        inner = _gelu(x @ w[f"{name}.up.weight"] + w[f"{name}.up.bias"])
        inner = inner @ w[f"{name}.down.weight"] + w[f"{name}.down.bias"]
        x = x + inner.astype(np.float32, copy=False)
        return _normed(x, w[f"{name}.norm2.weight"], w[f"{name}.norm2.bias"])


def _gelu(x: Floats32) -> Floats32:
    """Return the Gaussian error linear unit in its tanh approximation (Hendrycks & Gimpel 2016)."""
    inner = np.square(x)
    inner *= np.float32(0.044715 * _ROOT)
    inner += np.float32(_ROOT)
    inner *= x
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    inner *= x
    inner *= np.float32(0.5)
    return inner


def _normed(x: Floats32, weight: Floats32, bias: Floats32) -> Floats32:
    x = (x - x.mean(axis=1, keepdims=True)).astype(np.float32, copy=False)
    variance = np.square(x).mean(axis=1, keepdims=True)
    normed: Floats32 = x / np.sqrt(variance + EPSILON) * weight + bias
    return normed


class EncoderRecogniser(StoredComponent):
    """The component; `heads` is the number of attention heads."""

    def __init__(self, name: str, *, heads: int) -> None:
        self.name = name
        self.heads = heads
        self.model: Encoder | None = None
        self.wordpiece: WordPiece | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Add scores to a document."""
        model, wordpiece = self.trained()
        pieces = pieces_of(doc, wordpiece)
        logits = np.zeros((len(doc), OUTPUTS), dtype=np.float32)
        for start in range(0, max(len(pieces.ids) - 2 * _EDGE, 1), _STRIDE):
            stop = min(start + WINDOW, len(pieces.ids))
            # Tokens near an edge are left to the window that overlaps there.
            low = start + (_EDGE if start else 0)
            high = stop if stop == len(pieces.ids) else stop - _EDGE
            tokens = np.flatnonzero((pieces.first >= low) & (pieces.first < high))
            if not len(tokens):
                continue
            ids = np.concatenate([[wordpiece.first], pieces.ids[start:stop], [wordpiece.last]])
            cases = np.concatenate([[0], pieces.cases[start:stop], [0]])
            first = pieces.first[tokens] - start + 1
            last = np.minimum(pieces.last[tokens], stop - 1) - start + 1
            logits[tokens] = model(ids, cases, first, last)
        add_scores(doc, logits)
        return doc

    def trained(self) -> tuple[Encoder, WordPiece]:
        """Return the encoder and its tokenizer; a `ValueError` says that there are no weights yet."""
        if self.model is None or self.wordpiece is None:
            raise ValueError(f"{self.name} has no weights yet")
        return self.model, self.wordpiece

    def set_weights(self, weights: Weights, vocabulary: Iterable[str]) -> None:
        """Set the weights and the pieces in the order of their ids."""
        self.model = Encoder(weights, heads=self.heads)
        self.wordpiece = WordPiece(list(vocabulary))

    def exact_weights(self) -> dict[str, NDArray[Any]]:
        """Return the float32 weights, not rounded, and the vocabulary."""
        model, wordpiece = self.trained()
        return {**model.weights, _VOCABULARY: np.asarray(wordpiece.vocabulary)}

    def restore(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Set what `exact_weights` returned."""
        numbers = {name: values for name, values in weights.items() if name != _VOCABULARY}
        self.set_weights(numbers, weights[_VOCABULARY].tolist())

    def save(self, folder: Path) -> None:
        """Write the weights, quantized, and the vocabulary, if there are any yet."""
        if self.model is not None and self.wordpiece is not None:
            np.savez_compressed(folder / _WEIGHTS, **quantized(self.model.weights))
            (folder / _VOCABULARY).write_text("\n".join(self.wordpiece.vocabulary), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read the weights and the vocabulary."""
        weights = dequantized(load_arrays(folder / _WEIGHTS))
        file = folder / _VOCABULARY
        with reading(file):
            vocabulary = file.read_text(encoding="utf-8").split("\n")
            if len(vocabulary) != len(weights["word"]):
                raise unusable(file, "the encoder has another number of pieces")
            self.set_weights(weights, vocabulary)


Language.factory(
    "litloom_encoder",
    assigns=["doc._.tag_scores", "doc._.intro_scores"],
    default_config={"heads": 12},
    func=lambda nlp, name, heads: EncoderRecogniser(name, heads=heads),
)


def pieces_of(doc: Doc, wordpiece: WordPiece) -> Pieces:
    """Return the pieces of a document; those of the title have case ids from `CASES` on."""
    pieces = Pieces(wordpiece, (token.text for token in doc))
    title_end = next((token.i for token in doc if "\n" in token.text), 0)
    pieces.cases[: pieces.first[title_end] if len(doc) else 0] += CASES
    return pieces


def quantized(weights: Weights) -> dict[str, Any]:
    """Return weights as they are stored: matrices as int8 in ±31 with float32 scales, all else as float16.

    The scales of ``word`` are per row, ``(n_rows, 1)``; those of other matrices per output, ``(1,
    n_outputs)`` (Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
    Integer-Arithmetic-Only Inference").
    """
    arrays: dict[str, Any] = {}
    for name, values in weights.items():
        if name == "word" or (values.ndim == 2 and name.startswith("layer")):
            scale = np.abs(values).max(axis=1 if name == "word" else 0, keepdims=True) / _MAX_LEVEL
            scale = np.maximum(scale, 1e-8).astype(np.float32)
            arrays[name] = np.round(values / scale).astype(np.int8)
            arrays[f"{name}.scale"] = scale
        else:
            arrays[name] = values.astype(np.float16)
    return arrays


def dequantized(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Floats32]:
    """Return the float32 weights of what `quantized` made."""
    weights: dict[str, Floats32] = {}
    for name, values in arrays.items():
        if not name.endswith(".scale"):
            floats = values.astype(np.float32)
            scale = arrays.get(f"{name}.scale")
            weights[name] = floats if scale is None else floats * scale
    return weights
