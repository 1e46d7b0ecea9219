"""An index of the papers of a graph, in one small file beside its store.

It is used to find the papers that an added record may belong to, and what changed, without reading the papers
from the store. It keeps the order in which papers were added, which decides the id of a merged paper. It can
be rebuilt from the papers, and is valid for one fingerprint of a graph and one version of litloom.
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

from litloom.papers.match_keys import PaperKeys, keys_of, title_keys
from litloom.papers.people import parse_name
from litloom.records import Paper, title_id
from litloom.support.sealed_file import DamagedError, read_parquet, write_parquet

BY_TITLE: Final = "title:"
"""The scheme of ids made from a title."""
FILE: Final = "papers.parquet"
_ALL_FIELDS: Final = attrgetter(*(field.name for field in fields(Paper)))
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
    """The entry of one paper.

    Parameters
    ----------
    id
        The `Paper.id`.
    digest
        A digest of all fields.
    text
        The key of its extraction, see `text_digest`.
    title, named
        If the id is made from the title: the id from the title alone, and from title, author and year.
    keys
        Digests of its `PaperKeys`.
    """

    id: str
    digest: bytes
    text: str
    title: str | None
    named: str | None
    keys: list[int]


class PaperIndex:
    """A table with a row for each `Entry`."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> PaperIndex:
        """Return the index of entries."""
        columns = zip(*entries, strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=False)]
        return cls(pa.table(arrays, schema=_SCHEMA) if arrays else _SCHEMA.empty_table())

    @classmethod
    def read(cls, folder: Path, fingerprint: str) -> PaperIndex | None:
        """Return the index in a folder; ``None`` if it is missing, damaged or of another graph."""
        with suppress(OSError, DamagedError):
            return cls(read_parquet(folder / FILE, _owner(fingerprint)).cast(_SCHEMA))
        return None

    def write(self, folder: Path) -> None:
        """Write the index into a folder, if possible; without it, the next change takes longer."""
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            for leftover in folder.glob(f".{FILE}.*"):  # of a process that was killed while writing
                leftover.unlink(missing_ok=True)
            write_parquet(self._table, folder / FILE, _owner(self.fingerprint))

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __getitem__(self, name: str) -> list[Any]:
        """Return a column."""
        column: list[Any] = self._table[name].to_pylist()
        return column

    @cached_property
    def ids(self) -> list[str]:
        """The ids of the papers in order."""
        return self["id"]

    @property
    def texts(self) -> pa.Table:
        """The columns ``id`` and ``text``."""
        return self._table.select(["id", "text"])

    @cached_property
    def fingerprint(self) -> str:
        """A digest of all papers in any order."""
        total = sum(int.from_bytes(digest, "big") for digest in self["digest"])
        return f"{total % (1 << 256):064x}"

    def changed(self, removed: Collection[int], entries: Mapping[int, Entry]) -> PaperIndex:
        """Return the index without some rows, and with entries that replace rows or follow them."""
        rows = sorted(entries)
        kept = np.setdiff1d(np.arange(len(self)), np.fromiter((*removed, *rows), dtype=np.int64))
        order = np.argsort(np.concatenate([kept, np.array(rows, dtype=np.int64)]))
        both = [self._table.take(pa.array(kept)), PaperIndex.of(entries[row] for row in rows)._table]
        return PaperIndex(pa.concat_tables(both).take(pa.array(order)))

    def since(self, before: PaperIndex) -> tuple[list[str], list[str], list[str]]:
        """Return the ids of papers removed, changed and added since another index."""
        old, new = (dict(zip(index.ids, index["digest"], strict=True)) for index in (before, self))
        removed = [key for key in old if key not in new]
        changed = [key for key, digest in new.items() if key in old and old[key] != digest]
        return removed, changed, [key for key in new if key not in old]

    def rows_of(self, keys: Iterable[int]) -> set[int]:
        """Return the rows of papers with one of these keys."""
        all_keys, owners = self._by_key
        wanted = np.array(sorted(set(keys)), dtype=np.uint64)
        firsts, lasts = (np.searchsorted(all_keys, wanted, side) for side in ("left", "right"))
        slices = zip(firsts.tolist(), lasts.tolist(), strict=True)
        return {row for start, end in slices for row in owners[start:end].tolist()}

    @cached_property
    def _by_key(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        lists = self._table["keys"].combine_chunks()
        keys = lists.flatten().to_numpy()
        owners = np.repeat(np.arange(len(lists)), lists.value_lengths().to_numpy())
        order = np.argsort(keys)
        return keys[order], owners[order]


def entry_of(paper: Paper, keys: PaperKeys | None = None) -> Entry:
    """Return the entry of a paper; pass its `keys` if they are known."""
    by_title = paper.id.startswith(BY_TITLE)
    return Entry(
        paper.id,
        hashlib.sha256(repr(_ALL_FIELDS(paper)).encode("utf-8", "surrogatepass")).digest(),
        text_digest(paper),
        title_id(paper.title) if by_title else None,
        title_and_author_id(paper) if by_title else None,
        key_digests(keys or keys_of(paper)),
    )


def title_and_author_id(paper: Paper) -> str:
    """Return the id of one of several papers with the same title."""
    author = parse_name(paper.authors[0]) if paper.authors else None
    return title_id(f"{paper.title} / {author.key if author else ''} / {paper.year or ''}")


def text_digest(paper: Paper) -> str:
    """Return the digest of a paper's text, under which its extraction is cached."""
    return hashlib.sha256(paper.text.encode("utf-8", "surrogatepass")).hexdigest()


def key_digests(keys: PaperKeys) -> list[int]:
    """Return a 64-bit digest for each key of a paper."""
    all_keys = [*keys.ids, *(key for group in title_keys(keys) for key in group)]
    encoded = (repr(key).encode("utf-8", "surrogatepass") for key in all_keys)
    return [int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big") for key in encoded]


def _owner(fingerprint: str) -> str:
    return f"{fingerprint} {version('litloom')}"
