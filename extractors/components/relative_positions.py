"""How far apart two pieces stand, as some encoders count it: a number of one of 32 ranges.

The ranges grow with the distance, and tell before from after (Raffel et al. 2020, "Exploring the Limits of
Transfer Learning with a Unified Text-to-Text Transformer"; Song et al. 2020, "MPNet").
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
def distance_ranges(length: int) -> NDArray[np.int64]:
    """Return the range of each piece (column) as seen from each other one (row).

    Examples
    --------
    >>> distance_ranges(3).tolist()
    [[0, 17, 18], [1, 0, 17], [2, 1, 0]]
    """
    places = np.arange(length)
    distance = places[None, :] - places[:, None]
    apart = np.abs(distance)
    far = np.log(np.maximum(apart, 1) / _EXACT) / np.log(_FARTHEST / _EXACT) * (_HALF - _EXACT)
    far = np.minimum(_EXACT + far.astype(np.int64), _HALF - 1)
    ranges: NDArray[np.int64] = np.where(apart < _EXACT, apart, far) + np.where(distance > 0, _HALF, 0)
    ranges.flags.writeable = False
    return ranges
