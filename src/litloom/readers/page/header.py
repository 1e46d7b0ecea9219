r"""The header of a Daily Papers page, of which any part may be missing or glued to the next text.

In full::

    new
    Get trending papers in your email inbox!
    Subscribe
    Daily Papers
    byAK and the research community
    Jun 22

Two of its phrases occur nowhere else. The others (``Subscribe``, ``Daily Papers``, ``new``, a date) are
header only on a line of their own, or if the next text cannot continue the word: it cannot in
``SubscribexLSTM``, but it can in ``Subscriber churn``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from litloom.readers.page.dates import GLUED_DATE, Day, parse_day

TRENDING: Final = r"Get trending papers in your email inbox(?: once a day)?\s*!?"
BYLINE: Final = r"by\s*AK and the research community"

_PIECES: Final = {
    "trending": re.compile(TRENDING, re.IGNORECASE),
    "byline": re.compile(BYLINE, re.IGNORECASE),
    "daily": re.compile("Daily Papers"),
    "subscribe": re.compile("Subscribe"),
    "new": re.compile("new"),
}
_UNIQUE: Final = frozenset({"trending", "byline"})
_WHOLE_LINES: Final = {"daily papers": "daily", "subscribe": "subscribe", "new": "new"}
_NEXT_PIECE: Final = re.compile(rf"\s*(?:{TRENDING}|{BYLINE}|Daily Papers|Subscribe$)")
_TITLE_START: Final = re.compile(r"[^\W_a-z]|[(\[{\"“‘$\\*]|'[A-Z]")
_INFLECTION: Final = re.compile(r"(?:rs?|s|d)(?![A-Za-z])")
_SEAM: Final = re.compile(
    rf"(?<=\S)(?=(?:new\s*)?{TRENDING})|(?<=\S)(?=(?:Subscribe\s*)?(?:Daily Papers\s*)?{BYLINE})"
)
"""Where a header follows other text on one line."""
_NEW_AT_END: Final = re.compile(r"(?<=[^\s])new$")


@dataclass(slots=True)
class HeaderStart:
    """The header pieces and the date at the start of a line, and the rest of the line."""

    names: list[str] = field(default_factory=list)
    day: Day | None = None
    rest: str = ""

    @property
    def certain(self) -> bool:
        """Whether the pieces occur only on Daily Papers pages."""
        return not _UNIQUE.isdisjoint(self.names)


def split_seams(text: str, next_text: str) -> list[str]:
    """Split a line where a header is glued to the end of other text."""
    tail = []
    if _PIECES["trending"].match(next_text) and _NEW_AT_END.search(text):
        text, tail = text[:-3], ["new"]
    return [*filter(None, _SEAM.split(text)), *tail]


def strip_header(
    text: str, *, seen: Collection[str] = (), fresh: bool, opening: bool, next_text: str = ""
) -> HeaderStart:
    """Strip header pieces from the start of a line.

    `seen` are the pieces in the lines just before it. A line is `fresh` if it starts a page or follows a
    foot, a header or a blank line, and `opening` if it is so without a blank line: only a title or a header
    can follow. `next_text` is the next line that is not blank.
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
    whole = _WHOLE_LINES.get(start.rest.casefold())
    if whole == "new" and not fresh and not start.names and not _NEXT_PIECE.match(next_text):
        return None
    if whole is not None:
        start.rest = ""
        return whole
    for name, pattern in _PIECES.items():
        if (match := pattern.match(start.rest)) is None:
            continue
        after = start.rest[match.end() :]
        known = {*seen, *start.names}
        if name in _UNIQUE or _NEXT_PIECE.match(after) or _is_glued(name, after, known, fresh=fresh):
            start.rest = after.strip()
            return name
    return None


def _is_glued(name: str, after: str, known: Collection[str], *, fresh: bool) -> bool:
    """Whether the text after an ambiguous piece is not part of it."""
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
    match = GLUED_DATE.match(start.rest)
    if match is not None and (spaced or not match["space"]):
        start.day = parse_day(match)
        start.rest = start.rest[match.end() :].strip()
