"""Merge records of the same paper from several sources.

Two records are of one paper if they share an identifier (a DOI, an arXiv id of any version, an explicit id,
or an id of another registry), or a title that nothing contradicts (see `litloom.papers.match_keys`).

Records are added one by one to a list of merged papers: a record is combined with all papers that share a key
with it, strongest key first, then with all that share one with the result, and so on. Since the list is the
only state, adding a second batch later gives the same result as adding both at once. Titles are compared only
if they share a key, so the time is nearly linear in the number of papers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import reduce

from litloom.papers.combine_records import combine_records
from litloom.papers.lazy_papers import LazyPapers
from litloom.papers.match_keys import PaperKeys, keys_of, title_keys
from litloom.papers.paper_index import Entry, entry_of, key_digests
from litloom.records import Paper, unused_id


def merge_papers(papers: Iterable[Paper]) -> list[Paper]:
    """Merge records of the same paper.

    Parameters
    ----------
    papers
        Records, some of the same paper.

    Returns
    -------
    list of Paper
        Each paper once, in the order of its first record. For each field the richer value is used; sources,
        references and identifiers are combined. The id is the first explicit one, else the DOI, the arXiv id,
        another identifier, or one made from the title.

    Examples
    --------
    >>> one = Paper(title="LoRA", date="2021", sources=("a.txt",))
    >>> two = Paper(title="LORA.", abstract="Low-rank adaptation.", arxiv_id="2106.09685", sources=("b.txt",))
    >>> [(p.id, p.abstract, p.sources) for p in merge_papers([one, two])]
    [('arxiv:2106.09685', 'Low-rank adaptation.', ('a.txt', 'b.txt'))]
    """
    return list(merge_into(LazyPapers.of_all([]), papers))


def merge_into(papers: LazyPapers, records: Iterable[Paper]) -> LazyPapers:
    """Merge records into merged papers, and return what `merge_papers` returns for all of them.

    Only papers that share an identifier or most of a title with a record are read.
    """
    merger = _Merger(papers)
    if len(papers):
        records = list(records)
        merger.read_matching(map(keys_of, records))
    for record in records:
        merger.add(record)
    return merger.result()


def matching_papers(papers: Iterable[Paper], records: Iterable[Paper]) -> list[Paper]:
    """Return the merged papers that a record would be merged with.

    >>> papers = [Paper(title="LoRA", arxiv_id="2106.09685"), Paper(title="QLoRA")]
    >>> [paper.title for paper in matching_papers(papers, [Paper(title="LORA."), Paper(title="Adam")])]
    ['LoRA']
    """
    papers = list(papers)
    merger = _Merger(LazyPapers.of_all([]))
    for paper in (*papers, *records):
        merger.add(paper)
    return [paper for row, paper in enumerate(papers) if merger.at(row) is not paper]


class _Merger:
    """Merged papers by the position of their first record; stored ones are read if a record may match."""

    def __init__(self, stored: LazyPapers) -> None:
        self._stored = stored
        self._read: dict[int, Paper] = {}
        self._papers: dict[int, tuple[Paper, PaperKeys]] = {}
        self._by_id: dict[str, int] = {}
        self._by_title: dict[Hashable, set[int]] = defaultdict(set)
        self._next = len(stored)

    def at(self, row: int) -> Paper | None:
        """Return the paper at a position; ``None`` if it was merged into an earlier one, or not read."""
        return self._papers[row][0] if row in self._papers else None

    def add(self, record: Paper) -> None:
        """Add a record, and combine it with all papers that match."""
        group = {self._next: record}
        self._next += 1
        keys = keys_of(record)
        while (row := self._match(keys)) is not None:
            group[row] = self._remove(row)
            record = reduce(combine_records, (group[at] for at in sorted(group)))
            keys = keys_of(record)
        self._insert(min(group), record, keys)

    def read_matching(self, all_keys: Iterable[PaperKeys]) -> None:
        """Read the stored papers that share a key with these, if they are not read yet."""
        if not len(self._stored):
            return
        index = self._stored.paper_index
        digests = (digest for keys in all_keys for digest in key_digests(keys))
        rows = sorted(index.rows_of(digests) - self._read.keys())
        for row, paper in zip(rows, self._stored.of([index.ids[row] for row in rows]), strict=True):
            self._read[row] = paper
            self._insert(row, paper, keys_of(paper))

    def result(self) -> LazyPapers:
        """Return all papers in the order of their first records."""
        changed = {
            row: (paper, entry_of(paper, keys))
            for row, (paper, keys) in self._papers.items()
            if paper is not self._read.get(row)
        }
        removed = [row for row in self._read if row not in self._papers]
        changed |= self._with_title_ids(removed, {row: entry for row, (_, entry) in changed.items()})
        return self._stored.changed(removed, changed)

    def _with_title_ids(
        self, removed: Iterable[int], changed: Mapping[int, Entry]
    ) -> Iterator[tuple[int, tuple[Paper, Entry]]]:
        """Yield papers whose id, made from the title, must get or lose the author."""
        index = self._stored.paper_index
        rows = dict(enumerate(zip(index.ids, index["title"], index["named"], strict=True)))
        rows |= {row: (entry.id, entry.title, entry.named) for row, entry in changed.items()}
        for row in removed:
            del rows[row]
        counts = Counter(title for _, title, _ in rows.values())
        taken: set[str] = set()
        for row in sorted(rows):
            current, title, named = rows[row]
            if title is None:
                continue
            own = unused_id(named if counts[title] > 1 else title, taken)
            taken.add(own)
            if own != current:
                paper = replace(self.at(row) or self._stored[row], id=own)
                yield row, (paper, entry_of(paper))

    def _match(self, keys: PaperKeys) -> int | None:
        self.read_matching([keys])
        for key in keys.ids:
            if key in self._by_id:
                return self._by_id[key]
        for alike in title_keys(keys):
            rows = (row for title in alike for row in self._by_title.get(title, ()))
            row = min((row for row in rows if keys.may_match(self._papers[row][1])), default=None)
            if row is not None:
                return row
        return None

    def _insert(self, row: int, paper: Paper, keys: PaperKeys) -> None:
        self._papers[row] = paper, keys
        self._by_id.update(dict.fromkeys(keys.ids, row))
        for alike in title_keys(keys):
            for title in alike:
                self._by_title[title].add(row)

    def _remove(self, row: int) -> Paper:
        paper, keys = self._papers.pop(row)
        for key in keys.ids:
            del self._by_id[key]
        for alike in title_keys(keys):
            for title in alike:
                self._by_title[title].discard(row)
        return paper
