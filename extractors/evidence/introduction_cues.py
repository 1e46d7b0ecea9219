"""Features of a name's occurrences: the words around them, its spelling, its positions.

The patterns search the rest of the sentence before an occurrence, the next few words after it, and the title.
They are features of the judges of `litloom_introduces`, not decisions.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from litloom.extractors.components.wordpiece import CASES, case_of

_FILE: Final = Path(__file__).parents[1] / "data" / "introduction-cues.toml"
Patterns = tuple[re.Pattern[str], ...]
PATTERNS: Final[Mapping[str, Patterns]] = {
    place: tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    for place, patterns in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()
}
"""The patterns for each place, see the file."""
_COLON: Final = re.compile(r"\s*:")
_OPENING: Final = re.compile(r"\s*\(")
_WINDOW: Final = 110
_AHEAD: Final = 40
_MAX_OCCURRENCES: Final = 12


def cues(text: str, title_end: int, name: str, starts: Sequence[int]) -> list[float]:
    """Return the features of one name.

    The text is title, line end and abstract; `title_end` is the character offset of the line end, and
    `starts` are those where the name starts, ascending.
    """
    few = starts[:_MAX_OCCURRENCES]
    inside = [start for start in few if start > title_end]
    titled = [start for start in few if start <= title_end]
    before = [_sentence_before(text, start) for start in inside]
    after = [text[start + len(name) : start + len(name) + _AHEAD] for start in inside]
    row: list[float] = []
    count = max(len(inside), 1)
    for column in _hits(PATTERNS["before"], before):
        total = sum(column)
        row += [float(total > 0), total / count, float(column[0])]
    for column in _hits(PATTERNS["after"], after):
        total = sum(column)
        row += [float(total > 0), total / count]
    row += _in_title(text, title_end, name, titled)
    row.append(sum([not part.strip() for part in before]) / count)
    length = max(len(text) - title_end, 1)
    first, last = min(inside, default=len(text)), max(inside, default=title_end)
    return [
        *row,
        float(bool(titled)),
        float(not inside),
        math.log1p(len(starts)),
        math.log1p(len(inside)),
        (first - title_end) / length,
        (last - title_end) / length,
        *_spelling(name, bool(inside)),
    ]


def _hits(patterns: Patterns, parts: Sequence[str]) -> list[tuple[bool, ...]]:
    """Return for each pattern in which of the strings it is found; without strings, in one that lacks it."""
    hits = [[pattern.search(part) is not None for pattern in patterns] for part in parts]
    return list(zip(*hits, strict=True)) or [(False,)] * len(patterns)


def _in_title(text: str, title_end: int, name: str, starts: Sequence[int]) -> list[float]:
    before = [text[max(0, start - _WINDOW) : start] for start in starts]
    after = [text[start + len(name) : min(title_end, start + len(name) + _WINDOW)] for start in starts]
    return [
        *(float(any(pattern.search(part) for part in before)) for pattern in PATTERNS["before_in_title"]),
        float(any(_COLON.match(part) for part in after)),
        float(any(not part.strip() for part in before)),
        float(any(not part.strip() for part in after)),
        float(any(_OPENING.match(part) for part in after)),
    ]


def _sentence_before(text: str, start: int) -> str:
    """Return the part of the sentence before an offset."""
    window = text[max(0, start - _WINDOW) : start]
    cut = max(window.rfind("\n"), window.rfind(". "), window.rfind("? "), window.rfind("! "))
    return window[cut + 1 :] if cut >= 0 else window


def _spelling(name: str, in_abstract: bool) -> tuple[float, ...]:
    words, length, digit, initial, capitals, *cases = spelling(name)
    titled = words > 1 and all(word[:1].isupper() for word in name.split())
    inner_capital = any(c.isupper() for c in name[1:]) and any(c.islower() for c in name)
    symbols = any(c in name for c in ":+*/")
    flags = ("-" in name, titled, titled and in_abstract, symbols, words == 1 and inner_capital)
    return (words, length, capitals, float(name.islower()), initial, digit, *map(float, flags), *cases)


@lru_cache(4_000)
def spelling(name: str) -> tuple[float, ...]:
    """Return words, log of characters, digit, capital initial, two capitals, and case of the last word."""
    words = name.split()
    cases = [0.0] * CASES
    cases[case_of(words[-1] if words else "")] = 1.0
    capitals = sum(c.isupper() for c in name)
    flags = (any(c.isdigit() for c in name), name[:1].isupper(), capitals > 1)
    return (float(len(words)), math.log(max(len(name), 1)), *map(float, flags), *cases)
