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

from litloom.readers.base import BadRecordError, Found
from litloom.readers.stream import LONGEST, Stream

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
_PIECE: Final = re.compile(r"\s*#\s*")

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
logging.getLogger("bibtexparser").propagate = False


def _blocks(stream: Stream) -> Iterator[tuple[int, str]]:
    """Give the line and the text of each ``@…{``, up to the next one that begins a line."""
    lines: list[str] = []
    start, size = 0, 0
    for number, line in enumerate(stream, 1):
        if "@" in line and _BEGINS.match(line):
            if lines:
                yield start, "\n".join(lines)
            start, lines, size = number, [line], 0
        elif lines and size <= LONGEST:
            lines.append(line)
        size += len(line)
    if lines:
        yield start, "\n".join(lines)


def entries(stream: Stream) -> Iterator[Found[Fields]]:
    """Find the entries as they are asked for; one that inherits waits for what it inherits from."""
    return _with_parents(_entries(stream))


def _entries(stream: Stream) -> Iterator[Found[Fields]]:
    strings: dict[str, str] = {}
    for line, text in _blocks(stream):
        try:
            blocks = Splitter(text).split().blocks if len(text) <= LONGEST else []
        except ParserStateException as error:
            yield Found(BadRecordError(f"not BibTeX: {error.message}"), line)
            continue
        if not blocks:
            yield Found(BadRecordError(f"this entry is longer than {LONGEST >> 20} MiB"), line)
        for block in blocks:
            at = line + (block.start_line or 0)
            if isinstance(block, String):
                strings[block.key.lower()] = _value(block.value, strings)
            elif isinstance(block, Entry):
                yield Found(_fields(block, strings), at)
            elif isinstance(block, ParsingFailedBlock):
                yield Found(BadRecordError(_reason(block)), at)


def _reason(block: ParsingFailedBlock) -> str:
    twice = sorted(getattr(block, "duplicate_keys", ()))
    if twice:
        return f"{twice[0]!r} is given twice"
    return (
        f"not BibTeX: {' '.join(str(getattr(block.error, 'abort_reason', block.error)).split()).rstrip('.')}"
    )


def _fields(entry: Entry, strings: dict[str, str]) -> Fields | BadRecordError:
    fields = {TYPE: entry.entry_type.lower(), KEY: entry.key}
    for field in entry.fields:
        name = field.key.lower()
        if name in fields:
            return BadRecordError(f"{name!r} is given twice")
        fields[name] = _value(field.value, strings)
    return fields


def _value(raw: str, strings: dict[str, str]) -> str:
    """Return what a value says, without what encloses it."""
    raw = raw.strip()
    if "#" not in raw or _closes(raw) == len(raw) - 1:
        return _literal(raw, strings)
    said = []
    while raw:
        end = _closes(raw) + 1 if raw[0] in '{"' else len(raw.partition("#")[0])
        end = max(end, 1)
        said.append(_literal(raw[:end].strip(), strings))
        joint = _PIECE.match(raw, end)
        raw = raw[joint.end() if joint else end :]
    return "".join(said)


def _literal(raw: str, strings: dict[str, str]) -> str:
    if len(raw) > 1 and (raw[0], raw[-1]) in (("{", "}"), ('"', '"')):
        return raw[1:-1]
    return strings.get(raw.lower(), raw)


def _closes(raw: str) -> int:
    """Return where the brace or quotation mark that begins a value is closed."""
    if raw[:1] not in ("{", '"'):
        return -1
    depth = 0
    for mark in re.finditer(r'(?<!\\)[{}"]', raw):
        if mark[0] == '"' and raw[0] == '"' and depth == 0 and mark.start():
            return mark.start()
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if mark[0] == "}" and depth == 0 and raw[0] == "{":
            return mark.start()
    return len(raw) - 1


def _with_parents(entries: Iterator[Found[Fields]]) -> Iterator[Found[Fields]]:
    parents: dict[str, Fields] = {}
    waiting: dict[str, list[Found[Fields]]] = {}
    for found in entries:
        if isinstance(found.raw, BadRecordError):
            yield found
            continue
        entry = found.raw
        if entry[TYPE] in _PARENTS:
            parents.setdefault(entry[KEY].lower(), _heritage(entry))
            for child in waiting.pop(entry[KEY].lower(), ()):
                yield _inherited(child, parents)
        needed = entry.get("crossref") or entry.get("xdata") or ""
        if needed and needed.strip().lower() not in parents:
            waiting.setdefault(needed.strip().lower(), []).append(found)
        else:
            yield _inherited(found, parents)
    for children in waiting.values():
        yield from children


def _heritage(parent: Fields) -> Fields:
    if parent[TYPE] == "xdata":
        return {name: value for name, value in parent.items() if name not in (TYPE, KEY)}
    heritage = {name: value for name, value in parent.items() if name and name not in _NOT_INHERITED}
    return {"booktitle": parent.get("title", ""), **heritage}


def _inherited(child: Found[Fields], parents: dict[str, Fields]) -> Found[Fields]:
    entry = child.raw
    if isinstance(entry, BadRecordError):
        return child
    needed = (entry.get("crossref") or entry.get("xdata") or "").strip().lower()
    return Found({**parents.get(needed, {}), **entry}, child.line) if needed else child
