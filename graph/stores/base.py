"""The interface of all graph stores, and `open_store`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from litloom.graph.change import GraphChange
from litloom.graph.stores.address import is_uri as is_uri
from litloom.graph.tables import GraphTables

if TYPE_CHECKING:
    import pandas
    import polars

Advance = Callable[[int], object]
"""Progress callback; called with the number of rows written since the last call."""


def no_progress(rows: int) -> None:
    """Ignore progress."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a query: column names, and a tuple of values per row.

    Iteration yields each row as a dict.

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
        """Return the rows as a pandas frame; integers stay integers if some are missing.

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
        """Return the rows as an HTML table, for notebooks."""
        from html import escape

        def line(tag: str, values: Iterable[object]) -> str:
            cells = ("; ".join(map(str, v)) if isinstance(v, list) else v for v in values)
            return "".join(f"<{tag}>{'' if c is None else escape(str(c))}</{tag}>" for c in cells)

        body = "".join(f"<tr>{line('td', row)}</tr>" for row in self.values)
        return f"<table><thead><tr>{line('th', self.columns)}</tr></thead><tbody>{body}</tbody></table>"


class Changer(Protocol):
    """Takes the parts of a change, no two of the same table, and may start with each at once.

    One part changes the `Litloom` node.
    """

    @property
    def row_count(self) -> int:
        """Number of rows in the parts so far."""

    def add(self, part: GraphChange) -> None:
        """Add a part; nodes come before the edges between them."""

    def finish(self, advance: Advance) -> None:
        """Wait until all parts are written."""


class GraphStore(Protocol):
    """A place that holds one litloom graph, and a context that closes it."""

    dialect: str
    """The Cypher dialect: ``ladybug`` or ``neo4j``."""

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run Cypher that only reads.

        Raises
        ------
        QueryError
            If the query is not valid Cypher, or would write.
        """

    def write(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run Cypher that may write.

        Raises
        ------
        QueryError
            If the query is not valid Cypher, or only a build can write this store.
        """

    def prepare(self) -> None:
        """Check that a graph can be loaded, before the work that makes it; do not change the graph.

        Raises
        ------
        StoreError
            If it cannot.
        """

    def tidy(self) -> None:
        """Remove what a killed load left behind; not to be called during another load."""

    def replace(self, tables: GraphTables, advance: Advance = no_progress) -> None:
        """Replace the graph by that of `tables`.

        A store that cannot do so at once marks its graph as unfinished until it is done.
        """

    def changing(self) -> AbstractContextManager[Changer]:
        """Return a context in which the graph is changed, in parts.

        The graph is changed when the context ends after `Changer.finish`; an error leaves it as it was. As in
        `replace`, a graph that is not changed at once is marked as unfinished. If most of the graph changes,
        `replace` takes less time.
        """

    def is_empty(self) -> bool:
        """Return whether no graph has been loaded yet."""

    def close(self) -> None:
        """Close the database."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def followed(path: str | Path) -> Path:
    """Return the target of a symbolic link, so that each graph has one name."""
    return Path(os.path.realpath(path)) if Path(path).is_symlink() else Path(path)


def open_store(location: str | Path | None, *, must_exist: bool = True) -> GraphStore:
    """Open a graph store.

    Parameters
    ----------
    location
        The path of an embedded database such as ``lit.lbug``, or the URI of a Neo4j server such as
        ``neo4j://localhost:7687``, with credentials from the environment (see
        `litloom.graph.stores.neo4j.settings.Neo4jSettings`); ``None`` keeps the graph in memory.
    must_exist
        Whether to raise an error if there is no graph yet.

    Raises
    ------
    StoreError
        If there is no graph, or one of another kind or of a newer version; or the URI is not valid, or
        contains a user or password.
    """
    if is_uri(location):
        from litloom.graph.stores.neo4j.settings import Neo4jSettings

        settings = Neo4jSettings.from_environment(str(location))
        from litloom.graph.stores.neo4j.store import Neo4jStore

        return Neo4jStore(settings, must_exist=must_exist)
    from litloom.graph.stores.ladybug.store import LadybugStore

    return LadybugStore(None if location is None else Path(location), must_exist=must_exist)
