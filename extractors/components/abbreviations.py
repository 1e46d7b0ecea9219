"""The component `litloom_abbreviations`: "large language models (LLMs)".

After Schwartz & Hearst (2003), "A Simple Algorithm for Identifying Abbreviation Definitions in Biomedical
Text": a short form in parentheses is matched from right to left against the words before it; its first
letter must begin a word. Words whose first letters are just the short form are preferred. Plurals of short
forms are matched by their singular, and a pair may also stand the other way round, "LLMs (large language
models)". Pairs are left in ``doc._.abbreviations``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from litloom.extractors.evidence.tokens import tokens_of

if not Doc.has_extension("abbreviations"):
    Doc.set_extension("abbreviations", default=())

_PARENTHESES: Final = re.compile(r"[(\[]([^()\[\]]{2,120})[)\]]")
_LONGEST_SHORT: Final = 16
_BEFORE: Final = 160
_WORD: Final = re.compile(r"\S+")
_WORD_PART: Final = re.compile(r"[^\W_]+")
_NAME_BEFORE: Final = re.compile(r"([^\s(),;:]{2,16})\s*$")


class Abbreviation(NamedTuple):
    """A short form and its long form, with where each stands in the text."""

    short: str
    long: str
    short_start: int
    long_start: int


def find_abbreviations(text: str) -> tuple[Abbreviation, ...]:
    """Return the abbreviations that a text defines, each short form once, in order.

    Parameters
    ----------
    text
        Any text.

    Examples
    --------
    >>> found = find_abbreviations("We train large language models (LLMs) with low-rank adaptation (LoRA).")
    >>> [(pair.short, pair.long) for pair in found]
    [('LLMs', 'large language models'), ('LoRA', 'low-rank adaptation')]
    """
    pairs: dict[str, Abbreviation] = {}
    for match in _PARENTHESES.finditer(text):
        inner = re.split(r"[,;]|\s+(?:or|i\.e\.|e\.g\.)\s+", match[1])[0]
        shift = len(inner) - len(inner.lstrip())
        inner, at = inner.strip(), match.start(1) + shift
        found = _short_inside(text, inner, at, match.start()) or _long_inside(text, inner, at, match.start())
        if found is not None:
            pairs.setdefault(found.short, found)
    return tuple(pairs.values())


def _short_inside(text: str, short: str, at: int, opening: int) -> Abbreviation | None:
    if not _is_short(short):
        return None
    window = text[max(0, opening - _BEFORE) : opening]
    before = window.rstrip()
    end = opening - (len(window) - len(before))
    before = before[max(before.rfind("\n"), before.rfind(". ")) + 1 :]
    start = _match(short, before)
    if start is None:
        return None
    long = before[start:]
    return Abbreviation(short, long, at, end - len(long)) if _sound(short, long) else None


def _long_inside(text: str, long: str, at: int, opening: int) -> Abbreviation | None:
    match = _NAME_BEFORE.search(text, max(0, opening - 24), opening)
    if match is None or not _is_short(match[1]) or " " not in long or not any(c.isupper() for c in match[1]):
        return None
    start = _match(match[1], long)
    if start != 0 or not _sound(match[1], long):
        return None
    return Abbreviation(match[1], long, match.start(1), at)


def _is_short(text: str) -> bool:
    return (
        2 <= len(text) <= _LONGEST_SHORT
        and text[0].isalnum()
        and any(c.isupper() for c in text)
        and len(text.split()) <= 2
    )


def _sound(short: str, long: str) -> bool:
    words = _WORD.findall(long)
    letters = sum(c.isalnum() for c in short)
    return (
        len(long) > len(short)
        and len(words) <= min(letters + 5, letters * 2)
        and short not in words
        and not any(c in long for c in "()[]")
    )


def _match(short: str, before: str) -> int | None:
    """Return where the shortest long form begins in the words before, if there is one."""
    for form in dict.fromkeys((short, short[:-1] if short.endswith("s") and len(short) > 2 else short)):
        letters = [c.lower() for c in form if c.isalnum()]
        lowered = before.lower()
        if len(lowered) != len(before):
            return None
        initials = _where_initials_begin(letters, lowered)
        if initials is not None:
            return initials
        at = len(lowered)
        for number in range(len(letters) - 1, -1, -1):
            at -= 1
            while at >= 0 and not (
                lowered[at] == letters[number] and (number or at == 0 or not lowered[at - 1].isalnum())
            ):
                at -= 1
            if at < 0:
                break
        else:
            return at
    return None


def _where_initials_begin(letters: list[str], lowered: str) -> int | None:
    """Return where the last words begin whose first letters are these: "semi-supervised learning", s-s-l."""
    words = list(_WORD_PART.finditer(lowered))[-len(letters) :]
    return words[0].start() if [word[0][0] for word in words] == letters else None


def partners(pairs: Sequence[Abbreviation]) -> dict[str, str]:
    """Return for each short form its long form, and for each long form its short form."""
    return {**{pair.long: pair.short for pair in pairs}, **{pair.short: pair.long for pair in pairs}}


@Language.component("litloom_abbreviations", assigns=["doc._.abbreviations"])
def abbreviations(doc: Doc) -> Doc:
    """Leave the abbreviations that a document defines in ``doc._.abbreviations``."""
    doc._.abbreviations = find_abbreviations(tokens_of(doc).text)
    return doc
