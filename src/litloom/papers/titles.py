"""Compare titles.

Case, punctuation, accents, LaTeX and word spacing are ignored. A typo is one letter that is wrong, missing,
added or swapped with the next, inside a word of plain letters. Differences in numbers, short words, first
letters ("symmetric", "asymmetric") or whole words are not typos: "Part I" is not "Part II", and an erratum is
not its paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rapidfuzz.distance import OSA

from litloom.normalize import fold_text, split_words

MISTYPED_WORDS: Final = 2
"""The most words with a typo."""
TYPO_LETTERS: Final = 4
"""The fewest letters of a word with a typo."""
TYPO_WORDS: Final = 3
"""The fewest words of a title with a typo."""

_APOSTROPHES: Final = re.compile("['’ʼ`´]")

Words = tuple[str, ...]


def title_words(title: str) -> Words:
    r"""Return the normalized words of a title.

    >>> title_words(r"On {\emph{Schr\"odinger's}} Looms & Pre-Training")
    ('on', 'schrodingers', 'looms', 'and', 'pre', 'training')
    """
    return split_words(_APOSTROPHES.sub("", fold_text(title).replace("&", " and ")))


def title_key(words: Words) -> str:
    """Return a key that is equal for all spellings of a title, typos aside.

    >>> title_key(title_words("Pre-training GPT 3.5")) == title_key(title_words("PRETRAINING GPT-3.5."))
    True
    >>> title_key(("gpt", "3", "5"))
    'gpt3 5'
    """
    return re.sub(r"(?<!\d) | (?!\d)", "", " ".join(words))


def typo_keys(words: Words) -> Iterator[tuple[int | str, ...]]:
    """Yield keys of which a title and the same one with a mistyped word share at least one.

    Each omits every third word and has the number of words, so few titles must be compared.

    >>> one, other = (set(typo_keys(title_words(t))) for t in ("Atention Is All", "Attention Is All"))
    >>> one & other
    {(3, 0, 'is', 'all')}
    """
    if len(words) >= TYPO_WORDS:
        for third in range(3):
            yield len(words), third, *(word for place, word in enumerate(words) if place % 3 != third)


def same_but_for_typos(words: Words, other: Words) -> bool:
    """Whether two titles differ only by typos.

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
