"""Who wrote what: one node an author, and never two people in one.

An author with an id (ORCID, or that of the source) is that id. Else it is a full name within a source: the
same name in another file may be somebody else. Only a paper that two sources share says that its author of
that name is one person in both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from litloom.people import parse_name
from litloom.records import Paper

_NUMBER: Final = re.compile(r"\b\d{4}$")
"""By which DBLP tells people of one name apart: ``Wei Wang 0001``."""


@dataclass(slots=True)
class Author:
    """A person, or what is taken for one.

    Parameters
    ----------
    id
        ``author:orcid:…``, the source's own id after ``author:``, or ``author:SOURCE:NAME``.
    spellings
        How often each spelling of the name stands on a paper.
    papers
        The position on each paper, by the paper's id; 1 is the first author.
    """

    id: str
    spellings: Counter[str] = field(default_factory=Counter)
    papers: dict[str, int] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """All spellings, the commonest first."""
        return sorted(self.spellings, key=lambda name: (-self.spellings[name], name))


class _InSource(NamedTuple):
    source: str
    name: str


def authors_of(papers: Iterable[Paper]) -> list[Author]:
    """Return the authors of all papers, sorted by id.

    Examples
    --------
    >>> papers = [
    ...     Paper(title="Looms", authors=("Ada Poe",), sources=("a.bib",)),
    ...     Paper(title="Yarn", authors=("Poe, Ada", "Bo Li"), sources=("a.bib",)),
    ... ]
    >>> [(author.id, len(author.papers)) for author in authors_of(papers)]
    [('author:a.bib:ada poe', 2), ('author:a.bib:bo li', 1)]
    """
    papers = list(papers)
    same = _Same()
    for paper in papers:
        for name, own in _named(paper) if len(paper.sources) > 1 else ():
            if not own:
                same.unite(_in_sources(paper, name))
    found: dict[str, Author] = {}
    for paper in papers:
        for position, (name, own) in enumerate(_named(paper), 1):
            if not own and not _key(name):
                continue
            within = own or ":".join(same.first(_in_sources(paper, name)[0]))
            identifier = f"author:{within}"
            author = found.setdefault(identifier, Author(identifier))
            author.spellings[name] += 1
            author.papers.setdefault(paper.id, position)
    return [found[identifier] for identifier in sorted(found)]


def _named(paper: Paper) -> Iterator[tuple[str, str]]:
    ids = paper.author_ids or ("",) * len(paper.authors)
    return zip(paper.authors, ids, strict=False)


def _in_sources(paper: Paper, name: str) -> list[_InSource]:
    key = _key(name)
    return [_InSource(source, key) for source in paper.sources or ("",)] if key else []


@cache
def _key(name: str) -> str:
    parsed, number = parse_name(name), _NUMBER.search(name)
    return "" if parsed is None else f"{parsed.key} {number[0]}" if number else parsed.key


class _Same:
    """Names in sources that are one person: disjoint sets, each known by the least of it."""

    def __init__(self) -> None:
        self._above: dict[_InSource, _InSource] = {}

    def first(self, name: _InSource) -> _InSource:
        while (above := self._above.get(name, name)) != name:
            self._above[name] = self._above.get(above, above)
            name = above
        return name

    def unite(self, names: list[_InSource]) -> None:
        for other in names[1:]:
            least, more = sorted((self.first(names[0]), self.first(other)))
            if least != more:
                self._above[more] = least
