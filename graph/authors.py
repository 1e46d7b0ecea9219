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
from litloom.records import Paper, bounded_id

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


class InSource(NamedTuple):
    """A name in one source."""

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
    same = SamePeople(group for paper in papers for group in one_person(paper))
    return gathered(row for paper in papers for row in authorships(paper, same))


class Authorship(NamedTuple):
    """A name on a paper: whose it is, how it is spelled, and at which position; 1 is the first."""

    author: str
    name: str
    paper: str
    position: int


def one_person(paper: Paper) -> Iterator[list[InSource]]:
    """Yield the names that are one person, since the paper is in several sources."""
    for name, own in _named(paper) if len(paper.sources) > 1 else ():
        if not own:
            yield _in_sources(paper, name)


def authorships(paper: Paper, same: SamePeople) -> Iterator[Authorship]:
    """Yield who wrote a paper."""
    for position, (name, own) in enumerate(_named(paper), 1):
        if own or _key(name):
            within = own or ":".join(same.first(_in_sources(paper, name)[0]))
            yield Authorship(bounded_id(f"author:{within}"), name, paper.id, position)


def gathered(rows: Iterable[Authorship]) -> list[Author]:
    """Return the authors of all these rows, sorted by id."""
    found: dict[str, Author] = {}
    for row in rows:
        author = found.get(row.author)
        if author is None:
            author = found[row.author] = Author(row.author)
        author.spellings[row.name] += 1
        author.papers.setdefault(row.paper, row.position)
    return [found[identifier] for identifier in sorted(found)]


def _named(paper: Paper) -> Iterator[tuple[str, str]]:
    ids = paper.author_ids or ("",) * len(paper.authors)
    return zip(paper.authors, ids, strict=False)


def _in_sources(paper: Paper, name: str) -> list[InSource]:
    key = _key(name)
    return [InSource(source, key) for source in paper.sources or ("",)] if key else []


@cache
def _key(name: str) -> str:
    parsed, number = parse_name(name), _NUMBER.search(name)
    return "" if parsed is None else f"{parsed.key} {number[0]}" if number else parsed.key


class SamePeople:
    """Names in sources that are one person: disjoint sets, each known by the least of it."""

    def __init__(self, groups: Iterable[list[InSource]] = ()) -> None:
        self._above: dict[InSource, InSource] = {}
        for group in groups:
            self._unite(group)

    def first(self, name: InSource) -> InSource:
        """Return the name by which a person is known."""
        while (above := self._above.get(name, name)) != name:
            self._above[name] = self._above.get(above, above)
            name = above
        return name

    def _unite(self, names: list[InSource]) -> None:
        for other in names[1:]:
            least, more = sorted((self.first(names[0]), self.first(other)))
            if least != more:
                self._above[more] = least
