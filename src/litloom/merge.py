"""The same paper from several sources becomes one `Paper`.

Two records are of one paper where they share a DOI, an arXiv id (whatever its version), an explicit id, or a
normalised title. A title links nothing against the evidence of identifiers: two DOIs that differ, or two
arXiv ids, are two papers, however many papers are called "Introduction".

Papers are folded in one by one, into a list that holds no two records of one paper: a record takes up all
that it shares a key with, strongest key first, then all that the united record shares one with, and so on.
Because nothing but that list is carried along, folding in a second batch later gives the same as folding in
both at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, Final, NamedTuple

from litloom.readers.identifiers import Identifiers, arxiv_id, parse_identifier
from litloom.records import Paper, normalised_title, unique

_GIVEN_BY_LITLOOM: Final = ("doi:", "arxiv:", "title:")
_VERSION: Final = re.compile(r"v\d+$")
_PREPRINT_VENUES: Final = frozenset({"", "arxiv", "arxiv.org", "arxiv preprint", "corr"})


def merge_papers(papers: Iterable[Paper]) -> list[Paper]:
    """Return the papers with all records of one paper made one.

    Parameters
    ----------
    papers
        Records, some of the same paper.

    Returns
    -------
    list of Paper
        Each paper once, in the order of its first record. Field by field the richer record wins; sources
        and references of all are kept. The id is the first explicit one, else made from DOI, arXiv id or
        title.

    Examples
    --------
    >>> one = Paper(title="LoRA", date="2021", sources=("a.txt",))
    >>> two = Paper(title="LORA.", abstract="Low-rank adaptation.", arxiv_id="2106.09685", sources=("b.txt",))
    >>> [(p.id, p.abstract, p.sources) for p in merge_papers([one, two])]
    [('arxiv:2106.09685', 'Low-rank adaptation.', ('a.txt', 'b.txt'))]
    """
    merged = _Papers()
    for paper in papers:
        merged.add(paper)
    return merged.in_order()


class _Keys(NamedTuple):
    """By what a record is recognised; ``""`` where it lacks a key."""

    id: str
    doi: str
    arxiv_id: str
    title: str

    def exact(self) -> list[tuple[str, str]]:
        """Return the keys of which one in common is enough, strongest first."""
        return [(name, getattr(self, name)) for name in ("id", "doi", "arxiv_id") if getattr(self, name)]

    def allows(self, other: _Keys) -> bool:
        """Whether a title in common is not contradicted."""
        pairs = ((self.doi, other.doi), (self.arxiv_id, other.arxiv_id))
        return not any(a and b and a != b for a, b in pairs)


class _Papers:
    """Papers of which no two are one, by the position of their first record."""

    def __init__(self) -> None:
        self._papers: dict[int, tuple[Paper, _Keys]] = {}
        self._exact: dict[tuple[str, str], int] = {}
        self._titles: dict[str, list[int]] = {}
        self._next = 0

    def in_order(self) -> list[Paper]:
        return [self._papers[position][0] for position in sorted(self._papers)]

    def add(self, paper: Paper) -> None:
        """Take in a record, and unite with it all that turn out to be the same paper."""
        group = {self._next: paper}
        self._next += 1
        while (position := self._same(_keys(paper))) is not None:
            group[position] = self._take_out(position)
            paper = reduce(_united, (group[at] for at in sorted(group)))
        self._put(min(group), paper)

    def _same(self, keys: _Keys) -> int | None:
        for key in keys.exact():
            if key in self._exact:
                return self._exact[key]
        candidates = sorted(self._titles.get(keys.title, ())) if keys.title else []
        return next((at for at in candidates if keys.allows(self._papers[at][1])), None)

    def _put(self, position: int, paper: Paper) -> None:
        keys = _keys(paper)
        self._papers[position] = paper, keys
        self._exact.update(dict.fromkeys(keys.exact(), position))
        self._titles.setdefault(keys.title, []).append(position)

    def _take_out(self, position: int) -> Paper:
        paper, keys = self._papers.pop(position)
        for key in keys.exact():
            del self._exact[key]
        self._titles[keys.title].remove(position)
        return paper


def _keys(paper: Paper) -> _Keys:
    found = _identifiers(paper)
    return _Keys(paper.id, found.doi, found.arxiv_id, normalised_title(paper.title))


def _identifiers(paper: Paper) -> Identifiers:
    doi = parse_identifier(paper.doi)
    if paper.doi and not any(doi):
        doi = Identifiers(doi=paper.doi.strip().lower())
    arxiv = arxiv_id(paper.arxiv_id) or _VERSION.sub("", paper.arxiv_id.strip().lower())
    hints = [Identifiers(arxiv_id=arxiv), doi, parse_identifier(paper.id), parse_identifier(paper.url)]
    return Identifiers(
        doi=next((hint.doi for hint in hints if hint.doi), ""),
        arxiv_id=next((hint.arxiv_id for hint in hints if hint.arxiv_id), ""),
    )


def _united(a: Paper, b: Paper) -> Paper:
    """Return one paper of two records; where both are as rich, the first one's value stays."""
    a_found, b_found = _identifiers(a), _identifiers(b)
    dated = max((a, b), key=lambda paper: _precision(paper.date))
    years = (dated.year, a.year, b.year)
    merged: dict[str, Any] = {name: rule(getattr(a, name), getattr(b, name)) for name, rule in _RULES.items()}
    counts = [n for n in (len(merged["authors"]), a.author_count, b.author_count) if n]
    return Paper(
        **merged,
        id=next((paper.id for paper in (a, b) if not paper.id.startswith(_GIVEN_BY_LITLOOM)), ""),
        date=dated.date,
        year=next((year for year in years if year is not None), None),
        author_count=max(counts, default=None),
        doi=a_found.doi or b_found.doi,
        arxiv_id=a_found.arxiv_id or b_found.arxiv_id,
    )


def _first(a: str, b: str) -> str:
    return a or b


def _longer(a: str, b: str) -> str:
    return max(a, b, key=len)


def _fuller_title(a: str, b: str) -> str:
    # A title that was cut off, or lost its subtitle, is the beginning of the whole one.
    return b if normalised_title(b).startswith(normalised_title(a) + " ") else a


def _more_names(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return max(a, b, key=lambda names: (len(names), sum(map(len, names))))


def _published(a: str, b: str) -> str:
    return b if a.strip().lower() in _PREPRINT_VENUES and b else a


def _both(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return unique((*a, *b))


_RULES: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "title": _fuller_title,
    "abstract": _longer,
    "authors": _more_names,
    "organization": _first,
    "venue": _published,
    "url": _first,
    "references": _both,
    "sources": _both,
}


def _precision(date: str | None) -> int:
    """Return how much a date tells: day, month, year, a day of an unknown year, nothing."""
    if not date:
        return 0
    return 1 if date.startswith("--") else 1 + len(date.split("-"))
