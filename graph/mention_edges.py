"""What a paper says of a concept that it mentions or introduces, as the rows of edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from litloom.graph.concepts import Concept
from litloom.graph.tables import Row
from litloom.records import Mention

PROPOSING: Final = (
    "propos",
    "introduc",
    "present",
    "we develop",
    "we design",
    "we release",
    "called",
    "named",
)
"""Beginnings of words by which a sentence says that the paper itself brings something."""


def mention_rows(concept: Concept, title_ends: Mapping[str, int]) -> Iterator[Row]:
    """Yield the ``MENTIONS`` edges of a concept; `title_ends` has the length of each paper's title."""
    for paper_id, mentions in concept.papers.items():
        title_end = title_ends[paper_id]
        yield {
            "from": paper_id,
            "to": concept.id,
            "count": len(mentions),
            "in_title": any(mention.start < title_end for mention in mentions),
            "confidence": max(mention.confidence for mention in mentions),
            "evidence": _evidence(mentions, title_end),
            "surface": _commonest([mention.text for mention in mentions]),
        }


def _commonest(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return texts[0]
    times = Counter(texts)
    return min(times, key=lambda text: (-times[text], text))


def introduction_rows(
    concept: Concept, introduced: Mapping[str, set[str]], title_ends: Mapping[str, int]
) -> Iterator[Row]:
    """Yield the ``INTRODUCES`` edges of a concept; `introduced` has what each paper says that it brings."""
    for paper_id, mentions in concept.papers.items():
        naming = [mention for mention in mentions if mention.text in introduced[paper_id]]
        if naming:
            yield {
                "from": paper_id,
                "to": concept.id,
                "confidence": max(mention.confidence for mention in naming),
                "evidence": _evidence(naming, title_ends[paper_id], PROPOSING),
            }


def _evidence(mentions: Sequence[Mention], title_end: int, telling: Sequence[str] = ()) -> str:
    """Return the sentence that shows best what a paper says of a concept: from the abstract if it can."""
    if len(mentions) == 1:
        return mentions[0].sentence

    def rank(mention: Mention) -> tuple[bool, bool, int]:
        says_so = any(word in mention.sentence.lower() for word in telling)
        return (mention.start < title_end, not says_so, mention.start)

    return min(mentions, key=rank).sentence
