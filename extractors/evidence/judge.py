"""The judge: a small binary classifier, features to a calibrated probability.

One hidden layer over standardised features, trained with the log loss, which is a proper scoring rule
(Niculescu-Mizil & Caruana 2005, "Predicting Good Probabilities with Supervised Learning"). The logits of
several networks from different seeds are averaged. Training is by Adam (Kingma & Ba 2015) in NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from litloom.extractors.evidence.span_decoding import Floats32
from litloom.extractors.model_files import load_arrays, reading, unusable

_BATCH: Final = 128


@dataclass(frozen=True, slots=True)
class Judge:
    """An ensemble of networks with one hidden layer; all weights are float32.

    Features are standardised by `mean` and `scale`, ``(n_features,)``. The layers are ``(n_members,
    n_features, n_units)`` and ``(n_members, n_units)``, with biases ``(n_members, n_units)`` and
    ``(n_members,)``.
    """

    mean: Floats32
    scale: Floats32
    hidden: Floats32
    hidden_bias: Floats32
    out: Floats32
    out_bias: Floats32

    def predict(self, rows: Floats32) -> Floats32:
        """Return the probability of each row of features: ``(n_rows, n_features)`` to ``(n_rows,)``."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        inputs = np.clip((rows - self.mean) / self.scale, -5, 5)
        active = np.maximum(inputs @ self.hidden + self.hidden_bias[:, None, :], 0)
        logits = (active * self.out[:, None, :]).sum(axis=2) + self.out_bias[:, None]
        probabilities: Floats32 = (1 / (1 + np.exp(-logits.mean(axis=0)))).astype(np.float32)
        return probabilities

    def save(self, path: Path) -> None:
        """Write the weights as a NumPy archive."""
        np.savez_compressed(path, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def load(cls, path: Path) -> Judge:
        """Read what `save` wrote; a `ModelError` names a damaged file."""
        arrays = load_arrays(path)
        with reading(path):
            judge = cls(**arrays)
            members, inputs, units = judge.hidden.shape
            expected = ((inputs,), (inputs,), (members, units), (members, units), (members,))
            others = (judge.mean, judge.scale, judge.hidden_bias, judge.out, judge.out_bias)
            if tuple(array.shape for array in others) != expected:
                raise unusable(path, "its weights do not fit each other")
        return judge


def train_judge(
    rows: Floats32,
    right: NDArray[np.bool_],
    *,
    units: int = 24,
    members: int = 4,
    epochs: int = 40,
    rate: float = 3e-3,
    decay: float = 3e-3,
    seed: int = 0,
) -> Judge:
    """Train a judge on features, ``(n_rows, n_features)``, and labels, ``(n_rows,)``.

    Each of the members has a hidden layer of so many units, and a seed of its own; the learning rate falls
    linearly to zero.
    """
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-3
    inputs = np.clip((rows - mean) / scale, -5, 5).astype(np.float32)
    targets = right.astype(np.float32)
    trained = [_train_one(inputs, targets, units, epochs, rate, decay, seed + n) for n in range(members)]
    weights = [np.stack(arrays).astype(np.float32) for arrays in zip(*trained, strict=True)]
    return Judge(mean.astype(np.float32), scale.astype(np.float32), *weights)


def _train_one(
    inputs: Floats32, targets: Floats32, units: int, epochs: int, rate: float, decay: float, seed: int
) -> list[Floats32]:
    random = np.random.default_rng(seed)
    width = inputs.shape[1]
    weights = [
        (random.normal(size=(width, units)) * np.sqrt(2 / width)).astype(np.float32),
        np.zeros(units, dtype=np.float32),
        (random.normal(size=units) * np.sqrt(1 / units)).astype(np.float32),
        np.zeros((), dtype=np.float32),
    ]
    first = [np.zeros_like(w) for w in weights]
    second = [np.zeros_like(w) for w in weights]
    orders = [random.permutation(len(inputs)) for _ in range(epochs)]
    batches = [order[start : start + _BATCH] for order in orders for start in range(0, len(order), _BATCH)]
    for step, rows in enumerate(batches, 1):
        gradients = _gradients(weights, inputs[rows], targets[rows])
        for at, gradient in enumerate(gradients):
            first[at] += 0.1 * (gradient - first[at])
            second[at] += 0.001 * (gradient**2 - second[at])
            move = first[at] / (1 - 0.9**step) / (np.sqrt(second[at] / (1 - 0.999**step)) + 1e-8)
            current_rate = rate * (1 - (step - 1) / len(batches))
            weights[at] = (weights[at] - current_rate * (move + decay * 10 * weights[at])).astype(np.float32)
    return weights


def _gradients(weights: list[Floats32], inputs: Floats32, targets: Floats32) -> list[Floats32]:
    """Return the gradients of the mean log loss."""
    hidden, hidden_bias, out, out_bias = weights
    active = np.maximum(inputs @ hidden + hidden_bias, 0)
    error = (1 / (1 + np.exp(-(active @ out + out_bias))) - targets) / len(targets)
    back = np.outer(error, out) * (active > 0)
    return [inputs.T @ back, back.sum(axis=0), active.T @ error, error.sum()]
