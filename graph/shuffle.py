"""Rows on their way between tasks: many tasks write, and each bucket is read by the one task that owns it.

Every writer makes one file, complete or not there, that has the rows of each bucket as an Arrow stream, one
after the other; then an Arrow table of where each ends and of its digest; and last the length and the digest
of that table. So a reader maps the files into memory and touches only what is its own (as the sort-based
shuffle of Spark and MapReduce does; Dean and Ghemawat 2004).
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from litloom.errors import InputError
from litloom.graph.tables import Row
from litloom.sealed import DamagedError, digest, read_parquet
from litloom.whole_file import whole_file

AGAIN: Final = "run the same litloom weave again"
_NUMBER: Final = 8
"""Bytes of a length."""
_DIGEST: Final = 16


@dataclass(frozen=True, slots=True)
class Shuffle:
    """Rows by bucket, in a folder.

    Parameters
    ----------
    folder
        Made when first needed.
    schema
        Of the rows.
    buckets
        How many there are.
    """

    folder: Path
    schema: pa.Schema
    buckets: int

    def write(self, writer: str, rows: Iterable[Row], bucket: Callable[[Any], int]) -> None:
        """Write all rows of one task; its name makes a second writing of the same take the first one's place.

        Parameters
        ----------
        writer
            The task.
        rows
            In the order in which they are to be read.
        bucket
            Tells where a row belongs.
        """
        sorted_out: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            sorted_out[bucket(row)].append(row)
        self.folder.mkdir(parents=True, exist_ok=True)
        ends: list[int] = []
        digests: list[bytes] = []
        with whole_file(self.folder / f"{writer}.arrow") as unfinished, unfinished.open("wb") as file:
            for number in range(self.buckets):
                rows_of = pa.Table.from_pylist(sorted_out.get(number, []), schema=self.schema)
                content = _stream(rows_of, compression="zstd")
                file.write(content)
                ends.append(file.tell())
                digests.append(digest(content))
            index = _stream(pa.table({"end": pa.array(ends, pa.int64()), "digest": digests}))
            file.write(index)
            file.write(len(index).to_bytes(_NUMBER, "little"))
            file.write(digest(index))

    def read(self, bucket: int) -> Iterator[dict[str, Any]]:
        """Yield the rows of a bucket, those of each writer in their order.

        Raises
        ------
        InputError
            If a file is damaged.
        """
        for file in sorted(self.folder.glob("*.arrow")):
            with pa.memory_map(str(file)) as mapped:
                content = _checked(mapped.read_buffer(), bucket)
                if content is None:
                    raise InputError(file, f"is damaged; {AGAIN}")
                yield from pa.ipc.open_stream(content).read_all().to_pylist()


def work_table(file: Path) -> pa.Table:
    """Return a table that another task wrote into a sealed file.

    Raises
    ------
    InputError
        If it is damaged.
    """
    try:
        return read_parquet(file)
    except (DamagedError, FileNotFoundError) as error:
        raise InputError(file, f"is damaged ({error}); {AGAIN}") from error


def _stream(table: pa.Table, compression: str | None = None) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _checked(whole: pa.Buffer, bucket: int) -> pa.Buffer | None:
    """Return the stream of a bucket in a whole file; ``None`` if it, or the list of them, is damaged."""
    rest = whole.size - _NUMBER - _DIGEST
    if rest < 0:
        return None
    length = int.from_bytes(whole.slice(rest, _NUMBER).to_pybytes(), "little")
    if length > rest:
        return None
    index = whole.slice(rest - length, length)
    if digest(index) != whole.slice(rest + _NUMBER).to_pybytes():
        return None
    listed = pa.ipc.open_stream(index).read_all()
    begin = listed["end"][bucket - 1].as_py() if bucket else 0
    content = whole.slice(begin, listed["end"][bucket].as_py() - begin)
    return content if digest(content) == listed["digest"][bucket].as_py() else None


def bucket_of(text: str, buckets: int) -> int:
    """Return the bucket of a text: the same in every process and on every machine.

    Examples
    --------
    >>> bucket_of("LoRA", 64)
    55
    """
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % buckets
