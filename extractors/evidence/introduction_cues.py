"""Features of a name's occurrences: the words around them, its spelling, its positions.

The patterns search the rest of the sentence before an occurrence, the next few words after it, and the title.
They are features of the judges of `litloom_introduces`, not decisions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from litloom.extractors.components.wordpiece import CASES, case_of

Patterns = tuple[re.Pattern[str], ...]


def _compiled(*patterns: str) -> Patterns:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_MAKES: Final = (
    r"(?:propos|introduc|present|develop|design|devis|build|creat|describ|construct|releas|contribut)"
)
_BEFORE: Final = _compiled(
    rf"\b(?:{_MAKES}|formulat|deriv|establish|provid|suggest)\w*\s+(?:an?|the|our|two|three)?\s*"
    r"(?:[\w-]+\s+){0,3}$",
    rf"\b(?:we|paper|work|article)\s+(?:\w+\s+){{0,2}}{_MAKES}\w*\b[^.;]{{0,90}}$",
    r"\b(?:called|named|dubbed|termed|coined|namely|denoted|abbreviated|titled|i\.e\.)\W*(?:as\s+)?(?:the\s+)?$",
    r"\bnovel\b[^.;,]{0,60}$",
    r"\bour\s+(?:[\w-]+\s+){0,2}$",
    r"\b(?:the\s+)?proposed\s+(?:[\w-]+\s+){0,2}$",
    r"\b(?:new|first)\s+(?:[\w-]+\s+){0,4}$",
    r"\b(?:using|with|via|by|through|on|based on|use|uses|used|utiliz\w+|employ\w*|leverag\w+|apply\w*"
    r"|adopt\w*|of|for|in)\s+(?:an?|the)?\s*$",
    r"\b(?:such as|including|like|e\.g\.|than|over|existing|outperform\w*|unlike|compared to|baseline\w*"
    r"|versus|vs\.?|recent|previous|prior|popular|well-known|standard|traditional|conventional|classical?"
    r"|extend\w*|improv\w*)\s+(?:[\w-]+\s+){0,2}$",
    r"[-–—:,(]\s*$",
    r"\bis\s+(?:an?|the)\s+(?:[\w-]+\s+){0,3}$",
    r"\b(?:consist\w*|compris\w*|compos\w*|includ\w*|incorporat\w*|integrat\w*|combin\w*)\b[^.;]{0,50}$",
    r"\band\s+(?:an?|the)?\s*(?:[\w-]+\s+){0,2}$",
    r"(?:^|\s)(?:the|this)\s+$",
)
_AFTER: Final = _compiled(
    r"^\s*\(",
    r"^\s*\)",
    r"^\s*[,–—-]+\s*(?:an?|the|which|that|our)\b",
    r"^\s+(?:is|are)\s+(?:an?|the|our)\b",
    r"^\s+(?:is|are|was|were|can|has|have|does|will)\b",
    r"^\s+(?:achiev|outperform|improv|reduc|enabl|leverag|consist|demonstrat|surpass|compris|introduc|utiliz|employ"
    r"|combin|exploit|address|contain|offer|effectively|significantly|uses|learns|provides|yields|obtains|shows"
    r"|attains|exhibits|generates|builds|supports|delivers|features|adopts|incorporates|includes)\w*",
    r"^\s+(?:framework|method|approach|algorithm|model|system|architecture|module|mechanism|network|strategy"
    r"|technique|scheme|loss|policy|protocol|tool|library|platform)s?\b",
    r"^\s+(?:dataset|benchmark|corpus|data set|suite|challenge)s?\b",
    r"^\s*:",
    r"^\s*[.;]?\s*$",
    r"^\s+(?:for|to|that|which|based|with|using|by)\b",
    r"^\s*\n",
    r"^['’]s\b",
    r"^\s+and\b",
    r"^\s*,",
)
_BEFORE_IN_TITLE: Final = _compiled(
    r"\b(?:with|via|using|by|through|from|based on)\s+(?:an?|the)?\s*(?:[\w-]+\s+){0,2}$",
    r"\b(?:for|of|in|on|under|against)\s+(?:[\w-]+\s+){0,3}$",
    r"^\s*(?:an?|the)?\s*$",
    r":\s*(?:an?|the)?\s*(?:[\w-]+\s+){0,3}$",
    r"\b(?:towards?|improving|understanding|evaluating|learning|exploring|efficient)\s+(?:[\w-]+\s+){0,2}$",
)
_COLON: Final = re.compile(r"\s*:")
_OPENING: Final = re.compile(r"\s*\(")
_WINDOW: Final = 110
_AHEAD: Final = 40
_MAX_OCCURRENCES: Final = 12


def cues(text: str, title_end: int, name: str, starts: Sequence[int]) -> list[float]:
    """Return the features of one name.

    Parameters
    ----------
    text
        Title, line end, abstract.
    title_end
        The character offset of the line end.
    name
        The name.
    starts
        The character offsets where it starts, ascending.
    """
    few = starts[:_MAX_OCCURRENCES]
    inside = [start for start in few if start > title_end]
    titled = [start for start in few if start <= title_end]
    before = [_sentence_before(text, start) for start in inside]
    after = [text[start + len(name) : start + len(name) + _AHEAD] for start in inside]
    row: list[float] = []
    count = max(len(inside), 1)
    for column in _hits(_BEFORE, before):
        total = sum(column)
        row += [float(total > 0), total / count, float(column[0])]
    for column in _hits(_AFTER, after):
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
        *(float(any(pattern.search(part) for part in before)) for pattern in _BEFORE_IN_TITLE),
        float(any(_COLON.match(part) for part in after)),
        float(any(not part.strip() for part in before)),
        float(any(not part.strip() for part in after)),
        float(any(_OPENING.match(part) for part in after)),
    ]


@lru_cache(4_000)
def _spelling(name: str, in_abstract: bool) -> tuple[float, ...]:
    words = name.split()
    cases = [0.0] * CASES
    cases[case_of(words[-1] if words else "")] = 1.0
    titled = len(words) > 1 and all(word[:1].isupper() for word in words)
    inner_capital = any(c.isupper() for c in name[1:]) and any(c.islower() for c in name)
    return (
        float(len(words)),
        math.log(max(len(name), 1)),
        float(sum(c.isupper() for c in name) > 1),
        float(name.islower()),
        float(name[:1].isupper()),
        float(any(c.isdigit() for c in name)),
        float("-" in name),
        float(titled),
        float(titled and in_abstract),
        float(any(c in name for c in ":+*/")),
        float(len(words) == 1 and inner_capital),
        *cases,
    )


def _sentence_before(text: str, start: int) -> str:
    """Return the part of the sentence before an offset."""
    window = text[max(0, start - _WINDOW) : start]
    cut = max(window.rfind("\n"), window.rfind(". "), window.rfind("? "), window.rfind("! "))
    return window[cut + 1 :] if cut >= 0 else window
