"""Changing a LadybugDB file in a thread, while the next parts of the change are computed.

LadybugDB releases the GIL, and writing a changed table takes about as long as computing the next change.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from litloom.graph.change import GraphChange
from litloom.graph.stores.base import Advance
from litloom.graph.stores.checksum import remove_checksum
from litloom.graph.stores.ladybug.tables import change_tables


class LadybugChanger:
    """Writes a changed `copy` of the file `original`; a context that waits for its thread.

    `writing` returns a context that translates the errors of writing.
    """

    def __init__(
        self, original: Path, copy: Path, writing: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._original = original
        self._copy = copy
        self._writing = writing
        self._parts: SimpleQueue[GraphChange | None] = SimpleQueue()
        self._rows_done: SimpleQueue[int | None] = SimpleQueue()
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._end = self._thread.submit(self._run)
        self._row_count = 0

    @property
    def row_count(self) -> int:
        """Number of rows in the parts so far."""
        return self._row_count

    def add(self, part: GraphChange) -> None:
        """Start to write a part of the change."""
        self._row_count += part.row_count
        self._parts.put(part)

    def finish(self, advance: Advance) -> None:
        """Wait until all parts are written."""
        self._parts.put(None)
        for rows in iter(self._rows_done.get, None):
            advance(rows)
        with self._writing():
            self._end.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._parts.put(None)
        self._thread.shutdown()

    def _run(self) -> None:
        try:
            shutil.copyfile(self._original, self._copy)
            remove_checksum(self._copy)
            change_tables(self._copy, iter(self._parts.get, None), self._rows_done.put)
        finally:
            self._rows_done.put(None)
