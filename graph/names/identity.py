"""When two names are one concept.

The identity of a name is its normal words (`litloom.graph.names.normalize`) with its abbreviations written
out (`litloom.graph.names.expansion`). The order of words does not matter in a phrase ("swarm of robots",
"robot swarm"), but does where there are numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final

from litloom.graph.names.abbreviations import is_known
from litloom.graph.names.corrections import Corrections
from litloom.graph.names.known_names import known_names
from litloom.graph.names.normalize import Words, looks_abbreviated, name_words, raw_words, spelling_key

_CENTURY: Final = re.compile(r"^20(?=\d\d$)")
_SHORTEST_INITIALISM: Final = 3
_LONGEST_ELLIPSIS: Final = 3


@lru_cache(maxsize=1 << 18)
def identity(words: Words) -> str:
    """Return the key under which names of one concept meet.

    Examples
    --------
    >>> identity(("swarm", "robot")) == identity(("robot", "swarm"))
    True
    >>> identity(("cifar", "10")) == identity(("cifar", "100"))
    False
    """
    words = tuple(_CENTURY.sub("", word) for word in words)
    if any(word[0].isdigit() and not word.endswith("d") for word in words):
        return "".join(words)
    return " ".join(sorted(set(words)))


def same_concept(corrections: Corrections) -> Iterator[Collection[str]]:
    """Yield the names, by `spelling_key`, that are one concept by the known names or by corrections."""
    apart = {name for group in corrections.apart for name in group}
    for row in known_names():
        yield {spelling_key(name) for name in row.full_names} - apart
    yield from corrections.same


@lru_cache(maxsize=1 << 18)
def initialisms(name: str) -> frozenset[str]:
    """Return the first letters of a name's words, with its small words and without.

    Examples
    --------
    >>> sorted(initialisms("internet of things"))
    ['iot', 'it']
    """
    return frozenset("".join(word[0] for word in words) for words in (raw_words(name), name_words(name)))


@lru_cache(maxsize=1 << 18)
def may_be_initialism(name: str) -> bool:
    """Tell whether a name may be made of the first letters of another that its paper does not spell out."""
    return looks_abbreviated(name) and len(spelling_key(name)) >= _SHORTEST_INITIALISM


def is_ellipsis(short: Words, long: Words) -> bool:
    """Tell whether one phrase leaves out inner words of another, as a paper does when it repeats itself.

    A phrase that is known by itself is no such shortening: "mixture of experts" is not "mixture of latent
    experts".

    Examples
    --------
    >>> is_ellipsis(("portrait", "matting"), ("portrait", "image", "matting"))
    True
    """
    if not 2 <= len(short) < len(long) or short[0] != long[0] or short[-1] != long[-1] or is_known(short):
        return False
    rest = iter(long)
    return (
        len(long) - len(short) <= _LONGEST_ELLIPSIS
        and all(word in rest for word in short)
        and not any(word[0].isdigit() for word in set(long) - set(short))
    )
