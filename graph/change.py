"""The difference between two graphs, as Arrow tables: what a store needs to turn one into the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa

from litloom.graph.tables import EdgeKey


@dataclass(frozen=True, slots=True)
class GraphChange:
    """What turns one graph into another.

    An edge that changed is in `removed_edges` by its ends and in `added_edges` whole; a node that changed is
    in `changed_nodes` whole, and keeps its edges. What is not named stays as it is.

    Parameters
    ----------
    removed_nodes
        The ids of a label's nodes that go, and with them their edges, which `removed_edges` has, too.
    changed_nodes
        Whole rows of nodes that stay, with the columns of `litloom.graph.tables.GraphTables.nodes`.
    added_nodes
        Whole rows of nodes that are new.
    removed_edges
        The columns ``from`` and ``to`` of edges that go.
    added_edges
        Whole rows, with the columns of `litloom.graph.tables.GraphTables.edges`.
    """

    removed_nodes: Mapping[str, Sequence[str]]
    changed_nodes: Mapping[str, pa.Table]
    added_nodes: Mapping[str, pa.Table]
    removed_edges: Mapping[EdgeKey, pa.Table]
    added_edges: Mapping[EdgeKey, pa.Table]

    @property
    def row_count(self) -> int:
        """How many rows a store is told to take out, to change or to add."""
        removed = sum(map(len, self.removed_nodes.values()))
        tables = (self.changed_nodes, self.added_nodes, self.removed_edges, self.added_edges)
        return removed + sum(len(table) for of_kind in tables for table in of_kind.values())


def joined(parts: Iterable[GraphChange]) -> GraphChange:
    """Return the parts of a change, of which no two speak of the same table, as one."""
    names = [field.name for field in fields(GraphChange)]
    tables: dict[str, dict[Any, Any]] = {name: {} for name in names}
    for part in parts:
        for name in names:
            tables[name].update(getattr(part, name))
    return GraphChange(**tables)
