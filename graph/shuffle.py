"""Rows on their way between tasks: many tasks write, and each bucket is read by the one task that owns it.

Every writer makes one Arrow file, complete or not there, whose record batch ``k`` has the rows of bucket
``k``; so a reader maps the files into memory and touches only what is its own (as the sort-based shuffle of
Spark and MapReduce does; Dean and Ghemawat 2004).
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from litloom.graph.tables import Row
from litloom.whole_file import whole_file


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
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        with (
            whole_file(self.folder / f"{writer}.arrow") as unfinished,
            pa.OSFile(str(unfinished), "wb") as file,
            pa.ipc.new_file(file, self.schema, options=options) as out,
        ):
            for number in range(self.buckets):
                out.write_batch(pa.RecordBatch.from_pylist(sorted_out.get(number, []), schema=self.schema))

    def read(self, bucket: int) -> Iterator[dict[str, Any]]:
        """Yield the rows of a bucket, those of each writer in their order."""
        for file in sorted(self.folder.glob("*.arrow")):
            with pa.memory_map(str(file)) as mapped, pa.ipc.open_file(mapped) as written:
                yield from written.get_batch(bucket).to_pylist()


def bucket_of(text: str, buckets: int) -> int:
    """Return the bucket of a text: the same in every process and on every machine.

    Examples
    --------
    >>> bucket_of("LoRA", 64)
    55
    """
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % buckets
