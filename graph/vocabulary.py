"""Strings by number, so that millions of rows hold numbers only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from litloom.graph.grouped import BoolArray, IntArray

_FEW: Final = 10
"""Of the strings that are sought and those that are known, the latter are looked up in
the former where they are so many times more."""


class Vocabulary:
    """Strings, each with a number: its position.

    Parameters
    ----------
    values
        The strings; none to begin with, if not given.

    Examples
    --------
    >>> words = Vocabulary()
    >>> words.add(["loom", "yarn", "loom"]).tolist(), words.strings(np.array([1]))
    ([0, 1, 0], ['yarn'])
    """

    def __init__(self, values: pa.Array | None = None) -> None:
        self.values = pa.array([], pa.large_string()) if values is None else values

    def __len__(self) -> int:
        return len(self.values)

    def add(self, strings: Sequence[str]) -> IntArray:
        """Return the numbers of strings, which the new ones among them get."""
        coded = pa.array(strings, pa.large_string()).dictionary_encode()
        numbers = self.find(coded.dictionary)
        new = numbers < 0
        numbers[new] = len(self) + np.arange(np.count_nonzero(new))
        self.values = pa.concat_arrays([self.values, coded.dictionary.filter(pa.array(new))])
        of_strings: IntArray = numbers[coded.indices.to_numpy()]
        return of_strings

    def find(self, strings: Iterable[str] | pa.Array) -> IntArray:
        """Return the numbers of strings; -1 of those that have none."""
        wanted = strings if isinstance(strings, pa.Array) else pa.array(list(strings), pa.large_string())
        if len(wanted) * _FEW > len(self):
            return np.array(pc.index_in(wanted, self.values).fill_null(-1), dtype=np.int64)
        coded = wanted.dictionary_encode()
        place = pc.index_in(self.values, coded.dictionary)
        known = np.array(pc.is_valid(place))
        numbers = np.full(len(coded.dictionary), -1)
        numbers[np.array(place.filter(pa.array(known)))] = np.flatnonzero(known)
        of_strings: IntArray = numbers[coded.indices.to_numpy()]
        return of_strings

    def strings(self, numbers: IntArray) -> list[str]:
        """Return the strings of numbers."""
        found: list[str] = self.values.take(pa.array(numbers)).to_pylist()
        return found

    def since(self, number: int) -> list[str]:
        """Return the strings from a number on."""
        found: list[str] = self.values.slice(number).to_pylist()
        return found

    def kept(self, chosen: BoolArray) -> Vocabulary:
        """Return a vocabulary of the chosen strings only, in their order."""
        return Vocabulary(self.values.filter(pa.array(chosen)))


def renumbered(chosen: BoolArray) -> IntArray:
    """Return which number each of the chosen has when the others have gone.

    Examples
    --------
    >>> renumbered(np.array([True, False, True]))[[0, 2]].tolist()
    [0, 1]
    """
    return np.cumsum(chosen, dtype=np.int64) - 1
