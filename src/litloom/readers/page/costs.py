"""Costs of reading the lines of a page as a title, as part of an abstract, or as a break between entries.

The values were set by hand on pages of the site and on copies of them. They are relative: 0 is typical, 2 is
odd, 4 is very rare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from litloom.readers.page.lines import LONG, Line, ends_abstract, ends_sentence

Break = Literal["blank", "wrap", "plain"]


class Fault(NamedTuple):
    """A sign that a line was misread, and its cost."""

    line: int
    text: str
    reason: str
    cost: float


_LOWER_CASE_WORD: Final = r"(?!(?:de|von|van|la|le)\b)[a-z]+(?=[\s,.;!?)]|$)"
_MARKUP: Final = r"[<#@}/|;=>*&~]|[-+]\s|\\[a-z]+[{\[]"

TITLE_SIGNS: Final = {
    "ends in a full stop": (re.compile(r"(?<![.…])\.[\"'”’)]*$"), 3.0),
    "breaks off": (re.compile(r"[,;:{]$"), 4.0),
    "begins in lower case": (re.compile(rf"^{_LOWER_CASE_WORD}"), 2.0),
    "contains whole sentences": (re.compile(r"[a-z)]{2}(?<! et al)(?<! vs)\. [A-Z]"), 1.5),
    "looks like code or markup": (re.compile(rf"^(?:{_MARKUP})|[;>|]$|</|==|\(\)|::"), 4.0),
    "looks like a row of a table": (re.compile(r"[^\W\d]{2}[\"']?,[\"']?[^\W\d]{2}|\t|^[\d.]+,"), 3.0),
    "contains no word": (re.compile(r"^[\W\d_]*$"), 3.0),
}
TITLE_LENGTHS: Final = ((400, 12.0), (300, 6.0), (220, 2.0))
_LONG_WORDS: Final = re.compile(r"[^\W\d_]{4,}")
"""Words that are capitalised in title case."""
LEAST_CAPITALS: Final = 0.7

OPENING_SIGNS: Final = {
    "begins in lower case": (re.compile(rf"^{_LOWER_CASE_WORD}"), 2.0),
    "looks like code or markup": (re.compile(rf"^(?:{_MARKUP})"), 4.0),
}
ABSTRACT_LENGTHS: Final = ((12, 2.0), (40, 1.0), (150, 0.5))
OPEN_END: Final = 2.0
OPEN_END_OF_LONG: Final = 0.5

JOIN: Final[dict[Break, float]] = {"blank": 2.5, "wrap": 0.0, "plain": 1.5}
JOIN_AFTER_PARAGRAPH: Final = 1.0
JOIN_A_TITLE: Final = 1.5
HIGHEST_JOINS: Final = 12.0

SPLIT: Final[dict[Break, float]] = {"blank": 0.0, "wrap": 2.5, "plain": 0.5}
SPLIT_AFTER_OPEN_END: Final = 1.5
ABSTRACT_AFTER: Final[dict[Break, float]] = {"blank": 0.0, "wrap": 1.0, "plain": 0.0}
TITLE_CASE_ABSTRACT: Final = 1.0
CAPITAL_IN_SENTENCE: Final = 0.3
TITLE_CASE_IN_ABSTRACT: Final = 0.9
SPLIT_BEFORE_TITLE_CASE: Final = 1.0
CONTINUED_AS_SENTENCE: Final = 1.0
TITLE_CONTINUED: Final[dict[Break, float]] = {"blank": 4.0, "wrap": 0.5, "plain": 1.0}
LONGEST_WRAPPED_TITLE: Final = 3
NO_ABSTRACT: Final = 4.0
"""Of a title without an abstract before a foot."""
NO_ABSTRACT_OR_FOOT: Final = 12.0

# Lines are wrapped to a width if it is a usual one, half of them reach it, and some continue a sentence.
WIDTHS: Final = range(40, 200)
WIDTH_SLACK: Final = 12
LEAST_FULL: Final = 0.5
LEAST_CONTINUED: Final = 0.25

_COMPOUND: Final = re.compile(r"\w-+$")
_NO_COMPOUND: Final = re.compile(r"(?:and|or|to)\s")


def title_faults(text: str) -> list[tuple[str, float]]:
    """Return the signs that a line is not a title, with their costs."""
    too_long = next((cost for length, cost in TITLE_LENGTHS if len(text) > length), 0.0)
    if too_long == TITLE_LENGTHS[0][1]:
        return [("is too long", too_long)]
    faults = [(reason, cost) for reason, (sign, cost) in TITLE_SIGNS.items() if sign.search(text)]
    return [*faults, ("is too long", too_long)] if too_long else faults


def opening_faults(text: str) -> list[tuple[str, float]]:
    """Return the signs that a line does not start an abstract, with their costs."""
    return [(reason, cost) for reason, (sign, cost) in OPENING_SIGNS.items() if sign.search(text)]


def closing_faults(*, closed: bool, length: int) -> list[tuple[str, float]]:
    """Return the signs that a text of that length is not a whole abstract, with their costs."""
    faults = []
    if length < ABSTRACT_LENGTHS[-1][0]:
        faults.append(("is short", next(cost for limit, cost in ABSTRACT_LENGTHS if length < limit)))
    if not closed:
        faults.append(("ends in mid-sentence", OPEN_END if length < LONG else OPEN_END_OF_LONG))
    return faults


def abstract_start_cost(text: str, kind: Break) -> float:
    """Return the cost of an abstract that starts with a line after a break."""
    in_title_case = kind == "wrap" and _is_title_case(text)
    return ABSTRACT_AFTER[kind] + (TITLE_CASE_ABSTRACT if in_title_case else 0.0)


def join_cost(before: str, after: str, kind: Break) -> float:
    """Return the cost of an abstract that continues across a break."""
    if kind == "wrap":
        if ends_abstract(before):
            return TITLE_CASE_IN_ABSTRACT if _is_heading(after) else JOIN["wrap"]
        return CAPITAL_IN_SENTENCE if after[0].isupper() else JOIN["wrap"]
    cost = JOIN[kind]
    if len(before) > LONG:
        cost += JOIN_AFTER_PARAGRAPH
    if not title_faults(after) and not ends_sentence(after):
        cost += JOIN_A_TITLE
    return cost


def split_cost(before: str, after: str, kind: Break) -> float:
    """Return the cost of an entry that starts after a break."""
    if kind == "wrap" and ends_abstract(before) and _is_heading(after):
        return SPLIT_BEFORE_TITLE_CASE
    unfinished = kind == "plain" and not ends_abstract(before)
    return SPLIT[kind] + (SPLIT_AFTER_OPEN_END if unfinished else 0.0)


def title_continued_cost(text: str, kind: Break) -> float:
    """Return the cost of a title that continues with a line after a break."""
    new_sentence = text[0].isupper() and not _is_title_case(text)
    return TITLE_CONTINUED[kind] + (CONTINUED_AS_SENTENCE if new_sentence else 0.0)


def _is_title_case(text: str) -> bool:
    words = _LONG_WORDS.findall(text)
    return bool(words) and sum(word[0].isupper() for word in words) >= LEAST_CAPITALS * len(words)


def _is_heading(text: str) -> bool:
    return _is_title_case(text) and not ends_sentence(text)


def breaks(lines: Sequence[Line], width: int | None) -> list[Break]:
    """Return the kind of break before each line of a run; `width` is that of the page, if it is known."""
    width = width or wrap_width([lines])
    kinds: list[Break] = ["blank"]
    for a, b in pairwise(lines):
        if a.block != b.block:
            kinds.append("blank")
        elif (width is not None and _is_full(a.text, b.text, width)) or _continues(a.text, b.text):
            kinds.append("wrap")
        else:
            kinds.append("plain")
    return kinds


def wrap_width(runs: Iterable[Sequence[Line]]) -> int | None:
    """Return the width to which lines are wrapped, if they are."""
    inner = [(a.text, b.text) for lines in runs for a, b in pairwise(lines) if a.block == b.block]
    if not inner:
        return None
    lengths = sorted(len(a) for a, _ in inner)
    median = lengths[len(lengths) // 2]
    near = {length for length in lengths if median <= length <= median + WIDTH_SLACK and length in WIDTHS}
    full = {width: sum(_is_full(a, b, width) for a, b in inner) for width in sorted(near, reverse=True)}
    continued = sum(_continues(a, b) for a, b in inner)
    width = max(full, key=full.__getitem__, default=None)
    if width is None or full[width] < LEAST_FULL * len(inner) or continued < LEAST_CONTINUED * len(inner):
        return None
    return width


def _is_full(text: str, following: str, width: int) -> bool:
    # The next word does not fit. A line that exceeds the width is wrapped only if it has no space.
    fits = len(text) + 1 + len(following.split(maxsplit=1)[0]) <= width
    return not fits and (len(text) <= width or " " not in text)


def _continues(text: str, following: str) -> bool:
    return following[:1].islower() and not ends_abstract(text)


def unwrap(texts: Sequence[str]) -> str:
    """Join wrapped lines."""
    joined = ""
    for text in texts:
        glue = "" if _COMPOUND.search(joined) and not _NO_COMPOUND.match(text) else " "
        joined = f"{joined}{glue}{text}" if joined else text
    return joined
