"""Finds the entries in a run of text lines: which lines are a title, and which its abstract.

A run may be one entry or a whole page of them; blank lines may be everywhere, nowhere or between entries;
lines may have been broken to a width. No single sign decides, so each is given a cost, and the cheapest way
to cut the run into entries is found with dynamic programming over its lines: the best cut of the first
``j`` lines is the best cut of the first ``i`` and one entry made of the lines from ``i`` to ``j``.

The costs, in `litloom.readers.page_costs`, say three things: what a title and an abstract look like, what the
break between two lines is (a blank line, a line that was wrapped, or neither), and what the cut makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from litloom.readers import page_costs as costs
from litloom.readers.base import one_line
from litloom.readers.page_costs import Fault
from litloom.readers.page_lines import Line

MOST_LINES: Final = 120
LEAST_FAULT: Final = 1.0


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
        self._breaks = costs.breaks(lines, width)
        texts = ["", *self._texts]
        self._joins = [costs.join_cost(texts[k], texts[k + 1], kind) for k, kind in enumerate(self._breaks)]
        self._splits = [costs.split_cost(texts[k], texts[k + 1], kind) for k, kind in enumerate(self._breaks)]

    def entries(self) -> list[Entry]:
        """Return the cheapest entries that use all lines."""
        n = len(self._lines)
        best = [0.0, *([float("inf")] * n)]
        chosen = [(0, 0, 0)] * (n + 1)
        for start in range(n):
            for body, end, cost in self._from(start):
                if best[start] + cost < best[end]:
                    best[end] = best[start] + cost
                    chosen[end] = (start, body, end)
        entries: list[Entry] = []
        while n:
            entries.append(self._entry(*chosen[n]))
            n = chosen[n][0]
        return entries[::-1]

    def _from(self, start: int) -> Iterator[tuple[int, int, float]]:
        """Yield (first line of the abstract, end, cost) of the entries that may begin at a line."""
        n = len(self._lines)
        cost = self._splits[start] + _sum(costs.title_faults(self._texts[start]))
        if start == n - 1 and (self._footed or n == 1):
            yield n, n, cost + costs.NO_ABSTRACT
        for body in range(start + 1, min(n, start + 1 + costs.LONGEST_WRAPPED_TITLE)):
            if body > start + 1:
                if self._breaks[body - 1] != "wrap":
                    return
                cost += costs.title_goes_on_cost(self._texts[body - 1])
            after_title = costs.abstract_start_cost(self._texts[body], self._breaks[body])
            yield from self._bodies(body, cost + after_title)

    def _bodies(self, body: int, cost: float) -> Iterator[tuple[int, int, float]]:
        texts = self._texts
        joins, length = 0.0, 0
        for end in range(body + 1, min(len(texts), body + MOST_LINES) + 1):
            if end > body + 1:
                joins += self._joins[end - 1]
            if joins > costs.DEAREST_JOINS:
                return
            length += len(texts[end - 1])
            yield body, end, cost + joins + _sum(costs.abstract_faults(texts[body], texts[end - 1], length))

    def _entry(self, start: int, body: int, end: int) -> Entry:
        first = self._lines[start]
        title, abstract = self._texts[start:body], self._texts[body:end]
        faults = [
            Fault(first.number, first.text, f"as a title, it {reason}", cost)
            for reason, cost in costs.title_faults(title[0])
        ]
        if not abstract:
            faults.append(Fault(first.number, first.text, "no abstract follows it", costs.NO_ABSTRACT))
        else:
            opening = self._lines[body]
            faults += [
                Fault(opening.number, opening.text, f"as an abstract, it {reason}", cost)
                for reason, cost in costs.abstract_faults(abstract[0], abstract[-1], sum(map(len, abstract)))
            ]
            faults += [
                Fault(line.number, line.text, "it is part of neither", cost)
                for line, cost in zip(self._lines[body + 1 : end], self._joins[body + 1 : end], strict=True)
                if cost >= LEAST_FAULT
            ]
        return Entry(one_line(costs.unwrapped(title)), costs.unwrapped(abstract), first.number, tuple(faults))


def _sum(faults: list[tuple[str, float]]) -> float:
    return sum(cost for _, cost in faults)
