"""What a stage of the plan is made of: the rows that it reads and writes, and a task for each of its pieces.

A stage is a function of a `Task`. It reads rows that stages before it wrote, as views in DuckDB, and writes
rows by SQL, into Parquet files by bucket: a hash of one column tells the bucket of a row, so that all rows
that belong together meet in one task. A file gets its name when it is complete; a task that runs twice writes
the same files twice.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from litloom.errors import StoreError
from litloom.graph.names.corrections import Corrections, parse_corrections
from litloom.graph.schema import EDGES, NODES, PropertyType
from litloom.graph.tables import EdgeKey
from litloom.graph.weave.database import Limits, connect, quoted
from litloom.graph.weave.kernel_cache import cached_file, keep_file

SQL_TYPES: Final[dict[PropertyType, str]] = {
    "string": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "strings": "VARCHAR[]",
}
BATCH: Final = 2048
"""Rows that a kernel takes at a time."""

Kernel = Callable[[pa.Table], pa.Table]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows on their way from one stage to the next.

    Parameters
    ----------
    name
        The name of their folder, and of the view that a task reads.
    columns
        Their SQL types.
    by
        The column whose hash tells the bucket that a row goes to; ``"part"`` and ``"block"`` hold the number
        of one themselves. ``""`` where rows stay with the number of the task that writes them.
    """

    name: str
    columns: Mapping[str, str]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the papers, and their extractions.

    Parameters
    ----------
    papers
        Parquet files of papers, with the columns of `litloom.graph.schema.PAPER`.
    extractions
        Parquet files that `litloom.extractors.write_extractions` wrote.
    by
        The column of the papers that the extractions' ``id`` is equal to.
    left_out
        (file, row) of papers that are not taken.
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
    work
        The folder of rows between stages.
    tables
        The folder of the result; see `litloom.graph.parquet_tables`.
    parts
        The papers.
    buckets, blocks
        How many buckets rows, and how many blocks papers are cut into for linking. It changes no row.
    corrections
        The text of a file of corrections.
    papers
        How many papers there are.
    limits
        What each process may use.
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
    cache: Path | None = None

    @property
    def corrected(self) -> Corrections:
        """The corrections."""
        return parsed_corrections(self.corrections)


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a stage.

    Parameters
    ----------
    plan
        What it is part of.
    number
        Of its part or bucket.
    """

    plan: Plan
    number: int = 0

    @property
    def part(self) -> Part:
        """The part of the papers that it is about."""
        return self.plan.parts[self.number]

    @contextmanager
    def open(self, *reads: Rows) -> Iterator[TaskTables]:
        """Open the tables of the task, with a view of each of the rows that it reads.

        Raises
        ------
        StoreError
            If files cannot be read or written, or the memory is not enough.
        """
        connection = connect(self.plan.limits, self.plan.work / "spill")
        try:
            tables = TaskTables(self, connection)
            for rows in reads:
                tables.read(rows)
            yield tables
        except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
            first_line = str(error).strip().partition("\n")[0]
            raise StoreError(f"{self.plan.tables}: cannot be made: {first_line}") from error
        finally:
            connection.close()


class TaskTables:
    """Views and files of one task.

    Parameters
    ----------
    task
        The task.
    connection
        Its own connection to DuckDB.
    """

    def __init__(self, task: Task, connection: duckdb.DuckDBPyConnection) -> None:
        self._task = task
        self._plan = task.plan
        self._connection = connection

    def read(self, rows: Rows, *, every: bool = False) -> None:
        """Make a view of rows in the task's bucket, or of `every` bucket."""
        pattern = "*/*.parquet" if every else f"{self._task.number}/*.parquet"
        self.view(rows.name, sorted((self._plan.work / rows.name).glob(pattern)), rows.columns)

    def view(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make a view of Parquet files; of these columns and no rows, where there are none."""
        if files:
            listed = ", ".join(map(quoted, files))
            query = f"SELECT * FROM read_parquet([{listed}])"
        else:
            nulls = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in columns.items())
            query = f"SELECT {nulls} WHERE false"
        self.run(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {query}')

    def add(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table a view."""
        self.run(f'DROP VIEW IF EXISTS "{name}"')
        self._connection.register(name, table)

    def run(self, sql: str) -> None:
        """Run a statement."""
        self._connection.execute(sql)

    def arrow(self, sql: str) -> pa.Table:
        """Return the rows of a query."""
        return self._connection.sql(sql).to_arrow_table()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query that has few."""
        return self._connection.sql(sql).fetchall()

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a query, some at a time."""
        yield from self._connection.sql(sql).to_arrow_reader(BATCH)

    def compute(self, name: str, kernel: Kernel, sql: str, *, stale: str = "false") -> None:
        """Make a view of what a kernel makes of the rows of a query, if the last build did not.

        Parameters
        ----------
        name
            The name of the kernel's rows.
        kernel
            Returns a row for each row, with the same ``key``.
        sql
            The query; its column ``key`` has each value once.
        stale
            A condition for rows of the view ``cached`` that must be made again.
        """
        folder = self._plan.cache
        known = None if folder is None else cached_file(folder, name)
        if known is not None:
            self.view("cached", [known], {})
            self.run(f"""
                CREATE OR REPLACE TEMP TABLE kept AS
                SELECT * FROM cached SEMI JOIN ({sql}) input USING (key) WHERE NOT ({stale})
            """)
            sql = f"SELECT * FROM ({sql}) ANTI JOIN kept USING (key)"
        made = [kernel(self.arrow(f"SELECT * FROM ({sql}) LIMIT 0"))]
        made += (kernel(pa.Table.from_batches([batch])) for batch in self.batches(sql))
        self.add(name, pa.concat_tables(made))
        if folder is not None:
            rows = f'SELECT * FROM "{name}"' + (" UNION ALL BY NAME SELECT * FROM kept" if known else "")
            unfinished = folder / f".{name}.parquet"
            self.copy(rows, unfinished, compression="zstd")
            self.run(f'DROP VIEW "{name}"')
            self.view(name, [keep_file(unfinished, folder, name)], {})

    def write(self, rows: Rows, sql: str) -> None:
        """Write the rows of a query for the stages that follow."""
        columns = ", ".join(f'"{column}"::{kind} AS "{column}"' for column, kind in rows.columns.items())
        query = f"SELECT {columns} FROM ({sql})"
        folder = self._plan.work / rows.name
        numbered = {"part": len(self._plan.parts), "block": self._plan.blocks}
        count = numbered.get(rows.by, self._plan.buckets)
        writer = f"{self._task.number:06}"
        if not rows.by or count == 1:
            self.copy(query, folder / str(self._task.number if not rows.by else 0) / f"{writer}.parquet")
            return
        bucket = f'"{rows.by}"' if rows.by in numbered else f'md5_number_lower("{rows.by}") % {count}'
        self._copy_by_bucket(f"SELECT *, {bucket} AS bucket FROM ({query})", folder, writer)

    def nodes(self, label: str, sql: str, *, number: int | None = None) -> None:
        """Write a part of a node table, sorted by id."""
        self._result(Path("nodes", label), NODES[label], sql, "id", number)

    def edges(self, key: EdgeKey, sql: str) -> None:
        """Write a part of an edge table, sorted by its ends."""
        ends: dict[str, PropertyType] = {"from": "string", "to": "string"}
        self._result(Path("edges", "-".join(key)), ends | EDGES[key[0]].properties, sql, '"from", "to"', None)

    def _result(
        self, place: Path, properties: Mapping[str, PropertyType], sql: str, order: str, number: int | None
    ) -> None:
        columns = ", ".join(f'"{name}"::{SQL_TYPES[kind]} AS "{name}"' for name, kind in properties.items())
        number = self._task.number if number is None else number
        file = self._plan.tables / place / f"{number:06}.parquet"
        self.copy(f"SELECT {columns} FROM ({sql}) ORDER BY {order}", file, compression="zstd")
        if not pq.read_metadata(file).num_rows:
            file.unlink()

    def copy(self, query: str, file: Path, *, compression: str = "snappy") -> None:
        """Write the rows of a query into a file, by default one that is soon read and removed."""
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f".{file.name}")
        self.run(f"COPY ({query}) TO {quoted(unfinished)} (FORMAT parquet, COMPRESSION {compression})")
        unfinished.replace(file)

    def _copy_by_bucket(self, query: str, folder: Path, writer: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{writer}-", dir=self._plan.work))
        self.run(
            f"COPY ({query}) TO {quoted(unfinished)} "
            "(FORMAT parquet, COMPRESSION snappy, PARTITION_BY (bucket), OVERWRITE_OR_IGNORE)"
        )
        for stale in folder.glob(f"*/{writer}-*.parquet"):  # of a worker that was lost
            stale.unlink(missing_ok=True)
        for file in unfinished.glob("bucket=*/*.parquet"):
            place = folder / file.parent.name.removeprefix("bucket=")
            place.mkdir(exist_ok=True)
            file.replace(place / f"{writer}-{file.name}")
        shutil.rmtree(unfinished)


@lru_cache(maxsize=1)
def parsed_corrections(corrections: str) -> Corrections:
    """Return the corrections that a text holds."""
    return parse_corrections(corrections, "corrections")
