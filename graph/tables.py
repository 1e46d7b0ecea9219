"""A whole graph as Arrow tables: what weaving makes and a store loads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from litloom.graph.schema import EDGES, NODES, PropertyType

Row = Mapping[str, Any]
EdgeKey = tuple[str, str, str]
"""(relationship type, label of the source, label of the target)."""

STRING: Final = pa.string()
STRINGS: Final = pa.list_(STRING)
ARROW: Final[dict[PropertyType, pa.DataType]] = {
    "string": STRING,
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "strings": STRINGS,
}
ENDS: Final[dict[str, PropertyType]] = {"from": "string", "to": "string"}
"""The ids of the nodes at the ends of an edge."""


@dataclass(frozen=True, slots=True)
class GraphTables:
    """The tables of one graph: one for each label and each `EdgeKey`.

    Columns are those of `litloom.graph.schema.NODES`, or `ENDS` and those of `litloom.graph.schema.EDGES`.
    """

    nodes: dict[str, pa.Table]
    edges: dict[EdgeKey, pa.Table]

    @property
    def row_count(self) -> int:
        """How many nodes and edges there are."""
        return sum(table.num_rows for table in (*self.nodes.values(), *self.edges.values()))


def node_table(label: str, rows: Iterable[Row]) -> pa.Table:
    """Return the rows as the Arrow table of that label; properties a row lacks are null.

    Examples
    --------
    >>> node_table("Task", [{"id": "task:qa", "name": "QA"}]).column_names
    ['id', 'name', 'kind', 'aliases', 'paper_count']
    """
    return pa.Table.from_pylist(list(rows), schema=_arrow_schema(NODES[label]))


def edge_table(relationship: str, rows: Iterable[Row]) -> pa.Table:
    """Return the rows, each with ``from`` and ``to``, as the Arrow table of that relationship."""
    return pa.Table.from_pylist(list(rows), schema=_arrow_schema(ENDS | EDGES[relationship].properties))


def arrow_table(rows: Iterable[tuple[Any, ...]], /, **columns: pa.DataType) -> pa.Table:
    """Return rows, each with a value for each of these columns, as an Arrow table.

    Examples
    --------
    >>> arrow_table([("GAN", 3)], name=STRING, papers=pa.int64()).to_pylist()
    [{'name': 'GAN', 'papers': 3}]
    """
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = {n: pa.array(column, kind) for (n, kind), column in zip(columns.items(), values, strict=True)}
    return pa.table(arrays)


def _arrow_schema(properties: Mapping[str, PropertyType]) -> pa.Schema:
    return pa.schema([(name, ARROW[kind]) for name, kind in properties.items()])
