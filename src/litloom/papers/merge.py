"""The same paper from several sources becomes one `Paper`.

Two records are of one paper where they share an identifier (a DOI, an arXiv id whatever its version, an
explicit id, or an id of a further registry), or a title that nothing speaks against
(see `litloom.papers.match_keys`).

Papers are folded in one by one, into a list that holds no two records of one paper: a record takes up all
that it shares a key with, strongest key first, then all that the united record shares one with, and so on.
Because nothing but that list is carried along, folding in a second batch later gives the same as folding in
both at once. A title is compared with those only that share one of its keys, so that the time grows with the
number of papers and not with its square.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import reduce

from litloom.papers.combine_records import united
from litloom.papers.lazy_papers import LazyPapers
from litloom.papers.match_keys import PaperKeys, keys_of, title_places
from litloom.papers.paper_index import Entry, entry_of, key_digests
from litloom.records import Paper, unused_id


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
    return list(merge_into(LazyPapers.of_all([]), papers))


def merge_into(held: LazyPapers, records: Iterable[Paper]) -> LazyPapers:
    """Return papers and further records with all records of one paper made one.

    Parameters
    ----------
    held
        Papers that this function, or `merge_papers`, returned. Of them those are read that share an
        identifier or most of a title with a record, and so may be one with it.
    records
        Records of any papers.

    Returns
    -------
    Papers
        What `merge_papers` returns for all of them.
    """
    merged = _Papers(held)
    if len(held):
        records = list(records)
        merged.look_for(map(keys_of, records))
    for paper in records:
        merged.add(paper)
    return merged.outcome()


def matching_papers(papers: Iterable[Paper], records: Iterable[Paper]) -> list[Paper]:
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
    >>> [paper.title for paper in matching_papers(papers, [Paper(title="LORA."), Paper(title="Adam")])]
    ['LoRA']
    """
    papers = list(papers)
    merged = _Papers(LazyPapers.of_all([]))
    for paper in papers:
        merged.add(paper)
    for record in records:
        merged.add(record)
    return [paper for at, paper in enumerate(papers) if merged.at(at) is not paper]


class _Papers:
    """Papers of which no two are one, by the position of their first record.

    Parameters
    ----------
    held
        Those that are there from the start. They are read where a record may be one with them.
    """

    def __init__(self, held: LazyPapers) -> None:
        self._held = held
        self._read: dict[int, Paper] = {}
        self._papers: dict[int, tuple[Paper, PaperKeys]] = {}
        self._by_id: dict[str, int] = {}
        self._by_title: dict[Hashable, set[int]] = defaultdict(set)
        self._next = len(held)

    def outcome(self) -> LazyPapers:
        """Return all papers, in the order of their first records."""
        fresh = {
            position: (paper, entry_of(paper, keys))
            for position, (paper, keys) in self._papers.items()
            if paper is not self._read.get(position)
        }
        gone = [position for position in self._read if position not in self._papers]
        fresh |= self._named_apart(gone, {position: entry for position, (_, entry) in fresh.items()})
        return self._held.changed(gone, fresh)

    def _named_apart(
        self, gone: Iterable[int], fresh: Mapping[int, Entry]
    ) -> Iterator[tuple[int, tuple[Paper, Entry]]]:
        """Yield papers named by a title whose ids must have the author, too, or need it no more."""
        index = self._held.paper_index
        rows = dict(enumerate(zip(index.ids, index["title"], index["named"], strict=True)))
        rows |= {position: (entry.id, entry.title, entry.named) for position, entry in fresh.items()}
        for position in gone:
            del rows[position]
        times = Counter(title for _, title, _ in rows.values())
        taken: set[str] = set()
        for position in sorted(rows):
            identifier, title, named = rows[position]
            if title is not None:
                own = unused_id(named if times[title] > 1 else title, taken)
                taken.add(own)
                if own != identifier:
                    at_hand = self.at(position)
                    paper = replace(self._held[position] if at_hand is None else at_hand, id=own)
                    yield position, (paper, entry_of(paper))

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
            paper = reduce(united, (group[at] for at in sorted(group)))
            keys = keys_of(paper)
        self._put(min(group), paper, keys)

    def look_for(self, found: Iterable[PaperKeys]) -> None:
        """Read the held papers that share a key with these, so far as they were not."""
        if not len(self._held):
            return
        index = self._held.paper_index
        numbers = (number for keys in found for number in key_digests(keys))
        places = sorted(index.places_of(numbers) - self._read.keys())
        for position, paper in zip(places, self._held.of([index.ids[at] for at in places]), strict=True):
            self._read[position] = paper
            self._put(position, paper, keys_of(paper))

    def _same(self, keys: PaperKeys) -> int | None:
        self.look_for([keys])
        for identifier in keys.ids:
            if identifier in self._by_id:
                return self._by_id[identifier]
        for places in title_places(keys):
            alike = (at for key in places for at in self._by_title.get(key, ()))
            found = min((at for at in alike if keys.allow(self._papers[at][1])), default=None)
            if found is not None:
                return found
        return None

    def _put(self, position: int, paper: Paper, keys: PaperKeys) -> None:
        self._papers[position] = paper, keys
        self._by_id.update(dict.fromkeys(keys.ids, position))
        for places in title_places(keys):
            for key in places:
                self._by_title[key].add(position)

    def _take_out(self, position: int) -> Paper:
        paper, keys = self._papers.pop(position)
        for identifier in keys.ids:
            del self._by_id[identifier]
        for places in title_places(keys):
            for key in places:
                self._by_title[key].discard(position)
        return paper
