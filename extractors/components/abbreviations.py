"""The component `litloom_abbreviations`: "large language models (LLMs)".

After Schwartz & Hearst (2003), "A Simple Algorithm for Identifying Abbreviation Definitions in Biomedical
Text": a short form in parentheses is matched from right to left against the words before it; its first letter
must begin a word. Three additions: words whose initials are exactly the short form are preferred, a plural is
matched by its singular, and the pair may also stand the other way round, "LLMs (large language models)".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from litloom.extractors.evidence.document import tokens_of

_PARENTHESES: Final = re.compile(r"[(\[]([^()\[\]]{2,120})[)\]]")
_FIRST_PART: Final = re.compile(r"[,;]|\s+(?:or|i\.e\.|e\.g\.)\s+")
_MAX_SHORT: Final = 16
_MAX_LONG: Final = 160
_WORD_PART: Final = re.compile(r"[^\W_]+")
_NAME_BEFORE: Final = re.compile(r"([^\s(),;:]{2,16})\s*$")


class Abbreviation(NamedTuple):
    """A short form and its long form, with their character offsets in the text."""

    short: str
    long: str
    short_start: int
    long_start: int


def find_abbreviations(text: str) -> tuple[Abbreviation, ...]:
    """Return the abbreviations that a text defines, each short form once, in order.

    Examples
    --------
    >>> pairs = find_abbreviations("We train large language models (LLMs) with low-rank adaptation (LoRA).")
    >>> [(pair.short, pair.long) for pair in pairs]
    [('LLMs', 'large language models'), ('LoRA', 'low-rank adaptation')]
    """
    pairs: dict[str, Abbreviation] = {}
    for match in _PARENTHESES.finditer(text):
        inner = _FIRST_PART.split(match[1])[0]
        start = match.start(1) + len(inner) - len(inner.lstrip())
        arguments = (text, inner.strip(), start, match.start())
        pair = _short_inside(*arguments) or _long_inside(*arguments)
        if pair is not None:
            pairs.setdefault(pair.short, pair)
    return tuple(pairs.values())


def counterparts(pairs: Sequence[Abbreviation]) -> dict[str, str]:
    """Return the long form of each short form, and the short form of each long form."""
    return {**{pair.long: pair.short for pair in pairs}, **{pair.short: pair.long for pair in pairs}}


@Language.component("litloom_abbreviations", assigns=["doc._.abbreviations"])
def abbreviations(doc: Doc) -> Doc:
    """Set ``doc._.abbreviations``."""
    doc._.abbreviations = find_abbreviations(tokens_of(doc).text)
    return doc


def _short_inside(text: str, short: str, start: int, opening: int) -> Abbreviation | None:
    if not _is_short(short):
        return None
    window = text[max(0, opening - _MAX_LONG) : opening]
    before = window.rstrip()
    end = opening - (len(window) - len(before))
    before = before[max(before.rfind("\n"), before.rfind(". ")) + 1 :]
    at = _match(short, before)
    if at is None or not _is_plausible(short, before[at:]):
        return None
    return Abbreviation(short, before[at:], start, end - len(before) + at)


def _long_inside(text: str, long: str, start: int, opening: int) -> Abbreviation | None:
    match = _NAME_BEFORE.search(text, max(0, opening - 24), opening)
    if match is None or not _is_short(match[1]) or " " not in long or _match(match[1], long) != 0:
        return None
    return Abbreviation(match[1], long, match.start(1), start) if _is_plausible(match[1], long) else None


def _is_short(text: str) -> bool:
    return (
        2 <= len(text) <= _MAX_SHORT
        and text[0].isalnum()
        and any(c.isupper() for c in text)
        and len(text.split()) <= 2
    )


def _is_plausible(short: str, long: str) -> bool:
    words = long.split()
    letters = sum(c.isalnum() for c in short)
    return (
        len(long) > len(short)
        and len(words) <= min(letters + 5, letters * 2)
        and short not in words
        and not any(c in long for c in "()[]")
    )


def _match(short: str, before: str) -> int | None:
    """Return where the shortest long form begins in the words before."""
    lowered = before.lower()
    if len(lowered) != len(before):
        return None
    for form in dict.fromkeys((short, short[:-1] if short.endswith("s") and len(short) > 2 else short)):
        letters = [c.lower() for c in form if c.isalnum()]
        words = list(_WORD_PART.finditer(lowered))[-len(letters) :]
        if [word[0][0] for word in words] == letters:
            return words[0].start()
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
