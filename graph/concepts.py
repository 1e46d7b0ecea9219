"""What all papers together say of one concept: its name, its kind, its id."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from litloom.graph.corrections import correction_key
from litloom.graph.known_names import known_by_key
from litloom.graph.meanings import Words, usual_short_form
from litloom.records import Kind, Mention, bounded_id

BOTH_WAYS_SHARE: Final = 0.35
"""Share of its papers from which a concept's second kind is a use of its own, and no disagreement …"""
BOTH_WAYS_PAPERS: Final = 8
"""… where at least this many papers have it."""

KNOWN_VOTES: Final = 3
"""Papers that the kind of a known name counts for, where papers disagree."""

Places = Mapping[str, list[Mention]]
"""Mentions by paper id."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A method, dataset, piece of hardware, metric or task, as all papers together show it.

    Parameters
    ----------
    id
        Kind and normal name, such as ``method:lora``. It does not depend on which spelling is the commonest,
        so that it stays when papers are added.
    name
        The commonest spelling.
    kind
        The kind that most of its papers see in it.
    kind_share
        The share of its papers that do, from 0 to 1.
    aliases
        All other spellings, the commonest first.
    papers
        For each paper that mentions it, the mentions.
    """

    id: str
    name: str
    kind: Kind
    kind_share: float
    aliases: tuple[str, ...]
    papers: Mapping[str, tuple[Mention, ...]]


def concepts_of_key(key: str, words: Words, places: Places, said: Mapping[str, Kind]) -> Iterator[Concept]:
    """Yield the concept of a key; two where the papers truly use its name for two kinds.

    Parameters
    ----------
    key, words
        The key and the words that it stands for.
    places
        All mentions under it.
    said
        Kinds that a person gives, by `litloom.graph.corrections.correction_key`.
    """
    written = {mention.text for mentions in places.values() for mention in mentions}
    kinds = _kinds(places)
    one, *other = kinds_of(set(map(correction_key, written)), kinds, said)
    if not other:
        yield _concept(one, kinds, words, places)
        return
    of_second = {paper: ms for paper, ms in places.items() if _kind_in_paper(ms) in other}
    rest = {paper: ms for paper, ms in places.items() if paper not in of_second}
    for kind, part in ((one, rest), (other[0], of_second)):
        yield _concept(kind, _kinds(part), words, part)


def kinds_of(spellings: Set[str], kinds: Counter[Kind], said: Mapping[str, Kind]) -> tuple[Kind, ...]:
    """Return the kind of what has these spellings; two, the commoner first, where papers truly use both.

    Parameters
    ----------
    spellings
        By `litloom.graph.corrections.correction_key`.
    kinds
        How many papers see each kind, as `ranked` has them.
    said
        Kinds that a person gives.
    """
    given = next((said[spelling] for spelling in sorted(spellings) if spelling in said), None)
    if given is not None:
        return (given,)
    if _used_both_ways(kinds):
        return tuple(kind for kind, _ in kinds.most_common(2))
    known = Counter({known_by_key()[s].kind: KNOWN_VOTES for s in sorted(spellings) if s in known_by_key()})
    return ((kinds + known).most_common(1)[0][0],)


def ranked(votes: Mapping[Kind, int]) -> Counter[Kind]:
    """Return how many papers see each kind, the most first, then by name."""
    return Counter(dict(sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))))


def concept_id(kind: Kind, words: Words) -> str:
    """Return the id of a concept by its kind and the words that its key stands for."""
    return bounded_id(f"{kind.lower()}:{slug(usual_short_form(words) or ' '.join(words))}")


def _kinds(places: Places) -> Counter[Kind]:
    return ranked(Counter(_kind_in_paper(mentions) for mentions in places.values()))


def _kind_in_paper(mentions: list[Mention]) -> Kind:
    if len(mentions) == 1:
        return mentions[0].kind
    votes = Counter(mention.kind for mention in mentions)
    return min(votes, key=lambda kind: (-votes[kind], kind))


def _used_both_ways(kinds: Counter[Kind]) -> bool:
    if len(kinds) < 2:
        return False
    (_, second) = kinds.most_common(2)[1]
    return second >= max(BOTH_WAYS_PAPERS, BOTH_WAYS_SHARE * kinds.total())


def _concept(kind: Kind, kinds: Counter[Kind], words: Words, places: Places) -> Concept:
    name, *aliases = _spellings(places)
    papers = {paper: tuple(mentions) for paper, mentions in places.items()}
    return Concept(concept_id(kind, words), name, kind, kinds[kind] / kinds.total(), tuple(aliases), papers)


def _spellings(places: Places) -> list[str]:
    """Return all surface forms, those of the most papers first, then the most frequent, then by letters."""
    times = Counter(mention.text for mentions in places.values() for mention in mentions)
    papers = Counter(text for mentions in places.values() for text in {mention.text for mention in mentions})
    return commonest_first(papers, times)


def commonest_first(papers: Mapping[str, int], times: Mapping[str, int]) -> list[str]:
    """Return surface forms, those of the most papers first, then the most frequent, then by letters."""
    return sorted(papers, key=lambda text: (-papers[text], -times[text], text))


def slug(name: str) -> str:
    """Return a name as ids hold it: lower case, words joined by hyphens.

    Examples
    --------
    >>> slug("LLaMA-2 7B"), slug("C++"), slug("Gödel machine")
    ('llama-2-7b', 'c++', 'gödel-machine')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[^\w+#.]+", "-", folded).strip("-") or "unnamed"
