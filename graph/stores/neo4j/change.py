"""Changing some rows of a graph in a Neo4j database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import neo4j
import pyarrow as pa

from litloom.errors import StoreError
from litloom.graph.change import GraphChange, joined
from litloom.graph.stores.base import Advance, no_progress
from litloom.graph.stores.neo4j.load import EDGE_ROWS, NODE_ROWS, TAKEN_OVER, Neo4jLoader
from litloom.graph.stores.neo4j.rows import by_source, chunks, tuples
from litloom.graph.stores.neo4j.schema import key_label
from litloom.graph.tables import EdgeKey, GraphTables

CLAIM: Final = """
MATCH (l:Litloom {id: 'litloom'})
SET l.lock = true
WITH l WHERE l.fingerprint = $changes OR l.loading = $load
SET l.loading = $load
REMOVE l.fingerprint
RETURN 1
"""


class Neo4jChanger(Neo4jLoader):
    """Changes a graph whose fingerprint is `changes`; if there is another graph, raises `StoreError`."""

    def __init__(
        self,
        open_session: Callable[[], neo4j.Session],
        change: GraphChange,
        changes: str | None,
        advance: Advance = no_progress,
    ) -> None:
        kept, new = change.changed_nodes, change.added_nodes
        put = {
            label: pa.concat_tables([of[label] for of in (kept, new) if label in of])
            for label in {**kept, **new}
        }
        super().__init__(open_session, GraphTables(put, dict(change.added_edges)), advance)
        self._change = change
        self._changes = changes

    def _claim(self) -> None:
        claim = {"load": self._load, "changes": self._changes}
        with self._open_session() as session:
            if not session.execute_write(lambda tx: list(tx.run(CLAIM, claim))):
                raise StoreError(TAKEN_OVER)

    def _make(self) -> None:
        for key, ends in self._change.removed_edges.items():
            self._delete_edges(key, ends)
        for label, ids in self._change.removed_nodes.items():
            statement = f"MATCH (n:{key_label(label)}:{label}) WHERE n.id IN $ids DETACH DELETE n"
            self._write_all(statement, "ids", self._counted(chunks(iter(ids), NODE_ROWS)))
        self._put()

    def _delete_edges(self, key: EdgeKey, ends: pa.Table) -> None:
        relationship, source, target = key
        statement = f"""
            UNWIND $rows AS source
            MATCH (a:{key_label(source)} {{id: source[0]}}) WHERE a:{source}
            UNWIND source[1] AS row
            MATCH (a)-[r:{relationship}]->(b:{key_label(target)} {{id: row[0]}}) WHERE b:{target}
            DELETE r"""
        batches = chunks(tuples(ends, "from", "to"), EDGE_ROWS)
        self._write_all(statement, "rows", map(by_source, self._counted(batches)))


class Neo4jChange:
    """Changes the graph whose fingerprint is `changes`; starts when all parts are added."""

    def __init__(self, open_session: Callable[[], neo4j.Session], changes: str | None) -> None:
        self._open_session = open_session
        self._parts: list[GraphChange] = []
        self.changes = changes
        """The fingerprint of the stored graph."""

    @property
    def row_count(self) -> int:
        """Number of rows in the parts so far."""
        return sum(part.row_count for part in self._parts)

    def add(self, part: GraphChange) -> None:
        """Add a part of the change."""
        self._parts.append(part)

    def finish(self, advance: Advance) -> None:
        """Change the graph."""
        change = joined(self._parts)
        Neo4jChanger(self._open_session, change, self.changes, advance).run()
        (self.changes,) = change.changed_nodes["Litloom"]["fingerprint"].to_pylist()
