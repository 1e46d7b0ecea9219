"""What every reader of a file format has in common.

A reader is a module of this package that holds a constant ``FORMAT``, or an object that another distribution
declares in the entry-point group ``litloom.readers``. `litloom.readers.registry` finds both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from litloom.errors import InputError
from litloom.readers.options import Options
from litloom.readers.stream import LONG_LINE, TOO_LONG, Stream
from litloom.records import Paper

__all__ = [
    "INVISIBLE",
    "BadRecordError",
    "Format",
    "Found",
    "Options",
    "check_characters",
    "one_line",
    "read_records",
    "tidy",
]

Raw = TypeVar("Raw")

_GAPS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_CONTROLS: Final = re.compile(r"\r\n?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
# They make text look other than it is; Arabic and Hebrew read well without them.
_REORDERING: Final = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\u200e\u200f]")
_HALVES: Final = re.compile("[\ud800-\udfff]")
_BYTES: Final = re.compile("[\udc80-\udcff]")
INVISIBLE: Final = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"


class BadRecordError(Exception):
    """What is wrong with a record, said without its place."""


@dataclass(frozen=True, slots=True)
class Found(Generic[Raw]):
    """A record as it stands in a file, or what keeps it from being one.

    Parameters
    ----------
    raw
        The record.
    line, number
        Its first line, and its number in the file, counted from 1; ``None`` where unknown.
    """

    raw: Raw | BadRecordError
    line: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A file format and how to read it.

    Parameters
    ----------
    name
        What ``format=`` and ``--format`` call it.
    suffixes
        Endings of file names by which a folder's files are picked; ``.gz`` or ``.zst`` may follow any.
    sniff
        How sure it is, from 0 to 1, that a text which begins so is of this format.
    read
        Turns a stream, which gives lines or blocks of bytes, into papers as they are asked for.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[str], float]
    read: Callable[[Stream, Options], Iterator[Paper]]


def read_records(
    records: Iterable[Found[Raw]],
    paper_of: Callable[[Raw], Paper | None],
    stream: Stream,
    options: Options,
) -> Iterator[Paper]:
    """Turn records into papers, and report those that are none.

    Parameters
    ----------
    records
        In the order of the file.
    paper_of
        Makes a record a paper; ``None`` for one that is not meant to be a paper, such as a deleted one.
    """
    any_record = False
    for found in records:
        any_record = True
        try:
            if isinstance(found.raw, BadRecordError):
                raise found.raw
            paper = paper_of(found.raw)
            if paper is not None:
                check_characters(paper)
                yield paper
        except BadRecordError as bad:
            options.bad(InputError(stream.name, str(bad), found.line, found.number))
        except RecursionError:
            options.bad(InputError(stream.name, "not read: nested too deeply", found.line, found.number))
    if not any_record:
        raise InputError(stream.name, "there is no record of a paper in it", 1)


def check_characters(paper: Paper) -> None:
    """Raise `BadRecordError` if a text of the paper holds what is no character."""
    texts = (
        paper.title,
        paper.abstract,
        paper.id,
        paper.venue,
        paper.url,
        paper.doi,
        *paper.authors,
        *paper.author_ids,
        *paper.ids,
        *paper.references,
    )
    half = _HALVES.search(text := "".join(texts))
    if half is None:
        return
    if TOO_LONG in text:
        raise BadRecordError(LONG_LINE)
    if _BYTES.match(half[0]):
        raise BadRecordError(f"byte 0x{ord(half[0]) - 0xDC00:02x} is not UTF-8; save the file as UTF-8")
    raise BadRecordError(r"holds half of a character (an unpaired \ud800-\udfff escape)")


def one_line(text: str) -> str:
    r"""Return the text with every run of spaces, line ends and control characters as one space.

    Examples
    --------
    >>> one_line(" Attention Is\n  All You\tNeed ")
    'Attention Is All You Need'
    """
    return _REORDERING.sub("", _GAPS.sub(" ", text)).strip(" " + INVISIBLE)


def tidy(text: str) -> str:
    r"""Return a text of several lines without control characters, and without space around it.

    Examples
    --------
    >>> tidy(" We look\r\nat \x07looms.\n")
    'We look\nat  looms.'
    """
    return _REORDERING.sub("", _CONTROLS.sub(lambda c: "\n" if c[0][0] == "\r" else " ", text)).strip()
