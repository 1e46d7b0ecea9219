r"""The recogniser `encoder`: a small transformer, fine-tuned, computed in NumPy.

The encoder is that of BERT (Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for
Language Understanding"), narrow and, where it is to be quick, shallow: per layer, with :math:`x` of shape
(pieces, width),

.. math::
    x &= norm(x + softmax(q k^T / \sqrt{d}) v W_o) \\
    x &= norm(x + gelu(x W_1) W_2)

In encoders that have weights for it, it also counts how far apart two pieces stand (`relative_places`).

It knows no capitals, so that each piece also gets an embedding of how its token is written and whether it
stands in the title. A token is the outputs of its first and its last piece, side by side.

Weights rest as small integers, each row or column with its own scale (Jacob et al. 2018, "Quantization and
Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference"), and work as 32-bit floats. A
long text is read in overlapping windows, so that time grows with length only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from litloom.errors import ModelError
from litloom.extractors.components.cnn import OUTPUTS, add_scores
from litloom.extractors.components.relative_positions import distance_ranges
from litloom.extractors.components.wordpiece import CASES, Pieces, WordPiece
from litloom.extractors.evidence.span_decoding import Floats32
from litloom.extractors.model_files import load_arrays, reading

WINDOW: Final = 510
_EDGE: Final = 64
_STRIDE: Final = WINDOW - 2 * _EDGE
_WEIGHTS: Final = "weights.npz"
_VOCABULARY: Final = "vocabulary.txt"
_LEVELS: Final = 31
"""Weights rest as whole numbers between plus and minus this: some five bits each, compressed."""
_ROOT: Final = (2 / np.pi) ** 0.5
EPSILON: Final = np.float32(1e-12)
RELATIVE: Final = "relative"
"""The weights, ranges by heads, that some encoders add for how far apart two pieces stand."""
Weights = Mapping[str, Floats32]


class Encoder:
    """The encoder with its head.

    Parameters
    ----------
    weights
        Arrays by name; matrices are laid out (in, out).
    heads
        The number of attention heads.
    """

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
        """Return raw scores, tokens by outputs, for one window that begins and ends with its markers."""
        w = self.weights
        x: Floats32 = w["word"][ids] + w["position"][: len(ids)] + w["case"][cases]
        x = _normed(x, w["norm.weight"], w["norm.bias"])
        nearness = w[RELATIVE][distance_ranges(len(ids))].transpose(2, 0, 1) if RELATIVE in w else None
        for number in range(self.layers):
            x = self._layer(x, f"layer{number}", nearness)
        tokens = np.concatenate([x[first], x[last]], axis=1)
        scores: Floats32 = tokens @ w["head.weight"] + w["head.bias"]
        return scores

    def _layer(self, x: Floats32, name: str, nearness: Floats32 | None) -> Floats32:
        w = self.weights
        length, width = x.shape
        qkv = x @ w[f"{name}.qkv.weight"] + w[f"{name}.qkv.bias"]
        queries, keys, values = qkv.reshape(length, 3, self.heads, -1).transpose(1, 2, 0, 3)
        logits = queries @ keys.transpose(0, 2, 1)
        logits *= np.float32((width // self.heads) ** -0.5)
        if nearness is not None:
            logits += nearness
        logits -= logits.max(axis=2, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=2, keepdims=True)
        mixed = (logits @ values).transpose(1, 0, 2).reshape(length, width)
        mixed = mixed @ w[f"{name}.out.weight"] + w[f"{name}.out.bias"]
        x = _normed(x + mixed, w[f"{name}.norm1.weight"], w[f"{name}.norm1.bias"])
        inner = _gelu(x @ w[f"{name}.up.weight"] + w[f"{name}.up.bias"])
        inner = inner @ w[f"{name}.down.weight"] + w[f"{name}.down.bias"]
        return _normed(
            x + inner.astype(np.float32, copy=False), w[f"{name}.norm2.weight"], w[f"{name}.norm2.bias"]
        )


def _gelu(x: Floats32) -> Floats32:
    """Return the Gaussian error linear unit in its faster tanh form (Hendrycks & Gimpel 2016)."""
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


class EncoderRecogniser:
    """The component; see the module.

    Parameters
    ----------
    name
        The name in the pipeline.
    heads
        The number of attention heads.
    """

    def __init__(self, name: str, *, heads: int) -> None:
        self.name = name
        self.heads = heads
        self.model: Encoder | None = None
        self.wordpiece: WordPiece | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Score one document."""
        if self.model is None or self.wordpiece is None:
            raise ValueError(f"{self.name} has no weights yet")
        pieces = pieces_of(doc, self.wordpiece)
        raw = np.zeros((len(doc), OUTPUTS), dtype=np.float32)
        for start in range(0, max(len(pieces.ids) - 2 * _EDGE, 1), _STRIDE):
            self._read_window(pieces, start, raw)
        add_scores(doc, raw)
        return doc

    def _read_window(self, pieces: Pieces, start: int, raw: Floats32) -> None:
        """Score the tokens that begin in a window, but not near an edge that another window covers."""
        assert self.model is not None
        assert self.wordpiece is not None
        stop = min(start + WINDOW, len(pieces.ids))
        low = start + (_EDGE if start else 0)
        high = stop if stop == len(pieces.ids) else stop - _EDGE
        tokens = np.flatnonzero((pieces.first >= low) & (pieces.first < high))
        if not len(tokens):
            return
        ids = np.concatenate([[self.wordpiece.first], pieces.ids[start:stop], [self.wordpiece.last]])
        cases = np.concatenate([[0], pieces.cases[start:stop], [0]])
        first = pieces.first[tokens] - start + 1
        last = np.minimum(pieces.last[tokens], stop - 1) - start + 1
        raw[tokens] = self.model(ids, cases, first, last)

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 32) -> Iterator[Doc]:
        """Score documents one by one, so that a batch gives to the bit what each gives alone."""
        return map(self, stream)

    def set_weights(self, weights: Weights, vocabulary: Iterable[str]) -> None:
        """Take over trained weights."""
        self.model = Encoder(weights, heads=self.heads)
        self.wordpiece = WordPiece(list(vocabulary))

    def exact_weights(self) -> dict[str, NDArray[Any]]:
        """Return the weights, not rounded, and the vocabulary."""
        assert self.model is not None
        assert self.wordpiece is not None
        return {**self.model.weights, _VOCABULARY: np.asarray(self.wordpiece.vocabulary)}

    def restore(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take over what `exact_weights` returned."""
        numbers = {name: values for name, values in weights.items() if name != _VOCABULARY}
        self.set_weights(numbers, weights[_VOCABULARY].tolist())

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the weights as small integers, and the vocabulary."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        if self.model is None or self.wordpiece is None:
            return
        np.savez_compressed(path / _WEIGHTS, **quantized(self.model.weights))
        (path / _VOCABULARY).write_text("\n".join(self.wordpiece.vocabulary), encoding="utf-8")

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> EncoderRecogniser:
        """Read what `to_disk` wrote."""
        path = Path(path)
        weights = dequantized(load_arrays(path / _WEIGHTS))
        with reading(path / _VOCABULARY):
            vocabulary = (path / _VOCABULARY).read_text(encoding="utf-8").split("\n")
            if len(vocabulary) != len(weights["word"]):
                raise ModelError(
                    f"{path / _VOCABULARY}: cannot be loaded: it has not as many pieces as the encoder knows"
                )
            self.set_weights(weights, vocabulary)
        return self


def pieces_of(doc: Doc, wordpiece: WordPiece) -> Pieces:
    """Return the pieces of a document; those of the title carry cases of their own."""
    pieces = Pieces(wordpiece, (token.text for token in doc))
    title_end = next((token.i for token in doc if "\n" in token.text), 0)
    pieces.cases[: pieces.first[title_end] if len(doc) else 0] += CASES
    return pieces


def quantized(weights: Weights) -> dict[str, Any]:
    """Return weights as they rest: matrices as integers with scales, all else in half precision.

    The scales of ``word`` belong to its rows, those of other matrices to their columns (outputs).
    """
    arrays: dict[str, Any] = {}
    for name, values in weights.items():
        if name == "word" or (values.ndim == 2 and name.startswith("layer")):
            scale = np.abs(values).max(axis=_scale_axis(name), keepdims=True) / _LEVELS
            scale = np.maximum(scale, 1e-8).astype(np.float32)
            arrays[name] = np.round(values / scale).astype(np.int8)
            arrays[f"{name}.scale"] = scale
        else:
            arrays[name] = values.astype(np.float16)
    return arrays


def _scale_axis(name: str) -> int:
    return 1 if name == "word" else 0


def dequantized(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Floats32]:
    """Return weights as they work, from what `quantized` made."""
    weights: dict[str, Floats32] = {}
    for name, values in arrays.items():
        if name.endswith(".scale"):
            continue
        floats = values.astype(np.float32)
        scale = arrays.get(f"{name}.scale")
        weights[name] = floats if scale is None else floats * scale
    return weights


@Language.factory(
    "litloom_encoder",
    assigns=["doc._.tag_scores", "doc._.intro_scores"],
    default_config={"heads": 12},
)
def make_encoder(nlp: Language, name: str, heads: int) -> EncoderRecogniser:
    """Make the component `litloom_encoder`."""
    return EncoderRecogniser(name, heads=heads)
