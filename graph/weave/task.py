"""One task of a stage: reads rows of earlier stages as views in DuckDB, and writes rows by SQL.

Rows between stages are tables of the process's database, or go into Parquet files by bucket: a hash of one
column is the bucket of a row, so that all rows that belong together meet in one task. A file gets its name
when it is complete, so a task may run twice.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from litloom.errors import StoreError
from litloom.graph.schema import EDGES, NODES, PropertyType
from litloom.graph.tables import ENDS, EdgeKey, arrow_table
from litloom.graph.weave.database import connect, quoted
from litloom.graph.weave.kernel_cache import cached_file, keep_file
from litloom.graph.weave.plan import Part, Plan, Rows

SQL_TYPES: Final[dict[PropertyType, str]] = {
    "string": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "strings": "VARCHAR[]",
}
ROWS: Final = "stage_rows"
"""The schema of the rows between stages that are not in files."""
BATCH: Final = 2048
"""Rows that a kernel gets at a time."""

Kernel = Callable[[pa.Table], pa.Table]
"""Takes a table with a column ``key``, and returns one with a row for each row, with the same ``key``."""


def by_row(**columns: pa.DataType) -> Callable[[Callable[..., Any]], Kernel]:
    """Return a decorator that makes a function of the values of one row a kernel.

    The function takes the values of the columns other than ``key``, or the key if there are none, and returns
    a tuple of values of these columns, or the value of the only one.

    Examples
    --------
    >>> @by_row(length=pa.int64())
    ... def lengths(name: str) -> int:
    ...     return len(name)
    >>> lengths(pa.table({"key": ["GAN", "BERT"]})).to_pylist()
    [{'key': 'GAN', 'length': 3}, {'key': 'BERT', 'length': 4}]
    """

    def decorate(function: Callable[..., Any]) -> Kernel:
        @wraps(function)
        def kernel(table: pa.Table) -> pa.Table:
            given = [table[name].to_pylist() for name in table.column_names if name != "key"]
            made = map(function, *(given or [table["key"].to_pylist()]))
            rows = made if len(columns) > 1 else ((value,) for value in made)
            return arrow_table(rows, **columns).add_column(0, "key", table["key"])

        return kernel

    return decorate


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a stage, on the part, bucket or block of that number."""

    plan: Plan
    number: int = 0

    @property
    def part(self) -> Part:
        """The part of the papers."""
        return self.plan.parts[self.number]

    @contextmanager
    def open(self, *reads: Rows, part: bool = False) -> Iterator[TaskTables]:
        """Open the tables of the task, with views of rows of its bucket, and of its `part` if so.

        Those of the part are ``paper``, with the columns of the files, and ``extraction``: ``paper`` (the
        id), ``mentions``, ``introduces`` and ``abbreviations``.

        Raises
        ------
        StoreError
            If files cannot be read or written, or there is not enough memory.
        """
        connection = connect(self.plan.limits, self.plan.work / "spill")
        try:
            tables = TaskTables(self, connection)
            for rows in reads:
                tables.read(rows)
            if part:
                tables.view_part(self.part)
            yield tables
        except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
            first_line = str(error).strip().partition("\n")[0]
            raise StoreError(f"{self.plan.tables}: cannot be made: {first_line}") from error
        finally:
            connection.close()


class TaskTables:
    """Views and files of one task, which has a connection of its own to DuckDB."""

    def __init__(self, task: Task, connection: duckdb.DuckDBPyConnection) -> None:
        self._task = task
        self._plan = task.plan
        self._connection = connection

    def read(self, rows: Rows, *, every: bool = False) -> None:
        """View rows of the task's bucket, or of `every` bucket."""
        if self._plan.in_memory:
            self.run(f'CREATE OR REPLACE TEMP VIEW "{rows.name}" AS SELECT * FROM {ROWS}."{rows.name}"')
            return
        pattern = "*/*.parquet" if every else f"{self._task.number}/*.parquet"
        self.view(rows.name, sorted((self._plan.work / rows.name).glob(pattern)), rows.columns)

    def view(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """View Parquet files; without files, no rows of these columns."""
        nulls = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in columns.items())
        query = f"SELECT * FROM {parquet(files)}" if files else f"SELECT {nulls} WHERE false"
        self.run(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {query}')

    def view_part(self, part: Part) -> None:
        """View the papers and the extractions of a part; see `Task.open`."""
        self.run(f"CREATE TEMP VIEW paper AS {_rows_of(part.papers, part)}")
        extractions = f"({_rows_of(part.extractions, part)}) e"
        if part.by != "id":
            extractions += f' JOIN (SELECT id AS paper, "{part.by}" AS id FROM paper) USING (id)'
        paper = "id" if part.by == "id" else "paper"
        self.run(f"""
            CREATE TEMP VIEW extraction AS
            SELECT {paper} AS paper, mentions, introduces, abbreviations FROM {extractions}
        """)

    def add(self, name: str, table: pa.Table) -> None:
        """View an Arrow table."""
        self.run(f'DROP VIEW IF EXISTS "{name}"')
        self._connection.register(name, table)

    def add_rows(self, name: str, rows: Iterable[tuple[Any, ...]], /, **columns: pa.DataType) -> None:
        """View rows of these columns."""
        self.add(name, arrow_table(rows, **columns))

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
        """Yield the rows of a query, `BATCH` at a time."""
        yield from self._connection.sql(sql).to_arrow_reader(BATCH)

    def compute(self, name: str, kernel: Kernel, sql: str, *, stale: str = "false") -> None:
        """View what a kernel returns for the rows of a query, whose column ``key`` has each value once.

        Rows that the last build computed are reused, but for those of the view ``cached`` that are `stale` by
        an SQL condition.
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
        """Write the rows of a query for later stages."""
        columns = ", ".join(f'"{column}"::{kind} AS "{column}"' for column, kind in rows.columns.items())
        query = f"SELECT {columns} FROM ({sql})"
        if self._plan.in_memory:
            self.run(f"CREATE SCHEMA IF NOT EXISTS {ROWS}")
            self.run(f'CREATE OR REPLACE TABLE {ROWS}."{rows.name}" AS {query}')
            return
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
        """Write nodes of a label, sorted by id, as the file of that number, by default the task's."""
        number = self._task.number if number is None else number
        self._result(Path("nodes", label, f"{number:06}.parquet"), NODES[label], sql, "id")

    def edges(self, key: EdgeKey, sql: str) -> None:
        """Write edges, sorted by their ends."""
        file = Path("edges", "-".join(key), f"{self._task.number:06}.parquet")
        self._result(file, ENDS | EDGES[key[0]].properties, sql, '"from", "to"')

    def _result(self, file: Path, properties: Mapping[str, PropertyType], sql: str, order: str) -> None:
        columns = ", ".join(f'"{name}"::{SQL_TYPES[kind]} AS "{name}"' for name, kind in properties.items())
        file = self._plan.tables / file
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


def parquet(files: Iterable[Path], *, numbered: bool = False) -> str:
    """Return SQL for the rows of Parquet files, `numbered` by ``filename`` and ``file_row_number``."""
    options = ", filename = true, file_row_number = true" if numbered else ""
    return f"read_parquet([{', '.join(map(quoted, files))}]{options})"


def _rows_of(files: Iterable[Path], part: Part) -> str:
    if not part.left_out:
        return f"SELECT * FROM {parquet(files)}"
    left_out = ", ".join(f"({quoted(file)}, {row})" for file, row in sorted(part.left_out))
    return (
        f"SELECT * EXCLUDE (filename, file_row_number) FROM {parquet(files, numbered=True)} "
        f"WHERE (parse_filename(filename), file_row_number) NOT IN ({left_out})"
    )
