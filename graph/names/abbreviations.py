"""What an abbreviation stands for: by its own paper, by that paper's other words, or by what most papers say.

Definitions come from the papers at hand (Schwartz and Hearst 2003, see
`litloom.extractors.components.abbreviations`) and from a list of known ones, ``data/abbreviations.tsv``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from typing import Final

from rapidfuzz import fuzz

from litloom.graph.names.known_names import known_names
from litloom.graph.names.normalize import Words, data_rows, name_words, spelling_key

DOMINANT_SHARE: Final = 0.6
"""Share of all definitions from which papers that do not define an abbreviation mean the same."""
DEFINING_PAPERS: Final = 2
"""Papers that must define an abbreviation before others are taken to mean the same."""
KNOWN_WEIGHT: Final = 50
"""Defining papers that a known name counts for."""
LOWER_CASE_SHARE: Final = 0.9
LOWER_CASE_PAPERS: Final = 10
"""Share of all definitions, and papers, from which an abbreviation may be written in lower case: "gpu"."""
SAME_WORDING: Final = 85.0
"""Similarity, out of 100, from which two full names of one abbreviation are spellings of each other."""
_OTHERS: Final = "*"
"""In the shipped list: all other meanings."""


class Meanings:
    """Meanings of abbreviations, with how many papers define each.

    Parameters
    ----------
    definitions
        (abbreviation, full name), one for each paper that defines it so; or how many papers do.
    known
        Whether to count the shipped list too.

    Examples
    --------
    >>> meanings = Meanings([("QA", "question answering")])
    >>> meanings.expansion("QA"), meanings.expansion("PC")
    (('question', 'answering'), None)
    """

    def __init__(
        self,
        definitions: Iterable[tuple[str, str]] | Mapping[tuple[str, str], int] = (),
        *,
        known: bool = True,
    ) -> None:
        self._known = known_abbreviations() if known else {}
        counts: dict[str, Counter[Words]] = defaultdict(Counter)
        for (short, full), papers in Counter(definitions).items():
            counts[spelling_key(short)][name_words(full)] += papers
        self._counts = counts
        self._groups: dict[str, Counter[Words]] = {}

    def of(self, short: str) -> Mapping[Words, int]:
        """Return the meanings of an abbreviation and their counts, spellings of one meaning together."""
        key = spelling_key(short)
        if key not in self._groups:
            votes = Counter(self._known.get(key)) + Counter(self._counts.get(key))
            groups = self._groups[key] = Counter()
            for words in sorted(votes, key=lambda words: (-votes[words], words)):
                groups[next((known for known in groups if _alike(known, words)), words)] += votes[words]
        return self._groups[key]

    def wording(self, short: str, full: str) -> Words:
        """Return the commonest wording of a full name that a paper gives for an abbreviation.

        Words before it are left out: "embedded graphics processing unit (GPU)" defines GPU.
        """
        words = name_words(full)
        known = self._spelled_out(short)
        whole = (meaning for meaning in known if _alike(meaning, words))
        end = (meaning for meaning in known if _alike(meaning, words[-len(meaning) :]))
        return next(whole, None) or next(end, words)

    def is_dominant(self, short: str) -> bool:
        """Tell whether nearly all of many papers agree on the meaning of an abbreviation."""
        votes = self.of(short).values()
        return max(votes, default=0) >= max(LOWER_CASE_PAPERS, LOWER_CASE_SHARE * sum(votes))

    def state(self, short: str) -> Hashable:
        """Return all that the expansion of names depends on; while it stays, so do their words."""
        return tuple(self.of(short)), self.expansion(short), self.is_dominant(short)

    def context_words(self, short: str) -> frozenset[str]:
        """Return the words of a paper that may change the `expansion` of an abbreviation."""
        spelled_out = self._spelled_out(short)
        if spelled_out in ([], [self.expansion(short)]):
            return frozenset()
        return frozenset(word for words in spelled_out for word in words)

    def expansion(self, short: str, context: frozenset[str] = frozenset()) -> Words | None:
        """Return what an abbreviation means in a paper that does not define it; ``None`` in doubt.

        The one meaning whose words are all in the paper, the `context`, is preferred.
        """
        votes = self.of(short)
        if not votes:
            return None
        spelled_out = [words for words in self._spelled_out(short) if context.issuperset(words)]
        if len(spelled_out) == 1:
            return spelled_out[0]
        likeliest = max(votes, key=lambda words: (votes[words], words))
        enough = votes[likeliest] >= max(DEFINING_PAPERS, DOMINANT_SHARE * sum(votes.values()))
        return likeliest if enough and likeliest != (_OTHERS,) else None

    def _spelled_out(self, short: str) -> list[Words]:
        return [words for words in self.of(short) if words != (_OTHERS,)]


def _alike(one: Words, other: Words) -> bool:
    return one == other or fuzz.ratio(" ".join(one), " ".join(other)) >= SAME_WORDING


def is_known(words: Words) -> bool:
    """Tell whether words are the name of something that the shipped lists have.

    Examples
    --------
    >>> is_known(("mixture", "expert")), is_known(("portrait", "matting"))
    (True, False)
    """
    return words in _known_full_names()


@cache
def _known_full_names() -> frozenset[Words]:
    listed = (name_words(name) for row in known_names() for name in row.full_names)
    return frozenset(words for votes in known_abbreviations().values() for words in votes).union(listed)


def usual_short_form(words: Words) -> str | None:
    """Return the abbreviation by which a full name is known, if the shipped list has one that means just it.

    Examples
    --------
    >>> usual_short_form(("low", "rank", "adaptation"))
    'lora'
    """
    return _short_forms().get(words)


@cache
def _short_forms() -> Mapping[Words, str]:
    known = Meanings()
    counted = [
        (known.of(short)[words], short, words)
        for short in known_abbreviations()
        if (words := known.expansion(short)) is not None
    ]
    return {words: short for _, short, words in sorted(counted)}


@cache
def known_abbreviations() -> Mapping[str, Counter[Words]]:
    """Return the shipped lists: votes for each meaning by `spelling_key`."""
    known: dict[str, Counter[Words]] = defaultdict(Counter)
    for short, full, papers in data_rows("abbreviations"):
        known[short][(full,) if full == _OTHERS else name_words(full)] += int(papers)
    for row in known_names():
        for short in row.short_names:
            known[spelling_key(short)][name_words(row.full_names[0])] += KNOWN_WEIGHT
    return known
