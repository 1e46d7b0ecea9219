"""What it costs to take lines of a page for a title, an abstract, or a break between entries.

The numbers are judgements, made on pages of the site and on what people make of them by pasting. They are
relative: 0 is what an entry looks like, 2 is odd, 4 is hardly ever seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from litloom.readers.page.lines import LONG, Line, closes, ends_sentence

Break = Literal["blank", "wrap", "plain"]


class Fault(NamedTuple):
    """Something that speaks against taking a line for what it is taken for."""

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
    "holds whole sentences": (re.compile(r"[a-z)]{2}(?<! et al)(?<! vs)\. [A-Z]"), 1.5),
    "looks like code or markup": (re.compile(rf"^(?:{_MARKUP})|[;>|]$|</|==|\(\)|::"), 4.0),
    "looks like a row of a table": (re.compile(r"[^\W\d]{2}[\"']?,[\"']?[^\W\d]{2}|\t|^[\d.]+,"), 3.0),
    "holds no word": (re.compile(r"^[\W\d_]*$"), 3.0),
}
TITLE_LENGTHS: Final = ((400, 12.0), (300, 6.0), (220, 2.0))

# Words of four letters or more tell the case of a title from that of a sentence.
_LONG_WORDS: Final = re.compile(r"[^\W\d_]{4,}")
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
DEAREST_JOINS: Final = 12.0

SPLIT: Final[dict[Break, float]] = {"blank": 0.0, "wrap": 2.5, "plain": 0.5}
SPLIT_AFTER_OPEN_END: Final = 1.5
ABSTRACT_AFTER: Final[dict[Break, float]] = {"blank": 0.0, "wrap": 1.0, "plain": 0.0}
TITLE_CASE_ABSTRACT: Final = 1.0
CAPITAL_IN_SENTENCE: Final = 0.3
TITLE_CASE_IN_ABSTRACT: Final = 0.9
SPLIT_BEFORE_TITLE_CASE: Final = 1.0
TITLE_GOES_ON_AS_SENTENCE: Final = 1.0
TITLE_GOES_ON: Final[dict[Break, float]] = {"blank": 4.0, "wrap": 0.5, "plain": 1.0}
LONGEST_WRAPPED_TITLE: Final = 3
# A foot shows that a title without an abstract is one.
NO_ABSTRACT: Final = 4.0
ALONE: Final = 12.0

# Lines count as broken to a width where it is one that people use, where half of them are full to it, and
# where some go on in the middle of a sentence.
WIDTHS: Final = range(40, 200)
WIDTH_SLACK: Final = 12
LEAST_FULL: Final = 0.5
LEAST_RUN_ON: Final = 0.25

_COMPOUND: Final = re.compile(r"\w-+$")
_NO_COMPOUND: Final = re.compile(r"(?:and|or|to)\s")


def title_faults(text: str) -> list[tuple[str, float]]:
    """Return what about a line is unlike a title, each with its cost.

    Examples
    --------
    >>> title_faults("FlatQuant: Flatness Matters"), title_faults("and so it ends.")
    ([], [('ends in a full stop', 3.0), ('begins in lower case', 2.0)])
    """
    too_long = next((cost for length, cost in TITLE_LENGTHS if len(text) > length), 0.0)
    if too_long == TITLE_LENGTHS[0][1]:
        return [("is too long", too_long)]
    faults = [(reason, cost) for reason, (sign, cost) in TITLE_SIGNS.items() if sign.search(text)]
    return [*faults, ("is too long", too_long)] if too_long else faults


def opening_faults(text: str) -> list[tuple[str, float]]:
    """Return what about a line is unlike the first of an abstract."""
    return [(reason, cost) for reason, (sign, cost) in OPENING_SIGNS.items() if sign.search(text)]


def closing_faults(*, closed: bool, length: int) -> list[tuple[str, float]]:
    """Return what is unlike an abstract in one of that length, whose last line `closes` or not."""
    faults = []
    if length < ABSTRACT_LENGTHS[-1][0]:
        faults.append(("is short", next(cost for limit, cost in ABSTRACT_LENGTHS if length < limit)))
    if not closed:
        faults.append(("ends in mid-sentence", OPEN_END if length < LONG else OPEN_END_OF_LONG))
    return faults


def abstract_start_cost(text: str, kind: Break) -> float:
    """Return the cost of an abstract beginning with a line, after a break."""
    in_title_case = kind == "wrap" and _is_title_case(text)
    return ABSTRACT_AFTER[kind] + (TITLE_CASE_ABSTRACT if in_title_case else 0.0)


def _is_title_case(text: str) -> bool:
    words = _LONG_WORDS.findall(text)
    return bool(words) and sum(word[0].isupper() for word in words) >= LEAST_CAPITALS * len(words)


def _is_heading(text: str) -> bool:
    return _is_title_case(text) and not ends_sentence(text)


def breaks(lines: Sequence[Line], width: int | None) -> list[Break]:
    """Return what is between each line and the one before it; ``"blank"`` before the first.

    Parameters
    ----------
    lines
        The lines of a run.
    width
        The width that they are known to be broken to, if any.
    """
    width = width or wrap_width([lines])
    kinds: list[Break] = ["blank"]
    for a, b in pairwise(lines):
        if a.block != b.block:
            kinds.append("blank")
        elif (width is not None and _is_full(a.text, b.text, width)) or _runs_on(a.text, b.text):
            kinds.append("wrap")
        else:
            kinds.append("plain")
    return kinds


def wrap_width(runs: Iterable[Sequence[Line]]) -> int | None:
    """Return the width to which lines are broken, if they are."""
    inner = [(a.text, b.text) for lines in runs for a, b in pairwise(lines) if a.block == b.block]
    if not inner:
        return None
    lengths = sorted(len(a) for a, _ in inner)
    middle = lengths[len(lengths) // 2]
    near = {length for length in lengths if middle <= length <= middle + WIDTH_SLACK and length in WIDTHS}
    full = {width: sum(_is_full(a, b, width) for a, b in inner) for width in sorted(near, reverse=True)}
    run_on = sum(_runs_on(a, b) for a, b in inner)
    width = max(full, key=full.__getitem__, default=None)
    if width is None or full[width] < LEAST_FULL * len(inner) or run_on < LEAST_RUN_ON * len(inner):
        return None
    return width


def _is_full(text: str, following: str, width: int) -> bool:
    # The next word would not have fitted. A line longer than the width is a wrapped one only if it could not
    # be broken.
    fits = len(text) + 1 + len(following.split(maxsplit=1)[0]) <= width
    return not fits and (len(text) <= width or " " not in text)


def _runs_on(text: str, following: str) -> bool:
    return following[:1].islower() and not closes(text)


def join_cost(before: str, after: str, kind: Break) -> float:
    """Return the cost of one abstract going on across a break."""
    if kind == "wrap":
        if closes(before):
            return TITLE_CASE_IN_ABSTRACT if _is_heading(after) else JOIN["wrap"]
        return CAPITAL_IN_SENTENCE if after[0].isupper() else JOIN["wrap"]
    cost = JOIN[kind]
    if len(before) > LONG:
        cost += JOIN_AFTER_PARAGRAPH
    if not title_faults(after) and not ends_sentence(after):
        cost += JOIN_A_TITLE
    return cost


def split_cost(before: str, after: str, kind: Break) -> float:
    """Return the cost of an entry beginning after a break."""
    if kind == "wrap" and closes(before) and _is_heading(after):
        return SPLIT_BEFORE_TITLE_CASE
    unfinished = kind == "plain" and not closes(before)
    return SPLIT[kind] + (SPLIT_AFTER_OPEN_END if unfinished else 0.0)


def title_goes_on_cost(text: str, kind: Break) -> float:
    """Return the cost of a title going on with a line, after a break."""
    new_sentence = text[0].isupper() and not _is_title_case(text)
    return TITLE_GOES_ON[kind] + (TITLE_GOES_ON_AS_SENTENCE if new_sentence else 0.0)


def unwrapped(texts: Sequence[str]) -> str:
    """Return lines as the one line that they were before they were broken.

    Examples
    --------
    >>> unwrapped(["State-of-the-", "art results on low-", "and high-resource tasks."])
    'State-of-the-art results on low- and high-resource tasks.'
    """
    whole = ""
    for text in texts:
        glue = "" if _COMPOUND.search(whole) and not _NO_COMPOUND.match(text) else " "
        whole = f"{whole}{glue}{text}" if whole else text
    return whole
