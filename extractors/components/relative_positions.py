"""Relative positions of pieces in 32 buckets that grow with the distance and tell before from after.

See Raffel et al. (2020), "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
and Song et al. (2020), "MPNet".
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_HALF: Final = 16
_EXACT: Final = 8
_FARTHEST: Final = 128


@lru_cache(maxsize=64)
def distance_buckets(length: int) -> NDArray[np.int64]:
    """Return the bucket of each piece (column) as seen from each other one (row): ``(length, length)``.

    Examples
    --------
    >>> distance_buckets(3).tolist()
    [[0, 17, 18], [1, 0, 17], [2, 1, 0]]
    """
    positions = np.arange(length)
    distance = positions[None, :] - positions[:, None]
    apart = np.abs(distance)
    far = np.log(np.maximum(apart, 1) / _EXACT) / np.log(_FARTHEST / _EXACT) * (_HALF - _EXACT)
    far = np.minimum(_EXACT + far.astype(np.int64), _HALF - 1)
    buckets: NDArray[np.int64] = np.where(apart < _EXACT, apart, far) + np.where(distance > 0, _HALF, 0)
    buckets.flags.writeable = False
    return buckets
