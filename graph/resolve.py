"""From the mentions of many papers to concepts: one concept, one node.

Mentions meet by their normalised name (`litloom.extractors.concept_key`). An abbreviation goes by what its
own paper defines, and in a paper that does not define it by what the others do, if they agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz, process

from litloom.extractors import concept_key
from litloom.records import Extraction, Kind, Mention

AGREEMENT: Final = 0.7
"""Share of the defining papers that must give an abbreviation the same full name."""
SAME_FULL_NAME: Final = 85.0
"""Similarity, out of 100, from which two full names of one abbreviation are spellings of each other."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A method, dataset, piece of hardware, metric or task, as all papers together show it.

    Parameters
    ----------
    id
        Kind and name, such as ``method:lora``.
    name
        The commonest spelling.
    kind
        The kind that most of its papers see in it.
    aliases
        All other spellings, the commonest first.
    papers
        For each paper that mentions it, the mentions.
    """

    id: str
    name: str
    kind: Kind
    aliases: tuple[str, ...]
    papers: Mapping[str, tuple[Mention, ...]]


@dataclass(slots=True)
class _Evidence:
    """What is gathered under one key before it becomes a concept."""

    papers: dict[str, list[Mention]] = field(default_factory=lambda: defaultdict(list))

    def kind(self) -> Kind:
        votes: Counter[Kind] = Counter()
        for mentions in self.papers.values():
            votes.update({mention.kind for mention in mentions})
        return min(votes, key=lambda kind: (-votes[kind], kind))

    def spellings(self) -> list[str]:
        """All surface forms, those of the most papers first, then the most frequent, then by letters."""
        papers: Counter[str] = Counter()
        places: Counter[str] = Counter()
        for mentions in self.papers.values():
            papers.update({mention.text for mention in mentions})
            places.update(mention.text for mention in mentions)
        return sorted(papers, key=lambda text: (-papers[text], -places[text], text))


def resolve_concepts(extractions: Iterable[Extraction]) -> list[Concept]:
    """Return the concepts of all papers together, each once, sorted by id.

    Parameters
    ----------
    extractions
        One a paper; their order does not matter.

    Returns
    -------
    list of Concept
        Every mention belongs to exactly one of them.
    """
    ordered = sorted(extractions, key=lambda extraction: extraction.paper_id)
    meanings = _Meanings(ordered)
    gathered: dict[str, _Evidence] = defaultdict(_Evidence)
    for extraction in ordered:
        own = dict(_definitions(extraction))
        for mention in extraction.mentions:
            key = concept_key(mention.concept)
            gathered[meanings.of(key, own)].papers[extraction.paper_id].append(mention)
    return sorted(_named(gathered), key=lambda concept: concept.id)


def _definitions(extraction: Extraction) -> Iterator[tuple[str, str]]:
    for short, full in extraction.abbreviations:
        if concept_key(short) != concept_key(full):
            yield concept_key(short), concept_key(full)


class _Meanings:
    """What abbreviations stand for, by the papers that define them."""

    def __init__(self, extractions: Iterable[Extraction]) -> None:
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for extraction in extractions:
            for short, full in set(_definitions(extraction)):
                votes[short][full] += 1
        self._spelling: dict[tuple[str, str], str] = {}
        self._agreed: dict[str, str] = {}
        for short, fulls in votes.items():
            groups = self._group_spellings(short, fulls)
            full, most = min(groups.items(), key=lambda group: (-group[1], group[0]))
            if most >= AGREEMENT * groups.total():
                self._agreed[short] = full

    def _group_spellings(self, short: str, fulls: Counter[str]) -> Counter[str]:
        """Count near spellings of one full name together, under the commonest."""
        groups: Counter[str] = Counter()
        for full in sorted(fulls, key=lambda full: (-fulls[full], full)):
            near = process.extractOne(full, list(groups), scorer=fuzz.ratio, score_cutoff=SAME_FULL_NAME)
            head = near[0] if near else full
            groups[head] += fulls[full]
            self._spelling[short, full] = head
        return groups

    def of(self, key: str, own: Mapping[str, str]) -> str:
        """Return the key that `key` goes by in a paper with its `own` definitions."""
        for short, full in own.items():
            if key in (short, full):
                return self._spelling[short, full]
        return self._agreed.get(key, key)


def _named(gathered: Mapping[str, _Evidence]) -> Iterable[Concept]:
    taken: set[str] = set()
    for key in sorted(gathered):
        evidence = gathered[key]
        kind = evidence.kind()
        name, *aliases = evidence.spellings()
        concept_id = _unused_id(f"{kind.lower()}:{slug(name)}", taken)
        papers = {paper: tuple(mentions) for paper, mentions in evidence.papers.items()}
        yield Concept(concept_id, name, kind, tuple(aliases), papers)


def _unused_id(wanted: str, taken: set[str]) -> str:
    candidate, number = wanted, 2
    while candidate in taken:
        candidate, number = f"{wanted}-{number}", number + 1
    taken.add(candidate)
    return candidate


def slug(name: str) -> str:
    """Return a name as ids hold it: lower case, words joined by hyphens.

    Examples
    --------
    >>> slug("LLaMA-2 7B"), slug("C++"), slug("Gödel machine")
    ('llama-2-7b', 'c++', 'gödel-machine')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[^\w+#.]+", "-", folded).strip("-") or "unnamed"
