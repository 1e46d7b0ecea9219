"""What every graph store can do, and how one is named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from litloom.graph.change import GraphChange
from litloom.graph.stores.address import is_uri as is_uri
from litloom.graph.tables import GraphTables

if TYPE_CHECKING:
    import pandas
    import polars


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

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas frame; whole numbers stay whole where some are missing.

        Raises
        ------
        ModuleNotFoundError
            If pandas is not installed; the extra ``litloom[frames]`` has it.
        """
        import pandas

        return pandas.DataFrame(list(self.values), columns=list(self.columns)).convert_dtypes()

    def to_polars(self) -> polars.DataFrame:
        """Return the rows as a polars frame.

        Raises
        ------
        ModuleNotFoundError
            If polars is not installed; the extra ``litloom[frames]`` has it.
        """
        import polars

        return polars.DataFrame(
            list(self.values), schema=list(self.columns), orient="row", infer_schema_length=None
        )

    def _repr_html_(self) -> str:
        """Return the rows as a table, which a notebook shows."""
        from html import escape

        def line(tag: str, values: Iterable[object]) -> str:
            cells = ("; ".join(map(str, v)) if isinstance(v, list) else v for v in values)
            return "".join(f"<{tag}>{'' if c is None else escape(str(c))}</{tag}>" for c in cells)

        body = "".join(f"<tr>{line('td', row)}</tr>" for row in self.values)
        return f"<table><thead><tr>{line('th', self.columns)}</tr></thead><tbody>{body}</tbody></table>"


class Changer(Protocol):
    """Takes the parts of a change, of which no two speak of the same table, and may begin with each at once.

    The `Litloom` node is among the nodes that change.
    """

    @property
    def row_count(self) -> int:
        """How many rows the parts given so far take out, change or add."""

    def add(self, part: GraphChange) -> None:
        """Give a part: nodes before the edges between them."""

    def finish(self, advance: Callable[[int], object]) -> None:
        """Wait until all parts are made; `advance` is called with the number of rows since the last call."""


class GraphStore(Protocol):
    """A place that holds one litloom graph."""

    dialect: str
    """Whose Cypher it takes: ``ladybug`` or ``neo4j``."""

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run Cypher that only reads.

        Raises
        ------
        QueryError
            If it is not valid Cypher, or would write.
        """

    def write(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run Cypher that may write.

        Raises
        ------
        QueryError
            If it is not valid Cypher, or this store is only written whole.
        """

    def prepare(self) -> None:
        """Make sure that a graph can be loaded here, before the work that makes it; the graph stays as it is.

        Raises
        ------
        StoreError
            If it cannot.
        """

    def tidy(self) -> None:
        """Remove what a load that was killed left behind; only while there is no other load."""

    def replace(self, tables: GraphTables, advance: Callable[[int], object] = lambda rows: None) -> None:
        """Make `tables` the graph that this store holds.

        A store that cannot do so at once has an unfinished graph, which says so, until it is done.

        Parameters
        ----------
        tables
            The graph.
        advance
            Called with the number of rows loaded since the last call.
        """

    def changing(self) -> AbstractContextManager[Changer]:
        """Make the graph that this store holds the one that it becomes by a change, given in parts.

        It is that graph when the context ends, after `Changer.finish`; where an error ends it, nothing
        changes. As with `replace`, a graph that is not changed at once says until then that it is
        unfinished. Where the change is most of the graph, `replace` is sooner done.
        """

    def is_empty(self) -> bool:
        """Whether no graph has been loaded yet."""

    def close(self) -> None:
        """Let go of the database."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def followed(path: str | Path) -> Path:
    """Return the path that a symbolic link leads to, so that a graph has one name only."""
    return Path(os.path.realpath(path)) if Path(path).is_symlink() else Path(path)


def open_store(location: str | Path | None, *, must_exist: bool = True) -> GraphStore:
    """Open the store that a location names.

    Parameters
    ----------
    location
        The path of an embedded database such as ``lit.lbug``, or the address of a Neo4j server such as
        ``neo4j://localhost:7687`` (how to log in is in the environment, see
        `litloom.graph.stores.neo4j.settings.Neo4jSettings`); ``None`` keeps the graph in memory.
    must_exist
        Refuse a place where no graph is yet.

    Raises
    ------
    StoreError
        If there is no graph at that place, or it is of another kind or a newer version; or the address is not
        a plain one, as one with a user or password in it.
    """
    if is_uri(location):
        from litloom.graph.stores.neo4j.settings import Neo4jSettings

        settings = Neo4jSettings.from_environment(str(location))
        from litloom.graph.stores.neo4j.store import Neo4jStore

        return Neo4jStore(settings, must_exist=must_exist)
    from litloom.graph.stores.ladybug.store import LadybugStore

    return LadybugStore(None if location is None else Path(location), must_exist=must_exist)
