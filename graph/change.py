"""The difference between two graphs, as Arrow tables: what a store needs to turn one into the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa

from litloom.graph.tables import EdgeKey


@dataclass(frozen=True, slots=True)
class GraphChange:
    """The rows that turn one graph into another; what is not named stays as it is.

    Parameters
    ----------
    removed_nodes
        Ids of nodes, by label; their edges are all in `removed_edges`.
    changed_nodes, added_nodes
        Rows of nodes, by label, as in `litloom.graph.tables.GraphTables`; changed nodes keep their edges.
    removed_edges
        The columns ``from`` and ``to`` of edges that are removed or changed.
    added_edges
        Rows of edges that are new or changed, as in `litloom.graph.tables.GraphTables`.
    """

    removed_nodes: Mapping[str, Sequence[str]]
    changed_nodes: Mapping[str, pa.Table]
    added_nodes: Mapping[str, pa.Table]
    removed_edges: Mapping[EdgeKey, pa.Table]
    added_edges: Mapping[EdgeKey, pa.Table]

    @property
    def row_count(self) -> int:
        """How many rows are removed, changed or added."""
        removed = sum(map(len, self.removed_nodes.values()))
        tables = (self.changed_nodes, self.added_nodes, self.removed_edges, self.added_edges)
        return removed + sum(len(table) for of_kind in tables for table in of_kind.values())


def joined(parts: Iterable[GraphChange]) -> GraphChange:
    """Return the parts of a change, which have no table in common, as one."""
    names = [field.name for field in fields(GraphChange)]
    tables: dict[str, dict[Any, Any]] = {name: {} for name in names}
    for part in parts:
        for name in names:
            tables[name].update(getattr(part, name))
    return GraphChange(**tables)
