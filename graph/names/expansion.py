"""Names with their abbreviations written out: "GAN training", generative adversarial network training."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cache, partial
from itertools import zip_longest
from typing import Final

from litloom.graph.names.abbreviations import Meanings
from litloom.graph.names.known_names import known_by_key
from litloom.graph.names.normalize import (
    Words,
    content_tokens,
    looks_abbreviated,
    name_words,
    raw_words,
    spelling_key,
    text_words,
    tokens,
    wordlist,
)
from litloom.normalize import singular

GENERIC_HEADS: Final = wordlist("generic_heads")
_PROPER_NAME: Final = re.compile(r"[A-Z\d].*[A-Z\d]|[a-z][A-Z]")


def expand(name: str, own: Mapping[str, Words], meanings: Meanings, context: frozenset[str]) -> Words:
    """Return the words of a name with its abbreviations written out, but for those that a number follows.

    Parameters
    ----------
    name
        The name as the paper writes it.
    own
        The paper's own definitions, by `spelling_key`.
    meanings
        What abbreviations mean elsewhere.
    context
        The words of the paper.

    Examples
    --------
    >>> expand("GAN training", {}, Meanings(), frozenset())
    ('generative', 'adversarial', 'network', 'training')
    """
    whole = _meaning(name, own, meanings, context)
    if whole is None and meanings.is_dominant(name):
        whole = meanings.expansion(name)
    if whole is not None:
        return whole
    parts = content_tokens(name)
    if (
        len(parts) == len(tokens(name)) == 2
        and singular(parts[1].lower()) in GENERIC_HEADS
        and _stands_alone(parts[0])
    ):
        parts = parts[:1]
    words: list[str] = []
    for part, following in zip_longest(parts, parts[1:], fillvalue=""):
        is_version = following.isdigit()
        meaning = None if is_version else _meaning(part, own, meanings, context)
        words.extend(raw_words(part) if meaning is None else meaning)
    return tuple(words) or name_words(name)


class NameExpander:
    """`expand` for the names of many papers: what several of them share is computed once.

    Parameters
    ----------
    meanings
        What abbreviations mean in all papers.
    """

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._dependencies = cache(self._depends_on)
        self._known: dict[Hashable, Words] = {}

    def of_paper(
        self, names: Iterable[str], abbreviations: Iterable[tuple[str, str]], text: str
    ) -> list[Words]:
        """Return the words of each name of a paper; `abbreviations` are (abbreviation, full name) pairs."""
        own = {spelling_key(short): self._meanings.wording(short, full) for short, full in abbreviations}
        context = cache(partial(text_words, text))
        return [self.expand(name, own, context) for name in names]

    def expand(self, name: str, own: Mapping[str, Words], context: Callable[[], frozenset[str]]) -> Words:
        """Return the words of a name; its context is called where it makes a difference."""
        shorts, words = self._dependencies(name)
        defined = () if shorts.isdisjoint(own) else tuple((s, own[s]) for s in shorts if s in own)
        seen = words & context() if words else words
        key = (name, defined, seen) if defined or seen else name
        if key not in self._known:
            self._known[key] = expand(name, dict(defined), self._meanings, seen)
        return self._known[key]

    def _depends_on(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the abbreviations that a paper may define, and the words that tell meanings apart."""
        parts = (name, *content_tokens(name))
        words = (self._meanings.context_words(part) for part in parts if looks_abbreviated(part))
        return frozenset(map(spelling_key, parts)), frozenset().union(*words)


def lookups(name: str) -> frozenset[str]:
    """Return the abbreviations, by `spelling_key`, whose meaning elsewhere may change how a name is expanded.

    Examples
    --------
    >>> sorted(lookups("GAN training"))
    ['gan', 'gan training']
    """
    return frozenset(map(spelling_key, (name, *filter(looks_abbreviated, content_tokens(name)))))


def _meaning(
    part: str, own: Mapping[str, Words], meanings: Meanings, context: frozenset[str]
) -> Words | None:
    key = spelling_key(part)
    if key in own:
        return own[key]
    return meanings.expansion(part, context) if looks_abbreviated(part) else None


def _stands_alone(word: str) -> bool:
    """Tell whether a word is a name by itself, as "Adam" and "ImageNet" are and "Evolutionary" is not."""
    known = known_by_key().get(spelling_key(word))
    return bool(_PROPER_NAME.search(word)) or (known is not None and known.name[0].isupper())
