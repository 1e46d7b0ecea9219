"""Loading a graph into a Neo4j database, or changing it.

Rows are sent in batches, each in a transaction that the driver may retry. Each transaction first locks the
`Litloom` node, so that concurrent loads wait for each other instead of deadlocking, and checks that the node
still names this load. Two transactions are in flight: the client packs one batch while the server writes the
other. Nodes are written before edges, in the order of their ids. Stale rows are deleted last, and then the
`Litloom` node is marked as complete. A load that dies leaves a readable graph that is marked as unfinished;
running the load again completes it. A change of some rows that dies is repaired by the next load.

Only nodes with litloom's labels and an ``id``, and edges of litloom's types between them, are touched.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from heapq import merge
from operator import itemgetter
from typing import Any, Final

import neo4j
import pyarrow as pa
import pyarrow.compute as pc

from litloom.errors import StoreError
from litloom.graph.schema import EDGES, NODES
from litloom.graph.stores.base import Advance, no_progress
from litloom.graph.stores.neo4j.errors import no_futile_retry
from litloom.graph.stores.neo4j.rows import by_source, chunks, in_order, targets, tuples
from litloom.graph.stores.neo4j.schema import key_label
from litloom.graph.tables import GraphTables, node_table

LABELS: Final = tuple(label for label in NODES if label != "Litloom")
NODE_ROWS: Final = 1000
EDGE_ROWS: Final = 5000
ID_ROWS: Final = 20_000
AT_ONCE: Final = 2

TAKEN_OVER: Final = "another build took this database over; wait until it ends"

CLAIM: Final = """
MERGE (l:Litloom {id: 'litloom'})
ON CREATE SET l.schema_version = $schema_version
SET l.loading = $load
REMOVE l.fingerprint
"""
LOCK: Final = """
MATCH (l:Litloom {id: 'litloom'})
SET l.lock = true
WITH l WHERE l.loading = $load
"""
"""Setting a property takes the node's lock until the end of the transaction."""

FINISH: Final = "SET l = $litloom"


class Neo4jLoader:
    """Loads the graph of `tables`; `open_session` opens a session on the database."""

    def __init__(
        self, open_session: Callable[[], neo4j.Session], tables: GraphTables, advance: Advance = no_progress
    ) -> None:
        self._open_session, self._tables, self._advance = open_session, tables, advance
        (litloom,) = tables.nodes["Litloom"].to_pylist()
        self._litloom = {name: value for name, value in litloom.items() if value is not None}
        self._load = hashlib.sha256(repr(sorted(self._litloom.items())).encode()).hexdigest()

    def run(self) -> None:
        """Load the graph.

        Raises
        ------
        StoreError
            If a load of another graph has started since.
        """
        try:
            self._claim()
            self._make()
            self._write_all(FINISH, "litloom", [self._litloom])
        except _LostError:
            noted = self._noted()
            if noted.get("loading") == self._load:
                self.run()
            elif noted != self._litloom:
                raise StoreError(TAKEN_OVER) from None

    def _make(self) -> None:
        self._put()
        for relationship in EDGES:
            self._delete_stale_edges(relationship)
        for key in dict.fromkeys(map(key_label, LABELS)):
            self._delete_stale_nodes(key)

    def _put(self) -> None:
        for label in LABELS:
            self._put_nodes(label)
        for relationship in EDGES:
            self._put_edges(relationship)

    def _put_nodes(self, label: str) -> None:
        key = key_label(label)
        others = "".join(f":{kind}" for kind in LABELS if kind != label and key_label(kind) == key)
        statement = f"""
            UNWIND $rows AS row
            MERGE (n:{key} {{id: row.id}})
            SET n += row
            {f"SET n:{label} REMOVE n{others}" if others else ""}"""
        batches = in_order(self._nodes(label), "id").to_batches(max_chunksize=NODE_ROWS)
        self._write_all(statement, "rows", self._counted(batch.to_pylist() for batch in batches))

    def _put_edges(self, relationship: str) -> None:
        edge = EDGES[relationship]
        values = ", ".join(f"r.{name} = row[{place}]" for place, name in enumerate(edge.properties, 1))
        statement = f"""
            UNWIND $rows AS source
            MATCH (a:{_end(edge.sources)} {{id: source[0]}})
            UNWIND source[1] AS row
            MATCH (b:{_end(edge.targets)} {{id: row[0]}})
            MERGE (a)-[r:{relationship}]->(b)
            {f"SET {values}" if values else ""}"""
        batches = chunks(self._edges(relationship), EDGE_ROWS)
        self._write_all(statement, "rows", map(by_source, self._counted(batches)))

    def _counted(self, batches: Iterable[list[Any]]) -> Iterator[list[Any]]:
        for batch in batches:
            yield batch
            self._advance(len(batch))

    def _delete_stale_edges(self, relationship: str) -> None:
        edge = EDGES[relationship]
        source, target = _end(edge.sources), _end(edge.targets)
        stored = self._count(f"MATCH (:{source})-[r:{relationship}]->(:{target})", "r")
        if stored == self._edge_count(relationship):
            return
        statement = f"""
            UNWIND $rows AS row
            MATCH (a:{source} {{id: row[0]}})-[r:{relationship}]->(b:{target})
            WHERE b.id IS NOT NULL
            WITH row, b, collect(r) AS stored
            FOREACH (r IN stored[CASE WHEN b.id IN row[1] THEN 1 ELSE 0 END..] | DELETE r)"""
        kept = targets(self._ids(source), self._edges(relationship))
        self._write_all(statement, "rows", chunks(kept, NODE_ROWS))

    def _delete_stale_nodes(self, key: str) -> None:
        ids = pa.array(self._ids(key), pa.string())
        if self._count(f"MATCH (n:{key}) WHERE n.id IS NOT NULL", "n") == len(ids):
            return
        page = f"MATCH (n:{key}) WHERE n.id > $after RETURN n.id AS id ORDER BY id LIMIT $rows"
        last = ""
        while stored := self._read(page, after=last, rows=ID_ROWS):
            found = pa.array([record["id"] for record in stored])
            last = stored[-1]["id"]
            stale = found.filter(pc.invert(pc.is_in(found, value_set=ids)))
            statement = f"MATCH (n:{key}) WHERE n.id IN $ids DETACH DELETE n"
            self._write_all(statement, "ids", chunks(iter(stale.to_pylist()), NODE_ROWS))

    def _nodes(self, label: str) -> pa.Table:
        found = self._tables.nodes.get(label)
        return node_table(label, []) if found is None else found

    def _ids(self, key: str) -> Iterator[str]:
        """Yield the ids of all nodes with a key label, in order."""
        tables = [self._nodes(label).select(["id"]) for label in LABELS if key_label(label) == key]
        return (row[0] for row in merge(*(tuples(table, "id") for table in tables)))

    def _edges(self, relationship: str) -> Iterator[tuple[Any, ...]]:
        """Yield ``(source, target, *properties)`` in the order of the ends."""
        tables = [table for key, table in self._tables.edges.items() if key[0] == relationship]
        return merge(*(tuples(table, "from", "to") for table in tables), key=itemgetter(0, 1))

    def _edge_count(self, relationship: str) -> int:
        return sum(table.num_rows for key, table in self._tables.edges.items() if key[0] == relationship)

    def _noted(self) -> dict[str, Any]:
        return dict(self._read("MATCH (l:Litloom {id: 'litloom'}) RETURN l")[0]["l"])

    def _count(self, match: str, what: str) -> int:
        return int(self._read(f"{match} RETURN count({what}) AS n")[0]["n"])

    def _read(self, statement: str, **parameters: Any) -> list[neo4j.Record]:
        with self._open_session() as session:
            return session.execute_read(lambda tx: list(tx.run(statement, parameters)))

    def _claim(self) -> None:
        claim = {"load": self._load, "schema_version": self._litloom["schema_version"]}
        with self._open_session() as session:
            session.execute_write(lambda tx: tx.run(CLAIM, claim).consume())

    def _write_all(self, statement: str, parameter: str, batches: Iterable[Any]) -> None:
        """Run a statement on each batch, in a transaction that holds the lock of the `Litloom` node.

        Raises
        ------
        _LostError
            If the node names another load, or none.
        """
        locked = f"{LOCK} {statement} RETURN count(*) AS touched"

        def write(batch: Any) -> None:
            with self._open_session() as session:
                session.execute_write(_run_locked, locked, {"load": self._load, parameter: batch})

        with ThreadPoolExecutor(AT_ONCE) as pool:
            under_way = deque[Future[None]]()
            for batch in batches:
                if len(under_way) == AT_ONCE:
                    under_way.popleft().result()
                under_way.append(pool.submit(write, batch))
            for future in under_way:
                future.result()


class _LostError(Exception):
    """The `Litloom` node names another load, or none."""


def _run_locked(tx: neo4j.ManagedTransaction, locked: str, parameters: dict[str, Any]) -> None:
    with no_futile_retry():
        (record,) = tx.run(locked, parameters)
        if not record["touched"] and not list(tx.run(f"{LOCK} RETURN 1", parameters)):
            raise _LostError


def _end(labels: tuple[str, ...]) -> str:
    """Return the key label of these labels."""
    (key,) = set(map(key_label, labels))
    return key
