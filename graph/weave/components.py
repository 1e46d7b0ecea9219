"""Connected components of a graph of numbers, by SciPy."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def components(one: pa.ChunkedArray, other: pa.ChunkedArray, count: int) -> pa.Table:
    """Return the component of each number.

    Parameters
    ----------
    one, other
        The ends of edges: numbers below `count`.
    count
        How many numbers there are.

    Returns
    -------
    pyarrow.Table
        ``number`` and ``component``.

    Examples
    --------
    >>> components(pa.chunked_array([[0, 3]]), pa.chunked_array([[1, 1]]), 4)["component"].to_pylist()
    [0, 0, 1, 0]
    """
    ends = (one.to_numpy(), other.to_numpy())
    adjacency = coo_array((np.ones(len(one)), ends), shape=(count, count))
    labels = connected_components(adjacency, directed=False)[1] if count else np.zeros(0)
    return pa.table({"number": np.arange(count), "component": labels.astype(np.int64)})
