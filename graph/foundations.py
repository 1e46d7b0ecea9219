"""Which papers build on which: inferred from who introduced what and who mentions it, not stated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from litloom.records import Paper

PREPRINT_YEARS: Final = 1
"""A paper may be mentioned so long before the year of its publication."""


def foundations(
    papers: Sequence[Paper],
    mentions: Mapping[str, Iterable[str]],
    introduces: Mapping[str, Iterable[str]],
    names: Mapping[str, str],
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (paper, earlier paper, concepts) where the one mentions what the other introduced.

    Only a concept that exactly one paper introduces counts, that has a name and is no common word, and that
    no paper mentions long before. Both years must be known, and the introducing paper not be the later one.

    Parameters
    ----------
    papers
        The papers that may be linked.
    mentions, introduces
        Concept ids by paper id.
    names
        What most papers write for each concept.

    Examples
    --------
    >>> papers = [Paper(id="lora", title="LoRA", year=2021), Paper(id="qlora", title="QLoRA", year=2023)]
    >>> mentions = {"lora": ["m"], "qlora": ["m"]}
    >>> list(foundations(papers, mentions, {"lora": ["m"]}, {"m": "LoRA"}))
    [('qlora', 'lora', ('m',))]
    >>> list(foundations(papers, mentions, {"lora": ["m"]}, {"m": "adapters"}))
    []
    """
    by_id = {paper.id: paper for paper in papers}
    introducers = _introducers(by_id, mentions, introduces, names)
    for paper in sorted(mentions):
        yield from built_on(by_id[paper], mentions[paper], introducers, by_id)


def built_on(
    paper: Paper, concepts: Iterable[str], introducers: Mapping[str, str], papers: Mapping[str, Paper]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the `foundations` of one paper by the concepts that it mentions, and who introduced each."""
    via: dict[str, list[str]] = defaultdict(list)
    for concept in concepts:
        earlier = introducers.get(concept)
        if earlier is not None and earlier != paper.id and _not_later(papers[earlier], paper):
            via[earlier].append(concept)
    for earlier_paper in sorted(via):
        yield paper.id, earlier_paper, tuple(sorted(via[earlier_paper]))


def _introducers(
    papers: Mapping[str, Paper],
    mentions: Mapping[str, Iterable[str]],
    introduces: Mapping[str, Iterable[str]],
    names: Mapping[str, str],
) -> dict[str, str]:
    """Return the one paper that introduced each concept, where that is beyond doubt."""
    claims: dict[str, list[str]] = defaultdict(list)
    for paper in sorted(introduces):
        for concept in introduces[paper]:
            claims[concept].append(paper)
    first_year: dict[str, int] = {}
    for paper, concepts in mentions.items():
        if (year := papers[paper].year) is not None:
            for concept in concepts:
                first_year[concept] = min(year, first_year.get(concept, year))
    return {
        concept: claiming[0]
        for concept, claiming in claims.items()
        if len(claiming) == 1
        and is_given_name(names[concept])
        and first_year.get(concept, 0) + PREPRINT_YEARS >= (papers[claiming[0]].year or 0)
    }


def is_given_name(name: str) -> bool:
    """Tell whether a name is one that somebody gave, as its capitals or digits show, and no common word.

    Examples
    --------
    >>> [is_given_name(name) for name in ("LoRA", "word2vec", "attention mechanism")]
    [True, True, False]
    """
    return any(letter.isupper() or letter.isdigit() for letter in name)


def _not_later(paper: Paper, other: Paper) -> bool:
    if paper.year is None or other.year is None:
        return False
    if paper.year == other.year and paper.date and other.date:
        length = min(len(paper.date), len(other.date))
        return paper.date[:length] <= other.date[:length]
    return paper.year <= other.year
