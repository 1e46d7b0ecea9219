"""Changing a LadybugDB file while it is still being found out what changes.

LadybugDB works outside Python's lock, and writing a changed table takes it as long as finding out what
changes in the next. So a thread of its own takes the parts of a change as they come.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from litloom.graph.change import GraphChange
from litloom.graph.stores.checksum import remove_checksum
from litloom.graph.stores.ladybug.tables import Advance, change_tables


class LadybugChanger:
    """Makes a changed copy of a file; of use as a context, which ends when its thread has ended.

    Parameters
    ----------
    original
        The graph before; it stays as it is.
    copy
        Where the graph after shall be.
    writing
        Tells in its own way what goes wrong with the copy.
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
        """How many rows the parts have; see `litloom.graph.stores.base.Changer`."""
        return self._row_count

    def add(self, part: GraphChange) -> None:
        """Begin to make a part of the change; see `litloom.graph.stores.base.Changer.add`."""
        self._row_count += part.row_count
        self._parts.put(part)

    def finish(self, advance: Advance) -> None:
        """Wait until all parts are made; see `litloom.graph.stores.base.Changer.finish`."""
        self._parts.put(None)
        for rows in iter(self._rows_done.get, None):
            advance(rows)
        with self._writing():
            self._end.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.put(None)
        self._thread.shutdown()

    def _run(self) -> None:
        try:
            shutil.copyfile(self._original, self._copy)
            remove_checksum(self._copy)
            change_tables(self._copy, iter(self._parts.get, None), self._rows_done.put)
        finally:
            self._rows_done.put(None)
