"""The same paper from several sources becomes one `Paper`.

Two records are of one paper where they share an identifier (a DOI, an arXiv id whatever its version, an
explicit id, or an id of a further registry), or a title that nothing speaks against
(see `litloom.paper_keys`).

Papers are folded in one by one, into a list that holds no two records of one paper: a record takes up all
that it shares a key with, strongest key first, then all that the united record shares one with, and so on.
Because nothing but that list is carried along, folding in a second batch later gives the same as folding in
both at once. A title is compared with those only that share one of its keys, so that the time grows with the
number of papers and not with its square.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from functools import reduce
from typing import Any, Final

from litloom.paper_keys import PaperKeys, explicit_id, identifiers, keys_of
from litloom.people import parse_name
from litloom.records import Paper, normalised_title, title_id, unique, unused_id
from litloom.titles import typo_keys

_PREPRINT_VENUES: Final = frozenset({"", "arxiv", "arxiv.org", "arxiv preprint", "corr"})
_BY_TITLE: Final = "title:"


def merge_papers(papers: Iterable[Paper]) -> list[Paper]:
    """Return the papers with all records of one paper made one.

    Parameters
    ----------
    papers
        Records, some of the same paper.

    Returns
    -------
    list of Paper
        Each paper once, in the order of its first record. Field by field the richer record wins; sources,
        references and identifiers of all are kept. The id is the first explicit one, else made from DOI,
        arXiv id, another identifier or title.

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


def also_among(papers: Iterable[Paper], records: Iterable[Paper]) -> list[Paper]:
    """Return those of the papers that a record would be merged with.

    Parameters
    ----------
    papers
        Each once, as `merge_papers` returns them.
    records
        Records of any papers.

    Examples
    --------
    >>> papers = [Paper(title="LoRA", arxiv_id="2106.09685"), Paper(title="QLoRA")]
    >>> [paper.title for paper in also_among(papers, [Paper(title="LORA."), Paper(title="Adam")])]
    ['LoRA']
    """
    papers = list(papers)
    merged = _Papers()
    for paper in papers:
        merged.add(paper)
    for record in records:
        merged.add(record)
    return [paper for at, paper in enumerate(papers) if merged.at(at) is not paper]


class _Papers:
    """Papers of which no two are one, by the position of their first record."""

    def __init__(self) -> None:
        self._papers: dict[int, tuple[Paper, PaperKeys]] = {}
        self._by_id: dict[str, int] = {}
        self._by_title: dict[Hashable, set[int]] = defaultdict(set)
        self._next = 0

    def in_order(self) -> list[Paper]:
        return _with_own_ids([self._papers[position][0] for position in sorted(self._papers)])

    def at(self, position: int) -> Paper | None:
        """Return the paper whose first record had that position; ``None`` where an earlier one took it up."""
        return self._papers[position][0] if position in self._papers else None

    def add(self, paper: Paper) -> None:
        """Take in a record, and unite with it all that turn out to be the same paper."""
        group = {self._next: paper}
        self._next += 1
        keys = keys_of(paper)
        while (position := self._same(keys)) is not None:
            group[position] = self._take_out(position)
            paper = reduce(_united, (group[at] for at in sorted(group)))
            keys = keys_of(paper)
        self._put(min(group), paper, keys)

    def _same(self, keys: PaperKeys) -> int | None:
        for identifier in keys.ids:
            if identifier in self._by_id:
                return self._by_id[identifier]
        for places in _title_places(keys):
            alike = (at for key in places for at in self._by_title.get(key, ()))
            found = min((at for at in alike if keys.allow(self._papers[at][1])), default=None)
            if found is not None:
                return found
        return None

    def _put(self, position: int, paper: Paper, keys: PaperKeys) -> None:
        self._papers[position] = paper, keys
        self._by_id.update(dict.fromkeys(keys.ids, position))
        for places in _title_places(keys):
            for key in places:
                self._by_title[key].add(position)

    def _take_out(self, position: int) -> Paper:
        paper, keys = self._papers.pop(position)
        for identifier in keys.ids:
            del self._by_id[identifier]
        for places in _title_places(keys):
            for key in places:
                self._by_title[key].discard(position)
        return paper


def _title_places(keys: PaperKeys) -> Iterator[tuple[Hashable, ...]]:
    """Yield under which keys a title is found, and then under which one with a typo is."""
    if keys.title:
        yield (keys.title,)
    yield tuple(typo_keys(keys.words))


def _with_own_ids(papers: list[Paper]) -> list[Paper]:
    """Return the papers with their ids; of several that one title names, the ids have the author, too."""
    titled = {at: title_id(paper.title) for at, paper in enumerate(papers) if paper.id.startswith(_BY_TITLE)}
    times = Counter(titled.values())
    taken: set[str] = set()
    for at, own in titled.items():
        paper = papers[at]
        if times[own] > 1:
            author = parse_name(paper.authors[0]) if paper.authors else None
            own = title_id(f"{paper.title} / {author.key if author else ''} / {paper.year or ''}")
        identifier = unused_id(own, taken)
        taken.add(identifier)
        papers[at] = paper if identifier == paper.id else replace(paper, id=identifier)
    return papers


def _united(a: Paper, b: Paper) -> Paper:
    """Return one paper of two records; where both are as rich, the first one's value stays."""
    known = unique((*identifiers(a), *identifiers(b)))
    doi = next((identifier for identifier in known if identifier.startswith("doi:")), "")
    arxiv = next((identifier for identifier in known if identifier.startswith("arxiv:")), "")
    own = explicit_id(a) or explicit_id(b)
    dated = max((a, b), key=lambda paper: _precision(paper.date))
    years = (dated.year, a.year, b.year)
    merged: dict[str, Any] = {name: rule(getattr(a, name), getattr(b, name)) for name, rule in _RULES.items()}
    authors, author_ids = _authors(a, b)
    counts = [n for n in (len(authors), a.author_count, b.author_count) if n]
    return Paper(
        **merged,
        id=own,
        ids=tuple(identifier for identifier in known if identifier not in (own, doi, arxiv)),
        date=dated.date,
        year=next((year for year in years if year is not None), None),
        authors=authors,
        author_ids=author_ids,
        author_count=max(counts, default=None),
        doi=doi.removeprefix("doi:"),
        arxiv_id=arxiv.removeprefix("arxiv:"),
    )


def _authors(a: Paper, b: Paper) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the longer list of names, and its ids, filled up from the other where the names are the same."""
    richer = max(a, b, key=lambda paper: (len(paper.authors), sum(map(len, paper.authors))))
    poorer = b if richer is a else a
    if not poorer.author_ids or len(poorer.authors) != len(richer.authors):
        return richer.authors, richer.author_ids
    own = richer.author_ids or ("",) * len(richer.authors)
    names = zip(map(_name_key, richer.authors), map(_name_key, poorer.authors), strict=True)
    ids = zip(own, poorer.author_ids, names, strict=True)
    filled = tuple(mine or (other if one == two else "") for mine, other, (one, two) in ids)
    return richer.authors, filled if any(filled) else ()


def _name_key(name: str) -> str:
    parsed = parse_name(name)
    return parsed.key if parsed else name


def _first(a: str, b: str) -> str:
    return a or b


def _longer(a: str, b: str) -> str:
    return max(a, b, key=len)


def _fuller_title(a: str, b: str) -> str:
    # A title that was cut off, or lost its subtitle, is the beginning of the whole one.
    return b if normalised_title(b).startswith(normalised_title(a) + " ") else a


def _published(a: str, b: str) -> str:
    return b if a.strip().lower() in _PREPRINT_VENUES and b else a


def _both(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return unique((*a, *b))


_RULES: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "title": _fuller_title,
    "abstract": _longer,
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
