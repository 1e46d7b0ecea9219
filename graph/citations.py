"""Edges between papers that are not counted from shared concepts: what cites what, what builds on what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from litloom.records import Paper, normalised_title


def citations(papers: Sequence[Paper]) -> Iterator[tuple[str, str]]:
    """Yield (citing id, cited id) for every reference that is one of these papers, sorted.

    A reference may be a paper's id, DOI, arXiv id or title.

    Examples
    --------
    >>> old = Paper(title="Attention Is All You Need", arxiv_id="1706.03762")
    >>> new = Paper(title="BERT", id="bert", references=("attention is all you need",))
    >>> list(citations([old, new]))
    [('bert', 'arxiv:1706.03762')]
    """
    known = _names(papers)
    found = {
        (paper.id, cited)
        for paper in papers
        for reference in paper.references
        if (cited := known.get(reference) or known.get(_folded(reference))) and cited != paper.id
    }
    yield from sorted(found)


def _names(papers: Iterable[Paper]) -> dict[str, str]:
    """Return all that a reference may call a paper by; ids win over titles."""
    by_title = {normalised_title(paper.title): paper.id for paper in papers}
    by_id = {}
    for paper in papers:
        by_id[paper.id] = paper.id
        for prefix, value in (("doi:", paper.doi.lower()), ("arxiv:", paper.arxiv_id)):
            if value:
                by_id[value] = by_id[prefix + value] = paper.id
    return by_title | by_id


def _folded(reference: str) -> str:
    lowered = reference.strip().lower()
    return lowered if lowered.startswith(("10.", "doi:", "arxiv:")) else normalised_title(reference)


def foundations(
    papers: Sequence[Paper], mentions: Mapping[str, Iterable[str]], introduces: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (paper, earlier paper, concepts) where the one mentions what the other introduced.

    This is inferred, not stated: only a concept that exactly one paper introduces counts, and only where
    both years are known and the introducing paper is not the later one.

    Parameters
    ----------
    papers
        The papers that may be linked.
    mentions, introduces
        Concept ids by paper id.
    """
    years = {paper.id: paper.year for paper in papers}
    introducers: dict[str, list[str]] = defaultdict(list)
    for paper in sorted(introduces):
        for concept in introduces[paper]:
            introducers[concept].append(paper)
    for paper in sorted(mentions):
        via: dict[str, list[str]] = defaultdict(list)
        for concept in mentions[paper]:
            earlier = introducers.get(concept, [])
            if len(earlier) == 1 and earlier[0] != paper and _not_later(years[earlier[0]], years[paper]):
                via[earlier[0]].append(concept)
        for earlier_paper in sorted(via):
            yield paper, earlier_paper, tuple(sorted(via[earlier_paper]))


def _not_later(year: int | None, other: int | None) -> bool:
    return year is not None and other is not None and year <= other
