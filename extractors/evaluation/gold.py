r"""Gold annotation: JSON Lines of papers with the strings that annotators marked.

One object a line::

    {"id": "x1", "title": "…", "abstract": "…",
     "mentions": [["BERT", "Method"], …], "introduces": ["…"]}

A string stands for all its whole-word occurrences in ``title + "\n" + abstract``, longest strings first, so
that mentions never overlap. Strings are case-sensitive. ``introduces`` is a subset of the strings of
``mentions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from litloom.errors import InputError
from litloom.readers.base import BadRecordError, RawRecord
from litloom.readers.files import open_stream
from litloom.readers.syntax.json_fields import (
    Record,
    id_string,
    quoted,
    required_string,
    valid_string,
    wrong_type,
)
from litloom.readers.syntax.json_records import json_lines
from litloom.records import KINDS, Kind, Paper


class Span(NamedTuple):
    """A mention: character offsets, the end exclusive, and its kind."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPaper:
    """A paper with its annotation: surface strings with their kinds, and those that it introduces."""

    id: str
    title: str
    abstract: str
    mentions: tuple[tuple[str, Kind], ...] = ()
    introduces: tuple[str, ...] = ()

    @property
    def paper(self) -> Paper:
        """The paper without its annotation."""
        return Paper(id=self.id, title=self.title, abstract=self.abstract)

    @property
    def text(self) -> str:
        r"""Title and abstract joined by ``"\n"``: what the offsets of spans refer to."""
        return f"{self.title}\n{self.abstract}"

    @property
    def spans(self) -> tuple[Span, ...]:
        """Every occurrence of every mention, in the order of the text."""
        return occurrences(self.text, self.mentions)


def occurrences(text: str, names: Iterable[tuple[str, Kind]]) -> tuple[Span, ...]:
    """Return the whole-word occurrences of names with kinds, longest names first, in the order of the text.

    Examples
    --------
    >>> occurrences("Graph Mamba beats Mamba", [("Mamba", "Method"), ("Graph Mamba", "Method")])
    (Span(start=0, end=11, kind='Method'), Span(start=18, end=23, kind='Method'))
    """
    taken = bytearray(len(text))
    found: list[Span] = []
    for name, kind in sorted(dict(names).items(), key=lambda pair: (-len(pair[0]), pair[0])):
        for start, end in find_whole_words(text, name):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append(Span(start, end, kind))
    return tuple(sorted(found))


def find_whole_words(text: str, name: str) -> list[tuple[int, int]]:
    """Return the offsets of a name as whole words, from left to right, none overlapping.

    Examples
    --------
    >>> find_whole_words("GAN, GANs and a GAN", "GAN")
    [(0, 3), (16, 19)]
    """
    found: list[tuple[int, int]] = []
    at = text.find(name) if name else -1
    while at >= 0:
        end = at + len(name)
        whole = not _wordlike(text[at - 1 : at] if at else "") and not _wordlike(text[end : end + 1])
        if whole:
            found.append((at, end))
        at = text.find(name, end if whole else at + 1)
    return found


def _wordlike(char: str) -> bool:
    return char.isalnum() or char == "_"


def read_gold(path: str | Path) -> list[GoldPaper]:
    """Read an annotated file.

    Raises
    ------
    InputError
        If a line is not as the module describes, which is named, or there are none.
    """
    with open_stream(str(path)) as stream:
        papers = [_parse(stream.name, record) for record in json_lines(stream)]
    if not papers:
        raise InputError(path, "holds no annotated paper")
    return papers


def _parse(source: str, line: RawRecord[Record]) -> GoldPaper:
    try:
        if isinstance(line.content, BadRecordError):
            raise line.content
        record = line.content
        if "mentions" not in record:
            raise BadRecordError("it has no 'mentions'")
        return GoldPaper(
            id=id_string(record),
            title=required_string(record, "title"),
            abstract=required_string({"abstract": "", **record}, "abstract"),
            mentions=tuple(_mentions(record)),
            introduces=tuple(valid_string(name, "introduces") for name in _items(record, "introduces")),
        )
    except BadRecordError as bad:
        raise InputError(source, f"is no annotated paper: {bad}", line.line) from bad


def _mentions(record: Record) -> Iterator[tuple[str, Kind]]:
    for pair in _items(record, "mentions"):
        if not isinstance(pair, list) or len(pair) != 2:
            raise BadRecordError('\'mentions\' must be a list of pairs, such as ["BERT", "Method"]')
        name, kind = (
            valid_string(pair[0], "mentions"),
            next((kind for kind in KINDS if kind == pair[1]), None),
        )
        if kind is None:
            raise BadRecordError(f"unknown type {quoted(pair[1])}; expected one of {', '.join(KINDS)}")
        if name:
            yield name, kind


def _items(record: Record, name: str) -> list[object]:
    value = record.get(name, [])
    if not isinstance(value, list):
        raise wrong_type(name, "a list", value)
    return value
