"""Entries of BibTeX, with strings expanded and the fields of their parents inherited.

``bibtexparser`` parses a whole text at once; here it gets one entry at a time, to bound the memory.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Final

from bibtexparser.exceptions import ParserStateException
from bibtexparser.model import Block, Entry, ParsingFailedBlock, String
from bibtexparser.splitter import Splitter

from litloom.readers.base import BadRecordError, RawRecord
from litloom.readers.stream import Stream
from litloom.readers.syntax.bibtex_strings import Strings

Fields = dict[str, str]
TYPE: Final = ""
KEY: Final = "@"
"""The names under which `Fields` have the entry's type and citation key."""
_START: Final = re.compile(r"\s*@\s*([A-Za-z]+)\s*[({]")
CONTAINERS: Final = {
    *("proceedings", "mvproceedings", "collection", "mvcollection", "mvbook", "reference", "mvreference"),
    *("periodical", "set", "xdata"),
}
_PARENTS: Final = CONTAINERS | {"book"}
_NOT_INHERITED: Final = {
    *("abstract", "author", "doi", "eprint", "keywords", "note", "subtitle", "title", "url"),
    *("xdata", "crossref"),
}
LONGEST_ENTRY: Final = 2 * 2**20
"""Characters of an entry, before and after its strings are expanded."""
MOST_HELD: Final = 64 * 2**20
"""Characters of parents, and of entries that wait for theirs."""

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
logging.getLogger("bibtexparser").propagate = False


def entries(stream: Stream) -> Iterator[RawRecord[Fields]]:
    """Yield the entries; one with a ``crossref`` or ``xdata`` comes after the entry it inherits from."""
    return _with_parents(_entries(stream))


def _entries(stream: Stream) -> Iterator[RawRecord[Fields]]:
    strings = Strings()
    for line, text in _entry_texts(stream):
        try:
            if text is None:
                raise BadRecordError(f"this entry is longer than {LONGEST_ENTRY >> 20} MiB")
            blocks = Splitter(text).split().blocks
        except BadRecordError as bad:
            yield RawRecord(bad, line)
            continue
        except ParserStateException as error:
            yield RawRecord(BadRecordError(f"not BibTeX: {error.message}"), line)
            continue
        for block in blocks:
            at = line + (block.start_line or 0)
            try:
                fields = _parsed(block, strings)
            except BadRecordError as bad:
                yield RawRecord(bad, at)
            else:
                if fields is not None:
                    yield RawRecord(fields, at)


def _entry_texts(stream: Stream) -> Iterator[tuple[int, str | None]]:
    """Yield the line and text from each ``@…{`` to the next that starts a line; ``None`` if too long."""
    lines: list[str] = []
    start, size = 0, 0
    for number, line in enumerate(stream, 1):
        if "@" in line and _START.match(line):
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


def _parsed(block: Block, strings: Strings) -> Fields | None:
    """Return the fields of an entry, or define a string."""
    if isinstance(block, String):
        strings.define(block.key, block.value)
    elif isinstance(block, Entry):
        return _fields(block, strings)
    elif isinstance(block, ParsingFailedBlock):
        repeated = sorted(getattr(block, "duplicate_keys", ()))
        if repeated:
            raise BadRecordError(f"has the field {repeated[0]!r} twice")
        reason = " ".join(str(getattr(block.error, "abort_reason", block.error)).split()).rstrip(".")
        raise BadRecordError(f"not BibTeX: {reason}")
    return None


def _fields(entry: Entry, strings: Strings) -> Fields:
    fields = {TYPE: entry.entry_type.lower(), KEY: entry.key}
    size = 0
    for field in entry.fields:
        name = field.key.lower()
        if name in fields:
            raise BadRecordError(f"has the field {name[:60]!r} twice")
        fields[name] = strings.expand(field.value)
        size += len(fields[name])
        if size > LONGEST_ENTRY:
            raise BadRecordError(f"with its @strings, this entry is longer than {LONGEST_ENTRY >> 20} MiB")
    return fields


def _with_parents(records: Iterator[RawRecord[Fields]]) -> Iterator[RawRecord[Fields]]:
    parents: dict[str, Fields] = {}
    waiting: dict[str, list[RawRecord[Fields]]] = {}
    held = 0
    for record in records:
        entry = record.content
        if isinstance(entry, BadRecordError):
            yield record
            continue
        if entry[TYPE] in _PARENTS:
            key = entry[KEY].lower()
            held += _size(entry)
            if held <= MOST_HELD:
                parents.setdefault(key, _inheritable(entry))
            for child in waiting.pop(key, ()):
                held -= _size(child.content)
                yield _with_inherited(child, parents)
        parent = _parent_key(entry)
        if not parent or parent in parents:
            yield _with_inherited(record, parents)
        elif held > MOST_HELD:
            yield RawRecord(
                BadRecordError(f"inherits from {parent[:60]!a}, which is too far away"), record.line
            )
        else:
            held += _size(entry)
            waiting.setdefault(parent, []).append(record)
    for children in waiting.values():
        yield from children


def _parent_key(entry: Fields) -> str:
    return (entry.get("crossref") or entry.get("xdata") or "").strip().lower()


def _size(entry: Fields | BadRecordError) -> int:
    return 0 if isinstance(entry, BadRecordError) else 1000 + sum(map(len, entry.values()))


def _inheritable(parent: Fields) -> Fields:
    if parent[TYPE] == "xdata":
        return {name: value for name, value in parent.items() if name not in (TYPE, KEY)}
    inherited = {name: value for name, value in parent.items() if name and name not in _NOT_INHERITED}
    return {"booktitle": parent.get("title", ""), **inherited}


def _with_inherited(child: RawRecord[Fields], parents: dict[str, Fields]) -> RawRecord[Fields]:
    entry = child.content
    if isinstance(entry, BadRecordError) or not (parent := _parent_key(entry)):
        return child
    return RawRecord({**parents.get(parent, {}), **entry}, child.line)
