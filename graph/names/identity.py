"""When two names are one concept.

A name's identity is its normal words (`litloom.graph.names.normalize`) with every abbreviation written out
(`litloom.graph.names.abbreviations`). The order of words does not matter in a phrase ("swarm of robots",
"robot swarm"), but does where there are numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from itertools import zip_longest
from typing import Final

from litloom.graph.names.abbreviations import Meanings, Words, is_known
from litloom.graph.names.known_names import known_by_key
from litloom.graph.names.normalize import (
    looks_abbreviated,
    name_words,
    raw_words,
    spelling_key,
    telling_tokens,
    tokens,
)
from litloom.graph.names.word_lists import wordlist
from litloom.support.normalize import singular

GENERIC_HEADS: Final = wordlist("generic_heads")
_OWN_NAME: Final = re.compile(r"[A-Z\d].*[A-Z\d]|[a-z][A-Z]")
_CENTURY: Final = re.compile(r"^20(?=\d\d$)")
_SHORTEST_INITIALISM: Final = 3
_LONGEST_ELLIPSIS: Final = 3


def written_out(name: str, own: Mapping[str, Words], meanings: Meanings, company: frozenset[str]) -> Words:
    """Return the words of a name with its abbreviations written out, but for those that a number follows.

    Parameters
    ----------
    name
        The name as the paper writes it.
    own
        The paper's own definitions, by `spelling_key`.
    meanings
        What abbreviations mean elsewhere.
    company
        The words of the paper.

    Examples
    --------
    >>> written_out("GAN training", {}, Meanings(), frozenset())
    ('generative', 'adversarial', 'network', 'training')
    """
    whole = _meaning(name, own, meanings, company)
    if whole is None and meanings.unmistakable(name):
        whole = meanings.understood(name)
    if whole is not None:
        return whole
    parts = telling_tokens(name)
    if (
        len(parts) == len(tokens(name)) == 2
        and singular(parts[1].lower()) in GENERIC_HEADS
        and _stands_alone(parts[0])
    ):
        parts = parts[:1]
    words: list[str] = []
    for part, following in zip_longest(parts, parts[1:], fillvalue=""):
        is_version = following.isdigit()
        meaning = None if is_version else _meaning(part, own, meanings, company)
        words.extend(raw_words(part) if meaning is None else meaning)
    return tuple(words) or name_words(name)


class Writing:
    """`written_out` for the names of many papers: what is alike in several of them is worked out once."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._telling: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._known: dict[Hashable, Words] = {}

    def of(self, name: str, own: Mapping[str, Words], company: Callable[[], frozenset[str]]) -> Words:
        """Return the words of a name in a paper; its company is asked for where it makes a difference."""
        if name not in self._telling:
            self._telling[name] = self._what_tells(name)
        shorts, words = self._telling[name]
        defined = () if shorts.isdisjoint(own) else tuple((s, own[s]) for s in shorts if s in own)
        seen = words & company() if words else words
        key = (name, defined, seen) if defined or seen else name
        if key not in self._known:
            self._known[key] = written_out(name, dict(defined), self._meanings, seen)
        return self._known[key]

    def _what_tells(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of its abbreviations a paper may define, and which words there tell meanings apart."""
        parts = (name, *telling_tokens(name))
        words = (self._meanings.telling_words(part) for part in parts if looks_abbreviated(part))
        return frozenset(map(spelling_key, parts)), frozenset().union(*words)


def looked_up(name: str) -> frozenset[str]:
    """Return the abbreviations, by `spelling_key`, whose meaning elsewhere may change what a name stands for.

    Examples
    --------
    >>> sorted(looked_up("GAN training"))
    ['gan', 'gan training']
    """
    return frozenset(map(spelling_key, (name, *filter(looks_abbreviated, telling_tokens(name)))))


def _meaning(
    part: str, own: Mapping[str, Words], meanings: Meanings, company: frozenset[str]
) -> Words | None:
    key = spelling_key(part)
    if key in own:
        return own[key]
    return meanings.understood(part, company) if looks_abbreviated(part) else None


def _stands_alone(word: str) -> bool:
    """Tell whether a word is a name by itself, as "Adam" and "ImageNet" are and "Evolutionary" is not."""
    known = known_by_key().get(spelling_key(word))
    return bool(_OWN_NAME.search(word)) or (known is not None and known.name[0].isupper())


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
    if not 2 <= len(short) < len(long) or short[0] != long[0] or short[-1] != long[-1]:
        return False
    if is_known(short):
        return False
    left_out = len(long) - len(short)
    rest = iter(long)
    return (
        left_out <= _LONGEST_ELLIPSIS
        and all(word in rest for word in short)
        and not any(word[0].isdigit() for word in set(long) - set(short))
    )
