"""What all readers share: the record that a file's syntax gives, and the format that makes a paper of it.

Each module of `litloom.readers.formats` defines one `Format` as ``FORMAT``. Other distributions add theirs
through the entry-point group ``litloom.readers``; see `litloom.readers.registry`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from litloom.errors import InputError
from litloom.readers.characters import INVISIBLE, clean_paper, one_line, tidy
from litloom.readers.identifiers import Identifiers
from litloom.readers.limits import MOST_ITEMS, BadRecordError, too_many
from litloom.readers.names import split_authors
from litloom.readers.options import Options
from litloom.readers.stream import Stream
from litloom.records import Paper
from litloom.records import unique as unique_values

__all__ = [
    "INVISIBLE",
    "BadRecordError",
    "Format",
    "Options",
    "RawRecord",
    "clean_paper",
    "first",
    "make_paper",
    "one_line",
    "read_records",
    "record_format",
    "tidy",
    "unique",
]

Raw = TypeVar("Raw")


@dataclass(frozen=True, slots=True)
class RawRecord(Generic[Raw]):
    """A parsed record or the error that makes it unusable, its first line, and its number, both from 1."""

    content: Raw | BadRecordError
    line: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A file format and its reader.

    Parameters
    ----------
    name
        The value of ``format=`` and ``--input-format``.
    suffixes
        File name suffixes that select the files of a folder; ``.gz`` or ``.zst`` may follow.
    sniff
        Takes the beginning of a text and returns the confidence, from 0 to 1, that it is in this format.
    read
        Reads papers from a stream.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[str], float]
    read: Callable[[Stream, Options], Iterator[Paper]]


def record_format(
    name: str,
    suffixes: tuple[str, ...],
    *,
    sniff: Callable[[str], float],
    records: Callable[[Stream], Iterable[RawRecord[Raw]]],
    paper: Callable[[Raw, str], Paper | None],
) -> Format:
    """Return a format whose files are a sequence of records.

    `records` parses a stream into records. `paper` makes a paper of a record and the name of its file, or
    returns ``None`` for a record that is not a paper.
    """

    def read(stream: Stream, options: Options) -> Iterator[Paper]:
        return read_records(records(stream), lambda raw: paper(raw, stream.name), stream, options)

    return Format(name=name, suffixes=suffixes, sniff=sniff, read=read)


def read_records(
    records: Iterable[RawRecord[Raw]],
    paper_of: Callable[[Raw], Paper | None],
    stream: Stream,
    options: Options,
) -> Iterator[Paper]:
    """Convert records to papers, and reject malformed ones with their place in the file."""
    any_record = False
    for record in records:
        any_record = True
        try:
            if isinstance(record.content, BadRecordError):
                raise record.content
            paper = paper_of(record.content)
            if paper is not None:
                yield clean_paper(paper)
        except BadRecordError as bad:
            options.reject(InputError(stream.name, str(bad), record.line, record.number))
        except RecursionError:
            options.reject(InputError(stream.name, "is nested too deeply", record.line, record.number))
    if not any_record:
        raise InputError(stream.name, "contains no records", 1)


def make_paper(
    title: str,
    source: str,
    *,
    identifiers: Identifiers,
    id: str = "",  # noqa: A002 - a field of `Paper`
    abstract: str = "",
    date: str | None = None,
    year: int | None = None,
    authors: Iterable[tuple[str, str]] = (),
    venue: str = "",
    url: str = "",
    ids: Iterable[str] = (),
    references: Iterable[str] = (),
) -> Paper:
    """Return a paper of (name, id) pairs of authors and of lists that may have empty values.

    Raises
    ------
    BadRecordError
        If there is no title, or a list is too long.
    """
    if not title:
        raise BadRecordError("has no title")
    names, author_ids = split_authors(authors)
    return Paper(
        title=title,
        abstract=abstract,
        id=id,
        date=date,
        year=year,
        authors=names,
        author_ids=author_ids,
        venue=venue,
        url=url,
        doi=identifiers.doi,
        arxiv_id=identifiers.arxiv_id,
        ids=unique(ids),
        references=unique(references),
        sources=(source,),
    )


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct non-empty values in order; raise `BadRecordError` if there are too many."""
    distinct = unique_values(islice(values, MOST_ITEMS + 1))
    too_many(len(distinct), MOST_ITEMS, "references or ids")
    return distinct


def first(values: Iterable[str]) -> str:
    """Return the first non-empty value, else ``""``."""
    return next(filter(None, values), "")
