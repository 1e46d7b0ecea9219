"""Calibrated probabilities of the mentions that were kept.

The judge is calibrated over all candidates. The kept ones were selected for their high probability, and each
counts at all its occurrences, so that among kept mentions it is overconfident. Platt scaling corrects that: a
slope and a shift of the log-odds (Platt 1999, "Probabilistic Outputs for Support Vector Machines and
Comparisons to Regularized Likelihood Methods").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

_ROUNDS: Final = 50
_PENALTY: Final = 1.0
_LEAST: Final = 1e-4


class Calibration(NamedTuple):
    """Platt scaling: log-odds are multiplied by `slope`, and `shift` is added."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, probability: float) -> float:
        """Return the calibrated probability; the order of probabilities is kept.

        Examples
        --------
        >>> round(Calibration(0.5, 0.0)(0.9), 2)
        0.75
        """
        return 1 / (1 + math.exp(-(self.slope * log_odds(probability, least=_LEAST) + self.shift)))


def calibrate(probabilities: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Fit a calibration to the judge's probabilities of mentions, by Newton's method on the log loss.

    An L2 penalty towards the identity limits what a few mentions can change.
    """
    rows = [[log_odds(probability, least=_LEAST), 1.0] for probability in probabilities]
    inputs = np.asarray(rows, dtype=np.float64).reshape(-1, 2)
    targets = np.asarray(right, dtype=np.float64)
    start = np.array([1.0, 0.0])
    weights = start.copy()
    for _ in range(_ROUNDS):
        predicted = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        gradient = inputs.T @ (predicted - targets) + _PENALTY * (weights - start)
        hessian = (inputs * (predicted * (1 - predicted))[:, None]).T @ inputs + _PENALTY * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return Calibration(max(float(weights[0]), 0.05), float(weights[1]))


def log_odds(probability: float, *, least: float = 0.005) -> float:
    """Return the log-odds of a probability, which is clipped to [`least`, 1 - `least`].

    Examples
    --------
    >>> log_odds(0.5), log_odds(1.0) == log_odds(0.995)
    (0.0, True)
    """
    clipped = min(max(probability, least), 1.0 - least)
    return math.log(clipped / (1.0 - clipped))
