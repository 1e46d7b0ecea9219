"""True probabilities for what was kept.

The judge is right on average over candidates. Those that were kept were picked because it liked them, and a
name counts at each of its places, so that among kept mentions it is too sure. Two numbers mend that: the
log-odds are multiplied by one and moved by the other (Platt 1999, "Probabilistic Outputs for Support Vector
Machines and Comparisons to Regularized Likelihood Methods").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

_ROUNDS: Final = 50
_PULL: Final = 1.0
_LEAST: Final = 1e-4


class Calibration(NamedTuple):
    """What turns the judge's log-odds into those of a kept mention: times `slope`, plus `shift`."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, probability: float) -> float:
        """Return the mended probability; greater ones stay greater.

        Examples
        --------
        >>> round(Calibration(0.5, 0.0)(0.9), 2)
        0.75
        """
        return 1 / (1 + math.exp(-(self.slope * log_odds(probability, least=_LEAST) + self.shift)))


def calibrate(probabilities: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Fit a calibration to mentions, by Newton's method on the log loss.

    Parameters
    ----------
    probabilities, right
        How sure the judge was of each mention, and whether it was right. A weak pull towards no change keeps
        few mentions from saying too much.
    """
    inputs = np.asarray([[log_odds(p, least=_LEAST), 1.0] for p in probabilities], dtype=np.float64).reshape(
        -1, 2
    )
    targets = np.asarray(right, dtype=np.float64)
    start = np.array([1.0, 0.0])
    weights = start.copy()
    for _ in range(_ROUNDS):
        said = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        gradient = inputs.T @ (said - targets) + _PULL * (weights - start)
        curvature = (inputs * (said * (1 - said))[:, None]).T @ inputs + _PULL * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return Calibration(max(float(weights[0]), 0.05), float(weights[1]))


def log_odds(probability: float, *, least: float = 0.005) -> float:
    """Return the log-odds of a probability, which is taken to be no nearer to 0 or 1 than `least`.

    Examples
    --------
    >>> log_odds(0.5), log_odds(1.0) == log_odds(0.995)
    (0.0, True)
    """
    clipped = min(max(probability, least), 1.0 - least)
    return math.log(clipped / (1.0 - clipped))
