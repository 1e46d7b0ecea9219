"""What every reader of a file format has in common.

A reader is a module of this package that holds a constant ``FORMAT``, or an object that another distribution
declares in the entry-point group ``litloom.readers``. `litloom.readers.registry` finds both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from litloom.errors import InputError
from litloom.readers.characters import INVISIBLE, checked, one_line, tidy
from litloom.readers.limits import MOST_ITEMS, BadRecordError
from litloom.readers.options import Options
from litloom.readers.stream import Stream
from litloom.records import Paper
from litloom.records import unique as each_once

__all__ = [
    "INVISIBLE",
    "BadRecordError",
    "Format",
    "Options",
    "RawRecord",
    "checked",
    "one_line",
    "read_records",
    "tidy",
    "unique",
]

Raw = TypeVar("Raw")


@dataclass(frozen=True, slots=True)
class RawRecord(Generic[Raw]):
    """A record as it stands in a file, or what keeps it from being one.

    Parameters
    ----------
    content
        The record.
    line, number
        Its first line, and its number in the file, counted from 1; ``None`` where unknown.
    """

    content: Raw | BadRecordError
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


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Return the non-empty values, each once, in the order of their first appearance.

    Raises
    ------
    BadRecordError
        If there are more than any paper has.
    """
    found = each_once(islice(values, MOST_ITEMS + 1))
    if len(found) > MOST_ITEMS:
        raise BadRecordError(f"has more than {MOST_ITEMS:,} references or ids")
    return found


def read_records(
    records: Iterable[RawRecord[Raw]],
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
            if isinstance(found.content, BadRecordError):
                raise found.content
            paper = paper_of(found.content)
            if paper is not None:
                yield checked(paper)
        except BadRecordError as bad:
            options.bad(InputError(stream.name, str(bad), found.line, found.number))
        except RecursionError:
            options.bad(InputError(stream.name, "not read: nested too deeply", found.line, found.number))
    if not any_record:
        raise InputError(stream.name, "there is no record of a paper in it", 1)
