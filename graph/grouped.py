"""Columns of rows that belong to something in order, as the names of a paper do: what Arrow calls ragged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]
Integer = TypeVar("Integer", bound=np.signedinteger[Any])


@dataclass(frozen=True, slots=True)
class Grouped:
    """Rows in groups.

    Parameters
    ----------
    starts
        Those of group ``i`` are ``starts[i]:starts[i + 1]``.
    columns
        Their values.
    """

    starts: IntArray
    columns: Mapping[str, Column]

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def group(self) -> IntArray:
        """The group of each row."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def rows(self, groups: IntArray) -> IntArray:
        """Return the positions of the rows of these groups, group by group."""
        return spans(self.starts[groups], self.starts[groups + 1] - self.starts[groups])

    def taken(self, groups: IntArray) -> Grouped:
        """Return these groups alone."""
        rows = self.rows(groups)
        return Grouped(
            ends_of(self.starts[groups + 1] - self.starts[groups]),
            {name: column[rows] for name, column in self.columns.items()},
        )

    def followed_by(self, other: Grouped) -> Grouped:
        """Return these groups and then the others."""
        columns = {name: np.concatenate([column, other[name]]) for name, column in self.columns.items()}
        return Grouped(np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]), columns)

    def any(self, of_rows: BoolArray) -> BoolArray:
        """Return whether any row of each group is so."""
        counted = np.concatenate([[0], np.cumsum(of_rows)])
        told: BoolArray = counted[self.starts[1:]] > counted[self.starts[:-1]]
        return told

    def but(self, **columns: Column) -> Grouped:
        """Return the same groups with these columns in place of others, or besides."""
        return Grouped(self.starts, {**self.columns, **columns})


def distinct(values: npt.NDArray[Integer]) -> npt.NDArray[Integer]:
    """Return the distinct numbers, ascending: NumPy's `unique` would hash them, many times slower.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(values)
    first: BoolArray = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    return ordered[first]


def spans(starts: IntArray, lengths: IntArray) -> IntArray:
    """Return the whole numbers of all these spans.

    Examples
    --------
    >>> spans(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total)


def ends_of(lengths: IntArray) -> IntArray:
    """Return where groups of these lengths start, and where the last of them ends."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def first_of_each(codes: IntArray, count: int) -> IntArray:
    """Return where each code stands first; -1 where it does not.

    Examples
    --------
    >>> first_of_each(np.array([2, 0, 2]), 3).tolist()
    [1, -1, 0]
    """
    first = np.full(count, -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return first


def flags(codes: IntArray, count: int) -> BoolArray:
    """Return which of so many codes are among these."""
    told = np.zeros(count, dtype=bool)
    told[codes] = True
    return told
