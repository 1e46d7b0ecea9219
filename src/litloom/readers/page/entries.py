"""Finds the entries in a run of text lines: which lines are a title, and which its abstract.

A run may be one entry or a whole page of them; blank lines may be everywhere, nowhere or between entries;
lines may have been broken to a width. No single sign decides, so each is given a cost, and the cheapest way
to cut the run into entries is found with dynamic programming over its lines: the best cut of the first
``j`` lines is the best cut of the first ``i`` and one entry made of the lines from ``i`` to ``j``.

The costs, in `litloom.readers.page.costs`, say three things: what a title and an abstract look like, what the
break between two lines is (a blank line, a line that was wrapped, or neither), and what the cut makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from litloom.readers.base import one_line
from litloom.readers.page import costs
from litloom.readers.page.costs import Fault
from litloom.readers.page.lines import Line, closes

MOST_LINES: Final = 100
LEAST_FAULT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Entry:
    """A title, its abstract, the line it begins on, and what about it is unlike an entry."""

    title: str
    abstract: str
    line: int
    faults: tuple[Fault, ...]

    @property
    def cost(self) -> float:
        """How unlike an entry it is; 0 where nothing is odd."""
        return sum(fault.cost for fault in self.faults)


def find_entries(lines: Sequence[Line], *, footed: bool, width: int | None = None) -> list[Entry]:
    """Return the entries of a run.

    Parameters
    ----------
    lines
        The lines of the run.
    footed
        Whether a foot ends the run; its last entry then may lack an abstract.
    width
        The width that the lines of the page are broken to, if any.

    Returns
    -------
    list of Entry
        In order, and using every line; judge by their `cost` whether they are any.

    Examples
    --------
    >>> lines = [Line(1, 0, "On Weaving"), Line(2, 0, "We weave well."), Line(3, 0, "On Looms")]
    >>> lines.append(Line(4, 0, "We look at looms."))
    >>> [entry.title for entry in find_entries(lines, footed=False)]
    ['On Weaving', 'On Looms']
    """
    return _Cutter(lines, footed=footed, width=width).entries()


class _Cutter:
    """The dynamic program. A cut is (first line, first line of the abstract, line after the last)."""

    def __init__(self, lines: Sequence[Line], *, footed: bool, width: int | None) -> None:
        self._lines = lines
        self._texts = [line.text for line in lines]
        self._footed = footed
        self._no_abstract = costs.NO_ABSTRACT if footed else costs.ALONE
        self._breaks = costs.breaks(lines, width)
        before = ["", *self._texts]
        self._joins = [
            costs.join_cost(*three) for three in zip(before, self._texts, self._breaks, strict=False)
        ]
        self._splits = [
            costs.split_cost(*three) for three in zip(before, self._texts, self._breaks, strict=False)
        ]
        self._closes = [closes(text) for text in self._texts]

    def entries(self) -> list[Entry]:
        """Return the cheapest entries that use all lines."""
        n = len(self._lines)
        best = [0.0, *([float("inf")] * n)]
        cuts = [(0, 0, 0)] * (n + 1)
        for body in range(1, n):
            start, cost = min(self._titles(body, best), key=lambda found: found[1])
            for end, whole in self._abstracts(body, cost):
                if whole < best[end]:
                    best[end], cuts[end] = whole, (start, body, end)
        if n == 1 or (
            self._footed and best[n - 1] + self._title_cost(n - 1, n) + self._no_abstract < best[n]
        ):
            cuts[n] = (n - 1, n, n)
        entries: list[Entry] = []
        while n:
            entries.append(self._entry(*cuts[n]))
            n = cuts[n][0]
        return entries[::-1]

    def _titles(self, body: int, best: Sequence[float]) -> Iterator[tuple[int, float]]:
        """Yield (first line, cost of all up to its end) of the titles that an abstract may follow."""
        after = costs.abstract_start_cost(self._texts[body], self._breaks[body])
        wrapped = True
        for start in range(body - 1, max(-1, body - 1 - costs.LONGEST_WRAPPED_TITLE), -1):
            # Lines that were not wrapped are one title only where they have a block to themselves.
            if wrapped or self._breaks[start] == self._breaks[body] == "blank":
                yield start, best[start] + self._title_cost(start, body) + after
            if self._breaks[start] == "blank":
                return
            wrapped = wrapped and self._breaks[start] == "wrap"

    def _title_cost(self, start: int, body: int) -> float:
        goes_on = sum(
            costs.title_goes_on_cost(self._texts[k], self._breaks[k]) for k in range(start + 1, body)
        )
        faults = costs.title_faults(costs.unwrapped(self._texts[start:body]))
        return self._splits[start] + goes_on + _sum(faults)

    def _abstracts(self, body: int, cost: float) -> Iterator[tuple[int, float]]:
        """Yield (end, cost of all up to it) of the abstracts that may begin with a line."""
        cost += _sum(costs.opening_faults(self._texts[body]))
        joins, length = 0.0, 0
        for end in range(body + 1, min(len(self._texts), body + MOST_LINES) + 1):
            if end > body + 1:
                joins += self._joins[end - 1]
            if joins > costs.DEAREST_JOINS:
                break
            length += len(self._texts[end - 1])
            faults = costs.closing_faults(closed=self._closes[end - 1], length=length)
            yield end, cost + joins + (_sum(faults) if faults else 0.0)

    def _entry(self, start: int, body: int, end: int) -> Entry:
        title = one_line(costs.unwrapped(self._texts[start:body]))
        abstract = costs.unwrapped(self._texts[body:end])
        faults = self._faults("as a title, it ", start, costs.title_faults(title))
        if not abstract:
            faults += self._faults("", start, [("no abstract follows it", self._no_abstract)])
        else:
            length = sum(map(len, self._texts[body:end]))
            closing = costs.closing_faults(closed=self._closes[end - 1], length=length)
            faults += self._faults("as an abstract, it ", body, costs.opening_faults(self._texts[body]))
            faults += self._faults("as an abstract, it ", end - 1, closing)
            for k in range(body + 1, end):
                faults += self._faults("", k, [("it is part of neither", self._joins[k])])
        return Entry(title, abstract, self._lines[start].number, tuple(faults))

    def _faults(self, how: str, k: int, found: list[tuple[str, float]]) -> list[Fault]:
        line = self._lines[k]
        return [
            Fault(line.number, line.text, f"{how}{reason}", cost)
            for reason, cost in found
            if cost >= LEAST_FAULT
        ]


def _sum(faults: list[tuple[str, float]]) -> float:
    return sum(cost for _, cost in faults)
