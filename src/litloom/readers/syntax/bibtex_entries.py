"""Entries of BibTeX: each parsed by ``bibtexparser``, its strings resolved, its parents' fields inherited.

The parser reads a whole text at once; here it is given one entry at a time, so a long file is never held.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Final

from bibtexparser.exceptions import ParserStateException
from bibtexparser.model import Entry, ParsingFailedBlock, String
from bibtexparser.splitter import Splitter

from litloom.readers.base import BadRecordError, RawRecord
from litloom.readers.stream import Stream
from litloom.readers.syntax.bibtex_strings import Strings

Fields = dict[str, str]
TYPE: Final = ""
KEY: Final = "@"
"""Under these names, which no field has, `Fields` hold the entry's type and its citation key."""
_BEGINS: Final = re.compile(r"\s*@\s*([A-Za-z]+)\s*[({]")
CONTAINERS: Final = frozenset(
    (
        *("proceedings", "mvproceedings", "collection", "mvcollection", "mvbook", "reference", "mvreference"),
        *("periodical", "set", "xdata"),
    )
)
_PARENTS: Final = CONTAINERS | {"book"}
_NOT_INHERITED: Final = frozenset(
    (
        "abstract",
        "author",
        "doi",
        "eprint",
        "keywords",
        "note",
        "subtitle",
        "title",
        "url",
        "xdata",
        "crossref",
    )
)
LONGEST_ENTRY: Final = 2 * 2**20
"""Characters of an entry, before and after its strings are put in."""
MOST_HELD: Final = 64 * 2**20
"""Characters of the entries that others inherit from, and of those that wait."""

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
logging.getLogger("bibtexparser").propagate = False


def _blocks(stream: Stream) -> Iterator[tuple[int, str | None]]:
    """Give the line and the text of each ``@…{``, up to the next one that begins a line.

    The text is ``None`` where it is too long, which is told as soon as it is.
    """
    lines: list[str] = []
    start, size = 0, 0
    for number, line in enumerate(stream, 1):
        if "@" in line and _BEGINS.match(line):
            if lines:
                yield start, "\n".join(lines)
            start, lines, size = number, [line], len(line)
        elif lines:
            lines.append(line)
            size += len(line) + 1
        if lines and size > LONGEST_ENTRY:
            yield start, None
            lines = []
    if lines:
        yield start, "\n".join(lines)


def entries(stream: Stream) -> Iterator[RawRecord[Fields]]:
    """Find the entries as they are asked for; one that inherits waits for what it inherits from."""
    return _with_parents(_entries(stream))


def _entries(stream: Stream) -> Iterator[RawRecord[Fields]]:
    strings = Strings()
    for line, text in _blocks(stream):
        if text is None:
            yield RawRecord(BadRecordError(f"this entry is longer than {LONGEST_ENTRY >> 20} MiB"), line)
            continue
        try:
            blocks = Splitter(text).split().blocks
        except ParserStateException as error:
            yield RawRecord(BadRecordError(f"not BibTeX: {error.message}"), line)
            continue
        for block in blocks:
            at = line + (block.start_line or 0)
            try:
                if isinstance(block, String):
                    strings.define(block.key, block.value)
                elif isinstance(block, Entry):
                    yield RawRecord(_fields(block, strings), at)
                elif isinstance(block, ParsingFailedBlock):
                    yield RawRecord(BadRecordError(_reason(block)), at)
            except BadRecordError as bad:
                yield RawRecord(bad, at)


def _reason(block: ParsingFailedBlock) -> str:
    twice = sorted(getattr(block, "duplicate_keys", ()))
    if twice:
        return f"{twice[0]!r} is given twice"
    return (
        f"not BibTeX: {' '.join(str(getattr(block.error, 'abort_reason', block.error)).split()).rstrip('.')}"
    )


def _fields(entry: Entry, strings: Strings) -> Fields:
    fields = {TYPE: entry.entry_type.lower(), KEY: entry.key}
    size = 0
    for field in entry.fields:
        name = field.key.lower()
        if name in fields:
            raise BadRecordError(f"{name[:60]!r} is given twice")
        fields[name] = strings.said(field.value)
        size += len(fields[name])
        if size > LONGEST_ENTRY:
            raise BadRecordError(f"with its @strings, this entry is longer than {LONGEST_ENTRY >> 20} MiB")
    return fields


def _with_parents(entries: Iterator[RawRecord[Fields]]) -> Iterator[RawRecord[Fields]]:
    parents: dict[str, Fields] = {}
    waiting: dict[str, list[RawRecord[Fields]]] = {}
    held = 0
    for found in entries:
        if isinstance(found.content, BadRecordError):
            yield found
            continue
        entry = found.content
        if entry[TYPE] in _PARENTS:
            held += _size(entry)
            if held <= MOST_HELD:
                parents.setdefault(entry[KEY].lower(), _heritage(entry))
            for child in waiting.pop(entry[KEY].lower(), ()):
                held -= _size(child.content)
                yield _inherited(child, parents)
        needed = (entry.get("crossref") or entry.get("xdata") or "").strip().lower()
        if not needed or needed in parents:
            yield _inherited(found, parents)
        elif held > MOST_HELD:
            yield RawRecord(
                BadRecordError(f"{needed[:60]!a}, from which it inherits, is too far away"), found.line
            )
        else:
            held += _size(entry)
            waiting.setdefault(needed, []).append(found)
    for children in waiting.values():
        yield from children


def _size(entry: Fields | BadRecordError) -> int:
    return 0 if isinstance(entry, BadRecordError) else 1000 + sum(map(len, entry.values()))


def _heritage(parent: Fields) -> Fields:
    if parent[TYPE] == "xdata":
        return {name: value for name, value in parent.items() if name not in (TYPE, KEY)}
    heritage = {name: value for name, value in parent.items() if name and name not in _NOT_INHERITED}
    return {"booktitle": parent.get("title", ""), **heritage}


def _inherited(child: RawRecord[Fields], parents: dict[str, Fields]) -> RawRecord[Fields]:
    entry = child.content
    if isinstance(entry, BadRecordError):
        return child
    needed = (entry.get("crossref") or entry.get("xdata") or "").strip().lower()
    return RawRecord({**parents.get(needed, {}), **entry}, child.line) if needed else child
