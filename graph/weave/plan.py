"""How the work of weaving is cut: rows between stages, parts of papers, buckets of rows, blocks of links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from litloom.graph.names.corrections import Corrections, parse_corrections
from litloom.graph.weave.database import Limits

parsed_corrections = lru_cache(maxsize=1)(parse_corrections)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that one stage writes and later stages read.

    Parameters
    ----------
    name
        The name of their folder, and of the view that a task reads.
    schema
        Their columns and SQL types, such as ``"key VARCHAR, papers BIGINT"``.
    by
        The column whose hash is the bucket of a row; ``"part"`` and ``"block"`` are columns that hold the
        number itself. ``""`` where rows stay with the task that writes them.

    Examples
    --------
    >>> Rows("keys", "key VARCHAR, papers BIGINT", by="key").columns
    {'key': 'VARCHAR', 'papers': 'BIGINT'}
    """

    name: str
    schema: str
    by: str = ""

    @property
    def columns(self) -> Mapping[str, str]:
        """The SQL type of each column."""
        columns = (column.split() for column in self.schema.split(","))
        return {column[0]: column[1] for column in columns}


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the papers, and their extractions.

    Parameters
    ----------
    papers, extractions
        Parquet files, with the columns of `litloom.graph.schema.PAPER`, and those that
        `litloom.extractors.write_extractions` writes.
    by
        The column of the papers that the extractions' ``id`` is equal to.
    left_out
        (file, row) of papers to skip.
    """

    papers: tuple[Path, ...]
    extractions: tuple[Path, ...]
    by: Literal["id", "text"] = "id"
    left_out: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """How the work is cut, and where its files are.

    Parameters
    ----------
    work, tables
        The folders of rows between stages and of the result, see `litloom.graph.parquet_tables`.
    parts, papers
        The papers, and how many they are.
    buckets, blocks
        How many buckets rows, and how many blocks papers are cut into for linking. It changes no row.
    corrections
        The text of a file of corrections.
    limits
        Limits of each process.
    in_memory
        Whether rows between stages are tables in the process's database, not files: for a plan of one part,
        one bucket and one block whose stages run in one process.
    cache
        The folder of `litloom.graph.weave.kernel_cache`, for a plan of one part and one bucket.
    """

    work: Path
    tables: Path
    parts: tuple[Part, ...]
    buckets: int = 1
    blocks: int = 1
    corrections: str = ""
    papers: int = 0
    limits: Limits = field(default_factory=Limits)
    in_memory: bool = False
    cache: Path | None = None

    @property
    def corrected(self) -> Corrections:
        """The corrections, parsed."""
        return parsed_corrections(self.corrections, "corrections")
