"""Classify the lines of a Daily Papers page as header, foot or text of an entry.

The foot of an entry has the number of authors or the name of an organization, then a dot, a date (without the
current year), and the number of comments, if any::

      • 5 authors
    ·
    Jun 10, 2025 2

Copying glues these pieces together or to other text, splits them, or drops some. This module turns lines
into pages, and pages into runs of text lines that end at a foot or a header, which
`litloom.readers.page.entries` splits into titles and abstracts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from unicodedata import category

from litloom.readers.base import INVISIBLE, one_line
from litloom.readers.page.dates import DATE, Day, parse_day
from litloom.readers.page.header import HeaderStart, split_seams, strip_header

LONGEST_ORGANIZATION: Final = 80
LONG: Final = 250
LONGEST_FOOT: Final = 60

_DOTS: Final = "·•∙⋅・‧●◦▪⁃"
_FOOT: Final = re.compile(
    rf"\W*(?:(?P<authors>\d[\d,]*)\s+authors?\b)?\W*(?:{DATE}(?:\W*(?P<count>\d{{1,5}})(?:\s+comments?)?)?)?\W*",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(r"\W*\d{1,5}(?:\s+comments?)?", re.IGNORECASE)
_RULE: Final = re.compile(r"([-=_*~#])\1{2,}")
_EDGES: Final = INVISIBLE + "".join(c for c in map(chr, range(0x3001)) if c.isspace() or category(c) == "Cc")
_COMPANY: Final = re.compile(r"\b(?:Inc|Ltd|Corp|Co|Univ|Dept|Tech)\.$")
_URL_AT_END: Final = re.compile(r"\S+[/.]\w+\S*$")
_SENTENCE_END: Final = re.compile(r"[.!?…。][\"'”’)\]}]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, its number, and the number of blank gaps before it."""

    number: int
    block: int
    text: str


@dataclass(slots=True)
class Foot:
    """The foot of an entry."""

    authors: int | None = None
    organization: str = ""
    day: Day | None = None
    counted: bool = False

    @property
    def full(self) -> bool:
        """Whether it is more than a dot."""
        return bool(self.authors is not None or self.organization or self.day)


@dataclass(slots=True)
class Run:
    """Consecutive text lines, and the foot of the last entry among them."""

    lines: list[Line]
    foot: Foot | None = None


@dataclass(slots=True)
class Page:
    """The date in the header of a page, its runs, and the years in its dates."""

    header: Day | None = None
    runs: list[Run] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    marked: bool = False


def ends_sentence(text: str) -> bool:
    """Whether a text ends like a sentence."""
    return _SENTENCE_END.search(text) is not None


def ends_abstract(text: str) -> bool:
    """Whether a text ends like an abstract: with a sentence or a URL."""
    return ends_sentence(text) or _URL_AT_END.search(text[-LONG:]) is not None


def lex(lines: Iterable[str]) -> list[Page]:
    r"""Return the pages in the lines of a file, which may contain several."""
    texts = [_stripped(line) for line in lines]
    following = [""] * len(texts)
    for i in range(len(texts) - 2, -1, -1):
        following[i] = texts[i + 1] or following[i + 1]
    lexer = _Lexer()
    for number, (text, next_text) in enumerate(zip(texts, following, strict=True), 1):
        lexer.feed(number, text, next_text)
    lexer.end_run()
    return lexer.pages


def _stripped(line: str) -> str:
    text = line.strip(_EDGES)
    return "" if _RULE.fullmatch(text) else text


class _Lexer:
    """Classifies lines in one pass."""

    def __init__(self) -> None:
        self.pages = [Page()]
        self._block = 0
        self._gap = True
        self._text: list[Line] = []
        self._foot: Foot | None = None
        self._seen: set[str] = set()

    @property
    def _page(self) -> Page:
        return self.pages[-1]

    def feed(self, number: int, text: str, next_text: str) -> None:
        """Add the next line."""
        if not text:
            self._block += 1
            self._gap = True
            return
        for part in split_seams(text, next_text):
            if self._take_foot(part, number):
                continue
            opening = self._foot is not None or not self._text
            fresh = self._gap or opening
            start = strip_header(part, seen=self._seen, fresh=fresh, opening=opening, next_text=next_text)
            if start.names or start.day:
                self._take_header(start)
            if start.rest and not (start.names and self._take_foot(start.rest, number)):
                self._take_text(start.rest, number)
        self._gap = False

    def end_run(self) -> None:
        """End the current run."""
        if self._text:
            self._page.runs.append(Run(self._text, self._foot))
        self._text, self._foot = [], None

    def _take_header(self, start: HeaderStart) -> None:
        self._open_header()
        self._seen.update(start.names or {"day"})
        self._page.header = start.day or self._page.header
        self._page.marked |= start.certain

    def _open_header(self) -> None:
        self.end_run()
        if self._page.runs and not self._seen:
            self.pages.append(Page())

    def _take_text(self, text: str, number: int) -> None:
        if self._foot is not None:
            self.end_run()
        self._seen.clear()
        self._text.append(Line(number, self._block, text))

    def _take_foot(self, text: str, number: int) -> bool:
        """Add a line that is a foot, part of one, or text with a foot at its end; return whether it was."""
        foot = _foot(text) if text.strip(_DOTS + " \t\xa0") else Foot()
        if foot:
            self._add_foot(foot)
            return True
        if self._foot is not None and not self._foot.counted and _COUNT.fullmatch(text):
            self._foot.counted = True
            return True
        return self._take_tail(text, number)

    def _take_tail(self, text: str, number: int) -> bool:
        for place in range(max(1, len(text) - LONGEST_FOOT), len(text)):
            if text[place] in _DOTS and (foot := _foot(text[place:])):
                before = text[:place].rstrip(_DOTS + " \t\xa0")
                if before:
                    self._take_text(before, number)
                self._add_foot(foot)
                return True
        return False

    def _add_foot(self, new: Foot) -> None:
        if not self._text:
            if new.day and new.authors is None:
                self._page.header = self._page.header or new.day
            return
        if new.day and new.day.year:
            self._page.years.append(new.day.year)
        old = self._foot
        if old is None:
            if new.authors is None:
                new.organization = self._take_organization()
            self._foot = new
            self._page.marked |= new.authors is not None or bool(new.organization)
        elif new.day and old.day:
            if new.authors is None:
                self._open_header()
                self._seen.add("day")
                self._page.header = new.day
        else:
            self._foot = Foot(
                new.authors if old.authors is None else old.authors,
                old.organization,
                new.day or old.day,
                old.counted or new.counted,
            )

    def _take_organization(self) -> str:
        """Remove and return the last text line if it looks like the name of an organization."""
        if len(self._text) < 3:
            return ""
        before, last = self._text[-2:]
        apart = last.block != before.block or ends_abstract(before.text) or len(before.text) > LONG
        named = len(last.text) <= LONGEST_ORGANIZATION and "://" not in last.text
        unfinished = last.text.endswith((",", ";", ":")) or ends_sentence(_COMPANY.sub("", last.text))
        if not (apart and named) or unfinished:
            return ""
        return one_line(self._text.pop().text)


def _foot(text: str) -> Foot | None:
    if len(text) > LONGEST_FOOT:
        return None
    match = _FOOT.fullmatch(text)
    if match is None or not (match["authors"] or match["month"]):
        return None
    day = parse_day(match) if match["month"] else None
    if match["month"] and day is None:
        return None
    authors = int(match["authors"].replace(",", "")) if match["authors"] else None
    return Foot(authors=authors, day=day, counted=match["count"] is not None)
