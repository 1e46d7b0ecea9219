"""The layout of a picture, computed in advance so that a page opens without animation.

Each connected component is laid out by pivot MDS (Brandes and Pich, "Eigensolver Methods for Progressive
Multidimensional Scaling of Large Data", 2007) and then by the forces of ForceAtlas2 (Jacomy et al., 2014):
all nodes repel each other with ``degree × degree / distance``, and linked nodes attract each other.
Overlapping circles are moved apart, and the components are arranged in rows, the largest first.

The repulsion is exact and dense, in single precision: 2,000 nodes take about a second. No library with a
suitable licence was found that is as fast and separates communities as well (``benchmarks/views.py``).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_PIVOTS: Final = 32
_CELLS: Final = 100_000
_GAP: Final = 18.0
_GAP_OF_FEW: Final = 100.0
_STIFFNESS: Final = np.float32(24)


def positions(
    count: int,
    links: npt.ArrayLike,
    radii: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    seed: int = 7,
) -> Ints:
    """Return the position of each node, in CSS pixels at scale 1, with y pointing down.

    Parameters
    ----------
    count
        Number of nodes.
    links
        Pairs of node numbers, of shape ``(n_links, 2)``.
    radii
        Radius of each node in pixels, of shape ``(count,)``.
    weights
        Attraction of each pair, of shape ``(n_links,)``; by default 1.
    seed
        Seed of the random initial positions.

    Returns
    -------
    numpy.ndarray
        x and y of each node, of shape ``(count, 2)`` and type ``int64``.

    Examples
    --------
    >>> places = positions(3, [(0, 1), (1, 2)], [8, 8, 8])
    >>> places.shape, bool(abs(places[0] - places[2]).sum() > abs(places[0] - places[1]).sum())
    ((3, 2), True)
    """
    sizes = np.asarray(radii, dtype=np.float32).reshape(count)
    if count == 0:
        return np.zeros((0, 2), dtype=np.int64)
    matrix = _matrix(count, np.asarray(links, dtype=np.int64).reshape(-1, 2), weights)
    _, part_of = connected_components(matrix, directed=False)
    members = [np.flatnonzero(part_of == part) for part in range(int(part_of.max()) + 1)]
    members.sort(key=len, reverse=True)
    rng = np.random.default_rng(seed)
    places = np.zeros((count, 2), dtype=np.float32)
    for nodes in members:
        if len(nodes) > 1:
            places[nodes] = _relaxed(csr_array(matrix[nodes][:, nodes]), sizes[nodes], rng)
    return np.rint(_in_rows(places, sizes, members)).astype(np.int64)


def _matrix(count: int, pairs: Ints, weights: npt.ArrayLike | None) -> csr_array:
    """Return the symmetric matrix of weights, ``(count, count)``; of repeated links the largest counts."""
    strength = np.ones(len(pairs)) if weights is None else np.asarray(weights)
    order = np.lexsort((strength, pairs.max(axis=1), pairs.min(axis=1)))
    ends, strength = np.sort(pairs[order], axis=1), strength[order].astype(np.float32)
    last = np.append(np.any(ends[1:] != ends[:-1], axis=1), True)[: len(ends)] & (ends[:, 0] != ends[:, 1])
    ends, strength = ends[last], strength[last]
    places = (np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]]))
    return csr_array(coo_array((np.concatenate([strength, strength]), places), shape=(count, count)))


def _relaxed(matrix: csr_array, sizes: Floats, rng: np.random.Generator) -> Floats:
    """Return positions ``(n, 2)`` of a connected component around the origin, wider than high.

    `matrix` holds the weights of its links, ``(n, n)``, and `sizes` the radii, ``(n,)``.
    """
    count = matrix.shape[0]
    mass = (np.diff(matrix.indptr) + 1).astype(np.float32).reshape(-1, 1)
    places = _unfolded(matrix) + rng.normal(0, 0.05, (count, 2)).astype(np.float32)
    places *= np.float32(np.sqrt(count))
    steps = int(np.clip(180_000 / count, 60, 300))
    reach = 0.12 * np.sqrt(count)
    # Stronger gravity towards the horizontal axis gives the picture the proportions of a screen.
    gravity = np.array([0.5, 1.1], dtype=np.float32)
    starts, ends = np.repeat(np.arange(count), np.diff(matrix.indptr)), matrix.indices
    for step in range(steps):
        force = _repulsion(places, mass)
        along = places[ends] - places[starts]
        length = np.sqrt(np.einsum("ij,ij->i", along, along)) + np.float32(1e-6)
        springs = csr_array(
            (matrix.data * np.log1p(length) / length, matrix.indices, matrix.indptr), shape=matrix.shape
        )
        force += _STIFFNESS * (springs @ places - springs.sum(axis=1)[:, None] * places)
        force -= gravity * mass * places
        length = np.linalg.norm(force, axis=1, keepdims=True) + np.float32(1e-6)
        limit = np.float32(reach * (1 - step / steps) + 0.01)
        places = places + force / length * np.minimum(length / (mass * 6 + 1), limit)
    return _apart(_spread(places, sizes), sizes)


def _repulsion(places: Floats, mass: Floats) -> Floats:
    """Return the repulsion ``(n, 2)`` of each node: the sum of mass × mass / distance over all others.

    `places` are positions, ``(n, 2)``, and `mass` is ``(n, 1)``.

    Squared distances are computed as ``a² - 2ab + b²``, for a few rows at a time: these fit in the cache and
    are too few for a linear algebra library to start threads, which are slow on a busy machine.
    """
    count = len(places)
    square = np.einsum("ij,ij->i", places, places)
    ones = np.ones(count, dtype=np.float32)
    left = np.stack([-2 * places[:, 0], -2 * places[:, 1], square, ones], axis=1)
    right = np.stack([places[:, 0], places[:, 1], ones, square])
    others = np.ascontiguousarray(right[:3].T)
    sums = np.empty((count, 3), dtype=np.float32)
    rows = int(np.clip(_CELLS // count, 1, 64))
    for start in range(0, count, rows):
        pull = left[start : start + rows] @ right
        np.maximum(pull, np.float32(0.02), out=pull)
        np.divide(mass.T, pull, out=pull)
        sums[start : start + rows] = pull @ others
    return mass * (places * sums[:, 2:] - sums[:, :2])


def _unfolded(matrix: csr_array) -> Floats:
    """Return pivot-MDS coordinates ``(n, 2)`` of a connected graph ``(n, n)``, scaled to unit spread."""
    count = matrix.shape[0]
    nearest = np.full(count, np.inf)
    columns = []
    pivot = int(np.argmax(np.diff(matrix.indptr)))
    for _ in range(min(_PIVOTS, count)):
        distance = np.asarray(dijkstra(matrix, indices=[pivot], unweighted=True))[0]
        columns.append(distance)
        nearest = np.minimum(nearest, distance)
        pivot = int(np.argmax(nearest))
    squares = np.square(np.stack(columns, axis=1))
    squares -= squares.mean(axis=0) + squares.mean(axis=1, keepdims=True) - squares.mean()
    _, vectors = np.linalg.eigh(squares.T @ squares)
    flat = np.zeros((count, 2))
    kept = vectors[:, ::-1][:, :2]
    flat[:, : kept.shape[1]] = squares @ (kept * np.sign(kept.sum(axis=0) + 1e-9))
    spread = flat.std(axis=0)
    # Rounded, because the last digits depend on the machine and would grow into a different picture.
    return np.round(flat / np.where(spread > 1e-9, spread, 1), 3).astype(np.float32)


def _spread(places: Floats, sizes: Floats) -> Floats:
    """Return the positions ``(n, 2)`` scaled so that nodes, and labels if they are few, have room."""
    near = np.asarray(cKDTree(places).query(places, k=2)[0])[:, 1]
    typical = float(np.quantile(near, 0.5)) or 1e-3
    gap = max(_GAP, _GAP_OF_FEW - 0.6 * len(places))
    return (places * ((2 * float(sizes.mean()) + gap) / typical)).astype(np.float32)


def _apart(places: Floats, sizes: Floats, rounds: int = 60) -> Floats:
    """Return the positions ``(n, 2)`` with overlapping circles of radii `sizes`, ``(n,)``, moved apart."""
    places = places.astype(np.float64)
    widest = 2 * float(sizes.max()) + _GAP
    for _ in range(rounds):
        pairs = cKDTree(places).query_pairs(widest, output_type="ndarray")
        apart = places[pairs[:, 0]] - places[pairs[:, 1]]
        distance = np.linalg.norm(apart, axis=1)
        lack = sizes[pairs[:, 0]] + sizes[pairs[:, 1]] + _GAP - distance
        hit = lack > 0.5
        if not hit.any():
            break
        pairs, lack, distance = pairs[hit], lack[hit], distance[hit]
        # Nodes at the same position move in different directions.
        aside = np.stack([np.cos(pairs[:, 0]), np.sin(pairs[:, 0])], axis=1)
        way = np.where(distance[:, None] > 1e-6, apart[hit] / np.maximum(distance, 1e-6)[:, None], aside)
        push = way * (0.5 * lack)[:, None]
        np.add.at(places, pairs[:, 0], push)
        np.add.at(places, pairs[:, 1], -push)
    return places.astype(np.float32)


def _in_rows(places: Floats, sizes: Floats, members: list[Ints]) -> Floats:
    """Return the positions ``(n, 2)`` with the components in rows below the largest, centred on the origin.

    `members` are the numbers of the nodes of each component.
    """
    boxes = []
    for nodes in members:
        low = (places[nodes] - sizes[nodes, None]).min(axis=0)
        high = (places[nodes] + sizes[nodes, None]).max(axis=0)
        boxes.append((low, high - low + 3 * _GAP))
    area = sum(float(size[0] * size[1]) for _, size in boxes)
    width = max(float(boxes[0][1][0]), 1.3 * area**0.5)
    moved = places.copy()
    x = y = height = 0.0
    row: list[Ints] = []
    for nodes, (low, size) in zip(members, boxes, strict=True):
        if row and x + size[0] > width:
            moved[np.concatenate(row), 0] -= x / 2
            x, y, height, row = 0.0, y + height, 0.0, []
        moved[nodes] += np.array([x, y], dtype=np.float32) - low
        row.append(nodes)
        x, height = x + float(size[0]), max(height, float(size[1]))
    moved[np.concatenate(row), 0] -= x / 2
    moved[:, 1] -= (y + height) / 2
    return moved
