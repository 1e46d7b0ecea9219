"""Weaving by partition: what every task of it knows.

`litloom.graph.weave` holds all papers at once. Here the same graph is made in stages of tasks, of which each
holds one partition of papers or one bucket of names; between the stages rows are shuffled
(`litloom.graph.shuffle`). The stages are functions of a `Task`; `litloom.partitioned_weave` runs them in
their order, on any engine:

1. `litloom.graph.partitioned_names`: under which key each name of each paper meets those of other papers.
2. `litloom.graph.partitioned_concepts`: what meets becomes concepts, with their ids, their variants and the
   edges from papers.
3. `litloom.graph.partitioned_links`: which papers share concepts or build on one another.
4. `litloom.graph.partitioned_papers`: the papers and their authors.
5. `litloom.graph.partitioned_citations`: which papers cite one another, and what else they cite.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from litloom.errors import InputError
from litloom.graph.corrections import Corrections, parse_corrections
from litloom.graph.partitions import Partition
from litloom.graph.shuffle import Shuffle, bucket_of
from litloom.graph.stored_tables import write_table
from litloom.graph.tables import EdgeKey, Row, edge_table, node_table
from litloom.records import Extraction, Paper

TEXT: Final = pa.string()
TEXTS: Final = pa.list_(TEXT)
NUMBER: Final = pa.int64()

CITED: Final = {"id": TEXT, "title": TEXT, "published": NUMBER, "authors": TEXTS, "venue": TEXT}
"""What is known of a paper that may be cited."""

SHUFFLED: Final = {
    "ids": {"id": TEXT, "part": NUMBER, "row": NUMBER},
    "keys": {"key": TEXT, "words": TEXTS, "paper": TEXT, "papers": NUMBER, "part": NUMBER},
    "together": {"together": TEXT, "key": TEXT, "papers": NUMBER},
    "joined": {"key": TEXT, "joined": TEXT},
    "answers": {"part": NUMBER, "key": TEXT, "words": TEXTS, "papers": NUMBER, "joined": TEXT},
    "mentions": {
        "key": TEXT,
        "paper": TEXT,
        "start": NUMBER,
        "text": TEXT,
        "kind": TEXT,
        "confidence": pa.float64(),
        "sentence": TEXT,
        "title_end": NUMBER,
        "introduced": pa.bool_(),
        "year": NUMBER,
        "date": TEXT,
    },
    "concepts": {"stem": TEXT, "id": TEXT, "key": TEXT, "index": NUMBER},
    "vectors": {"paper": TEXT, "concept": TEXT, "name": TEXT, "papers": NUMBER},
    "foundations": {"from": TEXT, "to": TEXT, "via": TEXTS},
    "families": {"name": TEXT, "concept": TEXT, "papers": NUMBER, "rank": NUMBER},
    "variants": {"concept": TEXT, "rank": NUMBER, "family": TEXT},
    "pairs": {"source": TEXT, "target": TEXT},
    "wanted": {"key": TEXT, "year": NUMBER, "part": NUMBER, **CITED},
    "candidates": {"part": NUMBER, "key": TEXT, **CITED},
    "stubs": {"id": TEXT, "title": TEXT},
    "authorships": {"author": TEXT, "name": TEXT, "paper": TEXT, "position": NUMBER},
}
"""The rows that travel between stages, by the name of the shuffle."""

BY: Final = {
    "ids": "id",
    "keys": "key",
    "together": "together",
    "joined": "key",
    "mentions": "key",
    "concepts": "stem",
    "families": "name",
    "variants": "concept",
    "authorships": "author",
    "wanted": "key",
    "stubs": "id",
}
"""Which column tells the bucket of a row; rows of other shuffles go by part or by block."""

BY_BLOCK: Final = {"vectors": "paper", "foundations": "from", "pairs": "source"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How a weaving is cut into tasks, and where its files are.

    Parameters
    ----------
    work, tables
        The folders of what travels between stages, and of the result.
    parts, buckets
        How many partitions of papers and buckets of names there are.
    corrections
        What a person says of the concepts, as `litloom.graph.corrections.parse_corrections` takes it.
    papers
        How many papers there are in all.
    boundaries
        The first paper id of every block of papers but the first.
    """

    work: Path
    tables: Path
    parts: int
    buckets: int
    corrections: str
    papers: int = 0
    boundaries: tuple[str, ...] = ()

    @property
    def blocks(self) -> int:
        """How many blocks of papers there are."""
        return len(self.boundaries) + 1

    @property
    def said(self) -> Corrections:
        """What a person says of the concepts."""
        return _parsed(self.corrections)

    def write(self, shuffle: str, writer: str, rows: Iterable[Row]) -> None:
        """Hand rows on to the next stage."""
        if shuffle in BY:
            column = BY[shuffle]
            self._shuffle(shuffle).write(writer, rows, lambda row: bucket_of(row[column], self.buckets))
        elif shuffle in BY_BLOCK:
            column = BY_BLOCK[shuffle]
            self._shuffle(shuffle).write(writer, rows, lambda row: bisect_right(self.boundaries, row[column]))
        else:
            self._shuffle(shuffle).write(writer, rows, lambda row: int(row["part"]))

    def read(self, shuffle: str, bucket: int) -> list[dict[str, Any]]:
        """Return the rows that the stage before handed on to a bucket, a block or a part."""
        return list(self._shuffle(shuffle).read(bucket))

    def _shuffle(self, name: str) -> Shuffle:
        count = self.blocks if name in BY_BLOCK else self.buckets if name in BY else self.parts
        return Shuffle(self.work / name, pa.schema(list(SHUFFLED[name].items())), count)

    def write_nodes(self, label: str, number: int, rows: Iterable[Row]) -> None:
        """Write a part of a node table."""
        self._write(f"nodes/{label}/{number:06}.parquet", node_table(label, rows))

    def write_edges(self, key: EdgeKey, number: int, rows: Iterable[Row]) -> None:
        """Write a part of an edge table."""
        self._write(f"edges/{'-'.join(key)}/{number:06}.parquet", edge_table(key[0], rows))

    def _write(self, name: str, table: pa.Table) -> None:
        if table.num_rows:
            write_table(self.tables, name, table)


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a stage.

    Parameters
    ----------
    plan
        What it is part of.
    number
        Of the part, bucket or block that it is about.
    given
        What else the stage needs, if it is little.
    """

    plan: Plan
    number: int
    given: Any = None


@dataclass(frozen=True, slots=True)
class PartTask:
    """A task about a partition of papers, of which the papers in the rows `left_out` are not taken."""

    plan: Plan
    number: int
    partition: Partition
    left_out: frozenset[int] = frozenset()
    given: Any = None

    def papers(self) -> list[Paper]:
        """Return the papers of the part, sorted by id."""
        return sorted(self._taken(self.partition.read_papers()), key=lambda paper: paper.id)

    def extractions(self) -> list[Extraction]:
        """Return what was found in them, in the same order."""
        return sorted(self._taken(self.partition.read_extractions()), key=lambda found: found.paper_id)

    def read(self) -> Iterator[tuple[Paper, Extraction]]:
        """Yield its papers, sorted by id, each with what was found in it."""
        for paper, found in zip(self.papers(), self.extractions(), strict=True):
            if paper.id != found.paper_id:
                raise InputError(
                    self.partition.extractions_file, f"is not of the papers in {self.partition.papers_file}"
                )
            yield paper, found

    def _taken(self, rows: list[Any]) -> list[Any]:
        return [row for number, row in enumerate(rows) if number not in self.left_out]


@lru_cache(maxsize=1)
def _parsed(corrections: str) -> Corrections:
    return parse_corrections(corrections, "corrections")
