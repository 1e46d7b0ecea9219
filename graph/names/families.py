"""Versions and sizes: `LLaMA-2-7B` is a variant of `LLaMA-2`, and that of `LLaMA`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from litloom.graph.names.normalize import name_words, wordlist
from litloom.records import Kind

KINDS_WITH_VARIANTS: Final[frozenset[Kind]] = frozenset({"Method", "Dataset", "Hardware", "Metric"})
QUALIFIERS: Final = wordlist("qualifiers")
MAKERS: Final = wordlist("makers")
LONGEST_FAMILY: Final = 2
LONGEST_SUBSET: Final = 3
SHORT_FAMILY: Final = 3
"""A shorter name is taken for a family only where nothing but numbers and qualifiers follows."""
_PROPER_NAME: Final = re.compile(r"[A-Z].*[A-Z]|[a-z][A-Z]|^[A-Z][a-z]+(?:\W|\d|$)")
_LEADING_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def families(name: str, kind: Kind) -> Iterator[tuple[str, ...]]:
    """Yield the words of the families that a name says it is a variant of, the nearest first.

    Tasks have no variants.

    Examples
    --------
    >>> [" ".join(words) for words in families("LLaMA-2-7B", "Method")]
    ['llama 2', 'llama']
    >>> [" ".join(words) for words in families("COCO test-dev", "Dataset")]
    ['coco test', 'coco']
    >>> list(families("6D pose estimation", "Method"))
    []
    """
    words = name_words(name)
    if kind not in KINDS_WITH_VARIANTS or len(words) < 2 or not _PROPER_NAME.search(name):
        return
    if _LEADING_YEAR.fullmatch(words[0]):
        yield words[1:]
        words = words[1:]
    for end in range(len(words) - 1, 0, -1):
        if _names_family(words[:end]) and _names_variant(
            words[end:], kind, strictly=len(words[0]) < SHORT_FAMILY
        ):
            yield words[:end]


def _names_family(words: tuple[str, ...]) -> bool:
    letters = [word for word in words if word[0].isalpha()]
    proper = words[0][0].isalpha() and len(words[0]) > 1 and words[0] not in MAKERS
    return proper and len([word for word in letters if word not in QUALIFIERS]) <= LONGEST_FAMILY


def _names_variant(rest: tuple[str, ...], kind: Kind, *, strictly: bool) -> bool:
    if all(word[0].isdigit() or word in QUALIFIERS for word in rest):
        return True
    return not strictly and len(rest) <= LONGEST_SUBSET and (kind == "Dataset" or rest[0][0].isdigit())
