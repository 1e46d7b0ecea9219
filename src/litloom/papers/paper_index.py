"""What is known of the papers of a graph without reading them: kept beside the store, in one small file.

By it an added paper finds those that it may be one with, and the graph what changed, though the old papers
stay where they are. It has them in the order in which they came, which decides what a paper is called that
turns out to be several of them. The file holds nothing else that could not be made anew from the papers; it
counts only for the graph whose fingerprint it has, and for the litloom that wrote it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from functools import cached_property
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from litloom.papers.match_keys import PaperKeys, keys_of, title_places
from litloom.papers.people import parse_name
from litloom.records import Paper, title_id
from litloom.support.atomic_file import atomic_file

BY_TITLE: Final = "title:"
"""How ids begin that litloom makes of a title."""
FILE: Final = "papers.arrow"
DIGEST_SIZE: Final = 64
"""Bytes of the digest at the end of the file."""
_ALL_OF: Final = attrgetter(*(field.name for field in fields(Paper)))
_SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("digest", pa.binary(32)),
        ("text", pa.string()),
        ("title", pa.string()),
        ("named", pa.string()),
        ("keys", pa.list_(pa.uint64())),
    ]
)


class Entry(NamedTuple):
    """What is known of one paper.

    Parameters
    ----------
    id
        The `Paper.id`.
    digest
        Of all that it holds.
    text
        What its extraction is found by, see `text_digest`.
    title, named
        Where its id is made of the title: the id that the title alone gives, and that which it gives with
        author and year.
    keys
        Digests of what it is recognised by.
    """

    id: str
    digest: bytes
    text: str
    title: str | None
    named: str | None
    keys: list[int]


class PaperIndex:
    """Entries of papers.

    Parameters
    ----------
    table
        A row an `Entry`.
    """

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> PaperIndex:
        """Return the index of these entries."""
        columns = zip(*entries, strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=False)]
        return cls(pa.table(arrays, schema=_SCHEMA) if arrays else _SCHEMA.empty_table())

    @classmethod
    def read(cls, folder: Path, fingerprint: str) -> PaperIndex | None:
        """Return the index that is kept in a folder; ``None`` if there is no whole one of that graph."""
        with suppress(OSError, pa.ArrowException), pa.memory_map(str(folder / FILE)) as file:
            whole = file.read_buffer()
            content = whole.slice(0, max(whole.size - DIGEST_SIZE, 0))
            if hashlib.blake2b(content).digest() == whole.slice(content.size).to_pybytes():
                table = pa.ipc.open_file(content).read_all()
                if table.schema.metadata == _belonging(fingerprint):
                    return cls(table.replace_schema_metadata(None))
        return None

    def write(self, folder: Path) -> None:
        """Keep the index in a folder; without it, the next change takes longer."""
        table = self._table.combine_chunks()
        table = table.replace_schema_metadata(_belonging(self.fingerprint))
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        content = sink.getvalue()
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            for leftover in folder.glob(f".{FILE}.*"):  # of a process that was killed while it wrote
                leftover.unlink(missing_ok=True)
            with atomic_file(folder / FILE) as unfinished, unfinished.open("wb") as file:
                file.write(content)
                file.write(hashlib.blake2b(content).digest())

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __getitem__(self, name: str) -> list[Any]:
        """Return a column: a field of all entries."""
        column: list[Any] = self._table[name].to_pylist()
        return column

    @cached_property
    def ids(self) -> list[str]:
        """The ids of the papers, in their order."""
        return self["id"]

    @property
    def texts(self) -> pa.Table:
        """The columns ``id`` and ``text``."""
        return self._table.select(["id", "text"])

    @cached_property
    def fingerprint(self) -> str:
        """A digest of all that the papers hold, whatever their order."""
        total = sum(int.from_bytes(digest, "big") for digest in self["digest"])
        return f"{total % (1 << 256):064x}"

    def changed(self, gone: Collection[int], entries: Mapping[int, Entry]) -> PaperIndex:
        """Return an index without some rows and with other ones, there or at further places."""
        places = sorted(entries)
        mine = np.setdiff1d(np.arange(len(self)), np.fromiter((*gone, *places), dtype=np.int64))
        order = np.argsort(np.concatenate([mine, np.array(places, dtype=np.int64)]))
        both = [self._table.take(pa.array(mine)), PaperIndex.of(entries[place] for place in places)._table]
        return PaperIndex(pa.concat_tables(both).take(pa.array(order)))

    def since(self, before: PaperIndex) -> tuple[list[str], list[str], list[str]]:
        """Return the ids that are gone since another index, those whose papers changed, and the new ones."""
        was, now = (dict(zip(index.ids, index["digest"], strict=True)) for index in (before, self))
        gone = [identifier for identifier in was if identifier not in now]
        changed = [key for key, digest in now.items() if key in was and was[key] != digest]
        return gone, changed, [identifier for identifier in now if identifier not in was]

    def places_of(self, keys: Iterable[int]) -> set[int]:
        """Return where the papers are that have one of these keys."""
        all_keys, owners = self._by_key
        wanted = np.array(sorted(set(keys)), dtype=np.uint64)
        firsts, lasts = (np.searchsorted(all_keys, wanted, side) for side in ("left", "right"))
        found = zip(firsts.tolist(), lasts.tolist(), strict=True)
        return {place for first, last in found for place in owners[first:last].tolist()}

    @cached_property
    def _by_key(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        lists = self._table["keys"].combine_chunks()
        keys = lists.flatten().to_numpy()
        owners = np.repeat(np.arange(len(lists)), lists.value_lengths().to_numpy())
        order = np.argsort(keys)
        return keys[order], owners[order]


def entry_of(paper: Paper, keys: PaperKeys | None = None) -> Entry:
    """Return what is known of a paper; `keys` are what it is recognised by, if they are at hand."""
    by_title = paper.id.startswith(BY_TITLE)
    return Entry(
        paper.id,
        hashlib.sha256(repr(_ALL_OF(paper)).encode("utf-8", "surrogatepass")).digest(),
        text_digest(paper),
        title_id(paper.title) if by_title else None,
        named_id(paper) if by_title else None,
        key_digests(keys or keys_of(paper)),
    )


def named_id(paper: Paper) -> str:
    """Return the id of one of several papers that one title names."""
    author = parse_name(paper.authors[0]) if paper.authors else None
    return title_id(f"{paper.title} / {author.key if author else ''} / {paper.year or ''}")


def text_digest(paper: Paper) -> str:
    """Return what an extraction is found again by."""
    return hashlib.sha256(paper.text.encode("utf-8", "surrogatepass")).hexdigest()


def key_digests(keys: PaperKeys) -> list[int]:
    """Return a number for each key of a paper: different papers may have the same, but rarely do."""
    named = [*keys.ids, *(key for places in title_places(keys) for key in places)]
    encoded = (repr(key).encode("utf-8", "surrogatepass") for key in named)
    return [int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big") for key in encoded]


def _belonging(fingerprint: str) -> dict[bytes, bytes]:
    return {b"fingerprint": fingerprint.encode(), b"version": version("litloom").encode()}
