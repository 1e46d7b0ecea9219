r"""The header of a Daily Papers page, of which any part may be missing or glued to what follows.

Whole, it reads::

    new
    Get trending papers in your email inbox!
    Subscribe
    Daily Papers
    byAK and the research community
    Jun 22

Two of its phrases are nobody's title; the others (``Subscribe``, ``Daily Papers``, ``new``, a date) are taken
for header only where they stand alone, or where what follows cannot be the rest of the same word: in
``SubscribexLSTM`` it is not, in ``Subscriber churn`` it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from litloom.readers.page.dates import GLUED_DATE, Day, day_of

TRENDING: Final = r"Get trending papers in your email inbox(?: once a day)?\s*!?"
BYLINE: Final = r"by\s*AK and the research community"

_PIECES: Final = {
    "trending": re.compile(TRENDING, re.IGNORECASE),
    "byline": re.compile(BYLINE, re.IGNORECASE),
    "daily": re.compile("Daily Papers"),
    "subscribe": re.compile("Subscribe"),
    "new": re.compile("new"),
}
_CERTAIN: Final = frozenset({"trending", "byline"})
_WHOLE: Final = {"daily papers": "daily", "subscribe": "subscribe", "new": "new"}
_PIECE_NEXT: Final = re.compile(rf"\s*(?:{TRENDING}|{BYLINE}|Daily Papers|Subscribe$)")
_TITLE_START: Final = re.compile(r"[^\W_a-z]|[(\[{\"“‘$\\*]|'[A-Z]")
_INFLECTION: Final = re.compile(r"(?:rs?|s|d)(?![A-Za-z])")

# Where a phrase that only a header has may follow other text on one line.
_SEAM: Final = re.compile(
    rf"(?<=\S)(?=(?:new\s*)?{TRENDING})|(?<=\S)(?=(?:Subscribe\s*)?(?:Daily Papers\s*)?{BYLINE})"
)
_NEW_AT_END: Final = re.compile(r"(?<=[^\s])new$")


@dataclass(slots=True)
class HeaderStart:
    """What was stripped from the start of a line.

    Parameters
    ----------
    names
        The header pieces found, in their order.
    day
        The page's date, where it was among them.
    rest
        What is left of the line: the beginning of a title, or nothing.
    """

    names: list[str] = field(default_factory=list)
    day: Day | None = None
    rest: str = ""

    @property
    def certain(self) -> bool:
        """Whether nothing but a Daily Papers page holds these pieces."""
        return not _CERTAIN.isdisjoint(self.names)


def split_seams(text: str, next_text: str) -> list[str]:
    """Return the parts of a line in which a header was glued to the end of what is before it.

    Examples
    --------
    >>> split_seams("Dec 1, 2024new", "Get trending papers in your email inbox!")
    ['Dec 1, 2024', 'new']
    """
    if _PIECES["trending"].match(next_text) and _NEW_AT_END.search(text):
        text, tail = text[:-3], ["new"]
    else:
        tail = []
    return [*(part for part in _SEAM.split(text) if part), *tail]


def strip_header(
    text: str, *, seen: Collection[str] = (), fresh: bool, opening: bool, next_text: str = ""
) -> HeaderStart:
    """Strip header pieces from the start of a line.

    Parameters
    ----------
    text
        The line.
    seen
        The pieces that the lines just before it held.
    fresh
        Whether the line begins a page or follows a foot, a header or a blank line.
    opening
        The same, but for blank lines: whether only a title or a header can come here.
    next_text
        The next line that is not blank.

    Examples
    --------
    >>> strip_header("SubscribexLSTM: Extended Memory", fresh=True, opening=True).rest
    'xLSTM: Extended Memory'
    >>> strip_header("Subscriber Churn in Telecoms", fresh=True, opening=True).rest
    'Subscriber Churn in Telecoms'
    """
    start = HeaderStart(rest=text)
    while start.rest:
        name = _next_piece(start, seen=seen, fresh=fresh, next_text=next_text)
        if name is None:
            break
        start.names.append(name)
    if start.names or seen:
        _strip_date(start, spaced=True)
    elif opening:
        _strip_date(start, spaced=False)
    return start


def _next_piece(start: HeaderStart, *, seen: Collection[str], fresh: bool, next_text: str) -> str | None:
    whole = _WHOLE.get(start.rest.casefold())
    if whole == "new" and not fresh and not start.names and not _PIECE_NEXT.match(next_text):
        return None
    if whole is not None:
        start.rest = ""
        return whole
    for name, pattern in _PIECES.items():
        found = pattern.match(start.rest)
        if found is None:
            continue
        after = start.rest[found.end() :]
        known = {*seen, *start.names}
        if name in _CERTAIN or _PIECE_NEXT.match(after) or _is_glued(name, after, known, fresh=fresh):
            start.rest = after.strip()
            return name
    return None


def _is_glued(name: str, after: str, known: Collection[str], *, fresh: bool) -> bool:
    """Whether an uncertain piece and what follows it are two things."""
    if name in known or not after:
        return False
    if name == "new" and not (fresh and not known):
        return False
    if after[0].isspace():
        return bool(known) and bool(_TITLE_START.match(after.lstrip()))
    if after[0].islower() and after[0].isascii():
        return name == "daily" or (name == "subscribe" and not _INFLECTION.match(after))
    return bool(_TITLE_START.match(after))


def _strip_date(start: HeaderStart, *, spaced: bool) -> None:
    found = GLUED_DATE.match(start.rest)
    if found is not None and (spaced or not found["space"]):
        start.day = day_of(found)
        start.rest = start.rest[found.end() :].strip()
