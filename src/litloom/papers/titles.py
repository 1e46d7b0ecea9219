"""When two titles are of one work, and when they only look so.

Case, punctuation, accents, LaTeX and the spacing of words tell no titles apart. A typo is one letter that is
wrong, missing, too much or swapped with the next, inside a word of plain letters. Numbers are never typos,
nor are short words, beginnings of words ("symmetric", "asymmetric") or whole words: "Part I" is not
"Part II", and an erratum is not its paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rapidfuzz.distance import OSA

from litloom.normalize import fold_text, split_words

MISTYPED_WORDS: Final = 2
"""So many words of a title may have a typo …"""
TYPO_LETTERS: Final = 4
"""… if each has at least so many letters …"""
TYPO_WORDS: Final = 3
"""… and the title at least so many words."""

_APOSTROPHES: Final = re.compile("['’ʼ`´]")

Words = tuple[str, ...]


def title_words(title: str) -> Words:
    r"""Return the words of a title as comparisons see them.

    Examples
    --------
    >>> title_words(r"On {\emph{Schr\"odinger's}} Looms & Pre-Training")
    ('on', 'schrodingers', 'looms', 'and', 'pre', 'training')
    """
    return split_words(_APOSTROPHES.sub("", fold_text(title).replace("&", " and ")))


def title_key(words: Words) -> str:
    """Return what all spellings of one title have in common, typos aside.

    Examples
    --------
    >>> title_key(title_words("Pre-training GPT 3.5")) == title_key(title_words("PRETRAINING GPT-3.5."))
    True
    >>> title_key(("gpt", "3", "5"))
    'gpt3 5'
    """
    return re.sub(r"(?<!\d) | (?!\d)", "", " ".join(words))


def typo_keys(words: Words) -> Iterator[tuple[int | str, ...]]:
    """Yield keys of which a title and the same one with a mistyped word have at least one in common.

    Each leaves out every third word, and says how many words there are. Titles that are compared only where
    they share a key are few, however many titles there are.

    Examples
    --------
    >>> one, other = (set(typo_keys(title_words(t))) for t in ("Atention Is All", "Attention Is All"))
    >>> one & other
    {(3, 0, 'is', 'all')}
    """
    if len(words) >= TYPO_WORDS:
        for third in range(3):
            yield len(words), third, *(word for place, word in enumerate(words) if place % 3 != third)


def same_but_for_typos(words: Words, other: Words) -> bool:
    """Tell whether two titles differ by typos only.

    Examples
    --------
    >>> same_but_for_typos(title_words("Atention is all you need"), title_words("Attention is all you need"))
    True
    >>> same_but_for_typos(title_words("Asymmetric Looms of Yarn"), title_words("Symmetric Looms of Yarn"))
    False
    """
    if len(words) != len(other) or len(words) < TYPO_WORDS:
        return False
    differing = [pair for pair in zip(words, other, strict=True) if pair[0] != pair[1]]
    return len(differing) <= MISTYPED_WORDS and all(_one_is_mistyped(*pair) for pair in differing)


def _one_is_mistyped(word: str, other: str) -> bool:
    return (
        word[0] == other[0]
        and min(len(word), len(other)) >= TYPO_LETTERS
        and (word + other).isascii()
        and (word + other).isalpha()
        and OSA.distance(word, other, score_cutoff=1) == 1
    )
