"""What every graph store can do, and how one is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from litloom.errors import StoreError
from litloom.graph.tables import GraphTables


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a query: column names, and a tuple of values a row.

    Iterating gives one dict a row.

    Examples
    --------
    >>> rows = Rows(("name", "n"), (("LoRA", 3),))
    >>> list(rows)
    [{'name': 'LoRA', 'n': 3}]
    """

    columns: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.values:
            yield dict(zip(self.columns, row, strict=True))

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, position: int) -> dict[str, Any]:
        return dict(zip(self.columns, self.values[position], strict=True))


class GraphStore(Protocol):
    """A place that holds one litloom graph."""

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run Cypher that only reads.

        Raises
        ------
        QueryError
            If it is not valid Cypher, or would write.
        """

    def replace(self, tables: GraphTables) -> None:
        """Make `tables` the graph that this store holds, wholly or not at all."""

    def is_empty(self) -> bool:
        """Whether no graph has been loaded yet."""

    def close(self) -> None:
        """Let go of the database."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_store(location: str | Path | None, *, must_exist: bool = True) -> GraphStore:
    """Open the store that a location names.

    Parameters
    ----------
    location
        The path of an embedded database such as ``lit.lbug``; ``None`` keeps the graph in memory.
    must_exist
        Refuse a path where no graph is yet.

    Raises
    ------
    StoreError
        If there is no graph at that place, or it is of another kind or a newer version.
    """
    from litloom.graph.ladybug_store import LadybugStore

    if location is not None and re.match(r"[\w+]+://", str(location)):
        raise StoreError(f"{location}: only files can be stores so far; give a path such as lit.lbug")
    return LadybugStore(None if location is None else Path(location), must_exist=must_exist)
