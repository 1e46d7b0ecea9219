"""Split a run of text lines into entries of a title and an abstract.

A run has one or many entries; blank lines may be everywhere, nowhere or between entries; lines may be
wrapped. No single sign decides, so each has a cost (`litloom.readers.page.costs`), and dynamic programming
finds the cheapest split: the best split of the first ``j`` lines is the best split of the first ``i`` and one
entry of the lines from ``i`` to ``j``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from litloom.readers.base import one_line
from litloom.readers.page import costs
from litloom.readers.page.costs import Fault
from litloom.readers.page.lines import Line, ends_abstract

MOST_LINES: Final = 100
LEAST_FAULT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Entry:
    """A title, its abstract, its first line, and the signs that it is not an entry."""

    title: str
    abstract: str
    line: int
    faults: tuple[Fault, ...]

    @property
    def cost(self) -> float:
        """The total cost of the faults."""
        return sum(fault.cost for fault in self.faults)


def find_entries(lines: Sequence[Line], *, footed: bool, width: int | None = None) -> list[Entry]:
    """Return the entries of a run in order; together they have all of its lines.

    If a foot ends the run (`footed`), the last entry may have no abstract; `width` is that to which the page
    is wrapped, if it is known.
    """
    return _Splitter(lines, footed=footed, width=width).entries()


class _Splitter:
    """The dynamic program; a cut is (first line, first line of the abstract, line after the last)."""

    def __init__(self, lines: Sequence[Line], *, footed: bool, width: int | None) -> None:
        self._lines = lines
        self._texts = [line.text for line in lines]
        self._footed = footed
        self._no_abstract = costs.NO_ABSTRACT if footed else costs.NO_ABSTRACT_OR_FOOT
        self._breaks = costs.breaks(lines, width)
        around = list(zip(["", *self._texts], self._texts, self._breaks, strict=False))
        self._joins = [costs.join_cost(*three) for three in around]
        self._splits = [costs.split_cost(*three) for three in around]
        self._closed = [ends_abstract(text) for text in self._texts]

    def entries(self) -> list[Entry]:
        """Return the cheapest split."""
        n = len(self._lines)
        best = [0.0, *([float("inf")] * n)]
        cuts = [(0, 0, 0)] * (n + 1)
        for body in range(1, n):
            start, cost = min(self._titles(body, best), key=lambda title: title[1])
            for end, total in self._abstracts(body, cost):
                if total < best[end]:
                    best[end], cuts[end] = total, (start, body, end)
        last_alone = best[n - 1] + self._title_cost(n - 1, n) + self._no_abstract if self._footed else None
        if n == 1 or (last_alone is not None and last_alone < best[n]):
            cuts[n] = (n - 1, n, n)
        entries: list[Entry] = []
        while n:
            entries.append(self._entry(*cuts[n]))
            n = cuts[n][0]
        return entries[::-1]

    def _titles(self, body: int, best: Sequence[float]) -> Iterator[tuple[int, float]]:
        """Yield the first line of each possible title before an abstract, and the cost up to its end."""
        after = costs.abstract_start_cost(self._texts[body], self._breaks[body])
        wrapped = True
        for start in range(body - 1, max(-1, body - 1 - costs.LONGEST_WRAPPED_TITLE), -1):
            # Lines that are not wrapped are one title only if they are a block of their own.
            if wrapped or self._breaks[start] == self._breaks[body] == "blank":
                yield start, best[start] + self._title_cost(start, body) + after
            if self._breaks[start] == "blank":
                return
            wrapped = wrapped and self._breaks[start] == "wrap"

    def _title_cost(self, start: int, body: int) -> float:
        continued = sum(
            costs.title_continued_cost(self._texts[k], self._breaks[k]) for k in range(start + 1, body)
        )
        faults = costs.title_faults(costs.unwrap(self._texts[start:body]))
        return self._splits[start] + continued + _sum(faults)

    def _abstracts(self, body: int, cost: float) -> Iterator[tuple[int, float]]:
        """Yield the end of each possible abstract from a line on, and the cost up to it."""
        cost += _sum(costs.opening_faults(self._texts[body]))
        joins, length = 0.0, 0
        for end in range(body + 1, min(len(self._texts), body + MOST_LINES) + 1):
            if end > body + 1:
                joins += self._joins[end - 1]
            if joins > costs.HIGHEST_JOINS:
                break
            length += len(self._texts[end - 1])
            faults = costs.closing_faults(closed=self._closed[end - 1], length=length)
            yield end, cost + joins + (_sum(faults) if faults else 0.0)

    def _entry(self, start: int, body: int, end: int) -> Entry:
        title = one_line(costs.unwrap(self._texts[start:body]))
        abstract = costs.unwrap(self._texts[body:end])
        faults = self._faults("as a title, it ", start, costs.title_faults(title))
        if not abstract:
            faults += self._faults("", start, [("no abstract follows it", self._no_abstract)])
        else:
            length = sum(map(len, self._texts[body:end]))
            closing = costs.closing_faults(closed=self._closed[end - 1], length=length)
            faults += self._faults("as an abstract, it ", body, costs.opening_faults(self._texts[body]))
            faults += self._faults("as an abstract, it ", end - 1, closing)
            for k in range(body + 1, end):
                faults += self._faults("", k, [("it is part of neither", self._joins[k])])
        return Entry(title, abstract, self._lines[start].number, tuple(faults))

    def _faults(self, prefix: str, k: int, faults: list[tuple[str, float]]) -> list[Fault]:
        line = self._lines[k]
        return [
            Fault(line.number, line.text, f"{prefix}{reason}", cost)
            for reason, cost in faults
            if cost >= LEAST_FAULT
        ]


def _sum(faults: list[tuple[str, float]]) -> float:
    return sum(cost for _, cost in faults)
