"""Remove unwanted characters from papers, and check their size.

Control characters (C0, C1), bidi controls, zero-width characters, tags and noncharacters are replaced by
spaces or removed. Joiners stay where a script or an emoji needs them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from litloom.readers.identifiers import clean_url
from litloom.readers.limits import LONGEST_TEXT, MOST_AUTHORS, MOST_ITEMS, BadRecordError, too_many
from litloom.readers.stream import LONG_LINE, TOO_LONG
from litloom.records import Paper

INVISIBLE: Final = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
_NONCHARACTERS: Final = "\ufdd0-\ufdef\ufffe\uffff" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
)
_GAPS: Final = re.compile(rf"[\s\x00-\x1f\x7f-\x9f{_NONCHARACTERS}]+")
_CONTROLS: Final = re.compile(rf"\r\n?|[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029{_NONCHARACTERS}]")
_HIDDEN: Final = re.compile(
    "[\xad\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SCRIPTS: Final = "\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua8e0-\uabff"
_SYMBOLS: Final = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Scripts without spaces, which separate words by zero-width spaces."""
_JOINERS: Final = re.compile(
    rf"(?<![{_SCRIPTS}{_SYMBOLS}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_SCRIPTS}{_SYMBOLS}])"
    rf"|(?<![{_UNSPACED}])\u200b+|\u200b+(?![{_UNSPACED}])"
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_ID_GAPS: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{_NONCHARACTERS}]+")
_STRINGS: Final = attrgetter("title", "id", "organization", "venue", "url", "doi", "arxiv_id")
_LISTS: Final = attrgetter("authors", "author_ids", "ids", "references")


def one_line(text: str) -> str:
    r"""Replace each run of whitespace and control characters by one space, and strip the text.

    >>> one_line(" Attention Is\n  All You\tNeed ")
    'Attention Is All You Need'
    """
    if text.isprintable():
        text = text.strip(" ")
        return _GAPS.sub(" ", text) if "  " in text else text
    return _without_hidden(_GAPS.sub(" ", text)).strip(" " + INVISIBLE)


def tidy(text: str) -> str:
    r"""Remove control characters except line ends, and strip the text.

    >>> tidy(" We look\r\nat \x07looms.\n")
    'We look\nat  looms.'
    """
    if not _is_plain(text):
        text = _without_hidden(_CONTROLS.sub(lambda c: "\n" if c[0][0] == "\r" else " ", text))
    return text.strip()


def _is_plain(text: str) -> bool:
    return (text.replace("\n", "") if "\n" in text else text).isprintable()


def _without_hidden(text: str) -> str:
    return text if text.isascii() else _JOINERS.sub("", _HIDDEN.sub("", text))


def clean_paper(paper: Paper) -> Paper:
    r"""Return the paper with clean texts and valid numbers; every record passes through here.

    Raises
    ------
    BadRecordError
        If a text contains invalid UTF-8 or half of a surrogate pair, or something is above its limit.

    Examples
    --------
    >>> paper = clean_paper(Paper(title="On\x1b Looms", url="javascript:alert(1)", year=10**30))
    >>> paper.title, paper.url, paper.year
    ('On Looms', '', None)
    """
    _check_size(paper)
    lines = "".join((*_STRINGS(paper), paper.date or "", *chain.from_iterable(_LISTS(paper))))
    changes: dict[str, Any] = {}
    if not (lines.isprintable() and "".join(paper.sources).isprintable() and _is_plain(paper.abstract)):
        _check_encoding(lines + paper.abstract)
        changes = _cleaned(paper)
    url = clean_url(changes.get("url", paper.url))
    if url != paper.url:
        changes["url"] = url
    if paper.year is not None and not 1 <= paper.year <= 9999:
        changes["year"] = None
    if paper.author_count is not None and not 0 <= paper.author_count <= MOST_ITEMS:
        changes["author_count"] = len(paper.authors) or None
    return replace(paper, **changes) if changes else paper


def _check_size(paper: Paper) -> None:
    too_many(len(paper.authors), MOST_AUTHORS, "authors")
    too_many(max(len(paper.references), len(paper.ids)), MOST_ITEMS, "references or ids")
    if max(len(paper.title), len(paper.abstract)) > LONGEST_TEXT:
        if TOO_LONG in paper.abstract or TOO_LONG in paper.title:
            raise BadRecordError(LONG_LINE)
        raise BadRecordError(f"has a title or abstract of more than {LONGEST_TEXT:,} characters")


def _check_encoding(text: str) -> None:
    surrogate = _SURROGATES.search(text)
    if surrogate is None:
        return
    if TOO_LONG in text:
        raise BadRecordError(LONG_LINE)
    if "\udc80" <= surrogate[0] <= "\udcff":  # the decoder puts them in place of invalid bytes
        raise BadRecordError(f"byte 0x{ord(surrogate[0]) - 0xDC00:02x} is not UTF-8; save the file as UTF-8")
    raise BadRecordError(r"contains half of a surrogate pair (\ud800-\udfff)")


def _cleaned(paper: Paper) -> dict[str, Any]:
    title = one_line(paper.title)
    if not title:
        raise BadRecordError("has no title")
    return {
        "title": title,
        "abstract": tidy(paper.abstract),
        **{name: one_line(getattr(paper, name)) for name in ("venue", "organization", "url")},
        **{name: _clean_id(getattr(paper, name)) for name in ("id", "doi", "arxiv_id")},
        "date": None if paper.date is None else _clean_id(paper.date),
        **{name: tuple(map(one_line, getattr(paper, name))) for name in ("authors", "references")},
        **{name: tuple(map(_clean_id, getattr(paper, name))) for name in ("author_ids", "ids")},
        "sources": tuple(
            _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", _without_hidden(name))) for name in paper.sources
        ),
    }


def _clean_id(text: str) -> str:
    return _without_hidden(_ID_GAPS.sub("", text)).strip()
