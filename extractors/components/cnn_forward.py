"""The forward pass of `cnn.build_cnn` in NumPy: bit for bit thinc's results, in less time.

thinc keeps what a backward pass would need and allocates new arrays at every step; inference needs neither.
The products of matrices are the same calls on the same numbers, so that nothing is rounded differently.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from spacy.tokens import Doc
from thinc.api import Model

from litloom.extractors.evidence.span_decoding import Floats32


class CnnForward:
    """The forward pass of a network, whose weights are looked up at each call: training can continue."""

    def __init__(self, model: Model[Any, Any]) -> None:
        embed, encode = model.layers[0].layers
        (self._head,) = _named(model.layers[1], "linear")
        (extract,) = _named(embed, "extract_features")
        self._columns: list[Any] = extract.attrs["columns"]
        self._tables = _named(embed, "hashembed")
        self._ops: Any = self._tables[0].ops
        self._mix = _layers(embed)[0]
        self._convolutions = _layers(encode)
        self._pad = int(encode.attrs["pad"])
        self._width = int(self._head.get_dim("nI"))

    def __call__(self, doc: Doc) -> Floats32:
        """Return the logits of a document that is not empty: float32, ``(n_tokens, OUTPUTS)``."""
        width, count = self._width, len(doc)
        # One more row of zeros at each end stands for the neighbours that the outermost rows lack.
        rows = count + 2 * self._pad
        padded = np.zeros((rows + 2, width), dtype=np.float32)
        inside = padded[1:-1]
        inside[self._pad : self._pad + count] = _maxout(self._embedded(doc), *self._mix)
        step = padded.itemsize
        windows = as_strided(padded, (rows, 3 * width), (width * step, step))
        for layer in self._convolutions:
            inside += _maxout(windows.copy(), *layer)
        weights, bias = _parameters(self._head, "W", "b")
        logits: Floats32 = np.dot(inside[self._pad : self._pad + count], weights.T) + bias
        return logits

    def _embedded(self, doc: Doc) -> Floats32:
        """Return the embeddings of all tables side by side: float32, ``(n_tokens, n_tables * width)``."""
        ids = np.asarray(doc.to_array(self._columns), dtype=np.uint64)
        width = self._width
        joined = np.empty((len(ids), width * len(self._tables)), dtype=np.float32)
        for at, table in enumerate(self._tables):
            (vectors,), ops = _parameters(table, "E"), self._ops
            keys = ops.hash(np.ascontiguousarray(ids[:, at]), table.attrs["seed"]) % len(vectors)
            joined[:, at * width : (at + 1) * width] = ops.gather_add(vectors, keys)
        return joined


def _maxout(inputs: Floats32, maxout: Model[Any, Any], norm: Model[Any, Any]) -> Floats32:
    """Apply maxout (Goodfellow et al. 2013) and layer normalisation (Ba et al. 2016).

    Takes ``(n_rows, n_inputs)`` and returns ``(n_rows, width)``.
    """
    weights, bias = _parameters(maxout, "W", "b")
    scale, shift = _parameters(norm, "G", "b")
    units, pieces, width = weights.shape
    scores = np.dot(inputs, weights.reshape(units * pieces, width).T)
    scores += bias.reshape(-1)
    best: Floats32 = np.maximum(scores[:, 0::pieces], scores[:, 1::pieces])
    for piece in range(2, pieces):
        np.maximum(best, scores[:, piece::pieces], out=best)
    best -= np.add.reduce(best, axis=1, keepdims=True) / units
    variance = np.add.reduce(best * best, axis=1, keepdims=True) / units + np.float32(1e-8)
    best *= variance**-0.5
    best *= scale
    best += shift
    return best


def _named(model: Model[Any, Any], name: str) -> list[Model[Any, Any]]:
    return [node for node in model.walk() if node.name == name]


def _layers(model: Model[Any, Any]) -> list[tuple[Model[Any, Any], Model[Any, Any]]]:
    return list(zip(_named(model, "maxout"), _named(model, "layernorm"), strict=True))


def _parameters(model: Model[Any, Any], *names: str) -> tuple[Floats32, ...]:
    return tuple(np.asarray(model.get_param(name)) for name in names)
