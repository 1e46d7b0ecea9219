"""The characters that texts of papers may hold, and the one place where every paper is checked for them.

Control characters (C0, C1), marks that reorder text (bidi controls), zero-width characters, tags and
noncharacters are replaced by spaces or removed. Joiners stay where a script or an emoji needs them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from litloom.readers.addresses import web_address
from litloom.readers.limits import LONGEST_TEXT, MOST_AUTHORS, MOST_ITEMS, BadRecordError
from litloom.readers.stream import LONG_LINE, TOO_LONG
from litloom.records import Paper

INVISIBLE: Final = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
_NONE: Final = "\ufdd0-\ufdef\ufffe\uffff" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
)
"""Code points that are no characters."""
_GAPS: Final = re.compile(rf"[\s\x00-\x1f\x7f-\x9f{_NONE}]+")
_CONTROLS: Final = re.compile(rf"\r\n?|[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029{_NONE}]")
_HIDDEN: Final = re.compile(
    "[\xad\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SCRIPTS: Final = "\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua8e0-\uabff"
_SYMBOLS: Final = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_SPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Scripts without spaces, which mark the ends of words by zero-width spaces."""
_JOINERS: Final = re.compile(
    rf"(?<![{_SCRIPTS}{_SYMBOLS}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_SCRIPTS}{_SYMBOLS}])"
    rf"|(?<![{_SPACED}])\u200b+|\u200b+(?![{_SPACED}])"
)
_HALVES: Final = re.compile("[\ud800-\udfff]")
_BYTES: Final = re.compile("[\udc80-\udcff]")
_ID_GAPS: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{_NONE}]+")


def one_line(text: str) -> str:
    r"""Return the text with every run of spaces, line ends and control characters as one space.

    Examples
    --------
    >>> one_line(" Attention Is\n  All You\tNeed ")
    'Attention Is All You Need'
    """
    if text.isprintable():
        text = text.strip(" ")
        return _GAPS.sub(" ", text) if "  " in text else text
    return _shown(_GAPS.sub(" ", text)).strip(" " + INVISIBLE)


def tidy(text: str) -> str:
    r"""Return a text of several lines without control characters, and without space around it.

    Examples
    --------
    >>> tidy(" We look\r\nat \x07looms.\n")
    'We look\nat  looms.'
    """
    if not _is_plain(text):
        text = _shown(_CONTROLS.sub(lambda c: "\n" if c[0][0] == "\r" else " ", text))
    return text.strip()


def _is_plain(text: str) -> bool:
    return (text.replace("\n", "") if "\n" in text else text).isprintable()


def _shown(text: str) -> str:
    return text if text.isascii() else _JOINERS.sub("", _HIDDEN.sub("", text))


def checked(paper: Paper) -> Paper:
    r"""Return the paper with clean texts and sensible numbers; every paper that is read passes through here.

    Raises
    ------
    BadRecordError
        If a text holds bytes that are not UTF-8 or half of a character, or is longer than any paper's, or if
        there are too many authors or references.

    Examples
    --------
    >>> paper = checked(Paper(title="On\x1b Looms", url="javascript:alert(1)", year=10**30))
    >>> paper.title, paper.url, paper.year
    ('On Looms', '', None)
    """
    _check_length(paper)
    lines = "".join(
        (
            paper.title,
            paper.id,
            paper.date or "",
            paper.organization,
            paper.venue,
            paper.url,
            paper.doi,
            paper.arxiv_id,
            *paper.authors,
            *paper.author_ids,
            *paper.ids,
            *paper.references,
            *paper.sources,
        )
    )
    changes: dict[str, Any] = {}
    if not lines.isprintable() or not _is_plain(paper.abstract):
        _check_halves(paper)
        changes = _cleaned(paper)
    address = web_address(changes.get("url", paper.url))
    if address != paper.url:
        changes["url"] = address
    if paper.year is not None and not 1 <= paper.year <= 9999:
        changes["year"] = None
    if paper.author_count is not None and not 0 <= paper.author_count <= MOST_ITEMS:
        changes["author_count"] = len(paper.authors) or None
    return replace(paper, **changes) if changes else paper


def _check_length(paper: Paper) -> None:
    if len(paper.authors) > MOST_AUTHORS:
        raise BadRecordError(f"has more than {MOST_AUTHORS:,} authors")
    if max(len(paper.references), len(paper.ids)) > MOST_ITEMS:
        raise BadRecordError(f"has more than {MOST_ITEMS:,} references or ids")
    if max(len(paper.title), len(paper.abstract)) > LONGEST_TEXT:
        if TOO_LONG in paper.abstract or TOO_LONG in paper.title:
            raise BadRecordError(LONG_LINE)
        raise BadRecordError(f"has a title or abstract of more than {LONGEST_TEXT:,} characters")


def _check_halves(paper: Paper) -> None:
    texts = (
        *(paper.title, paper.abstract, paper.id, paper.venue, paper.url, paper.doi, paper.organization),
        *(paper.arxiv_id, *paper.authors, *paper.author_ids, *paper.ids, *paper.references),
    )
    half = _HALVES.search(text := "".join(texts))
    if half is None:
        return
    if TOO_LONG in text:
        raise BadRecordError(LONG_LINE)
    if _BYTES.match(half[0]):
        raise BadRecordError(f"byte 0x{ord(half[0]) - 0xDC00:02x} is not UTF-8; save the file as UTF-8")
    raise BadRecordError(r"holds half of a character (an unpaired \ud800-\udfff escape)")


def _cleaned(paper: Paper) -> dict[str, Any]:
    """Return all texts of a paper without characters that they may not hold."""
    title = one_line(paper.title)
    if not title:
        raise BadRecordError("has no title")
    return {
        "title": title,
        "abstract": tidy(paper.abstract),
        **{name: one_line(getattr(paper, name)) for name in ("venue", "organization", "url")},
        **{name: _id(getattr(paper, name)) for name in ("id", "doi", "arxiv_id")},
        "date": None if paper.date is None else _id(paper.date),
        "authors": tuple(map(one_line, paper.authors)),
        "author_ids": tuple(map(_id, paper.author_ids)),
        "ids": tuple(map(_id, paper.ids)),
        "references": tuple(map(one_line, paper.references)),
        "sources": tuple(_HALVES.sub("\ufffd", _CONTROLS.sub(" ", _shown(name))) for name in paper.sources),
    }


def _id(text: str) -> str:
    return _shown(_ID_GAPS.sub("", text)).strip()
