"""The store on a server: one Neo4j database, which may also hold what is not litloom's.

Queries pass `litloom.graph.cypher.gate`, and reads are read transactions, which the server itself keeps from
writing. A load is many transactions; see `litloom.graph.stores.neo4j.load` for what holds while it runs and
if it dies.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from types import TracebackType
from typing import Any, Final, Self

import neo4j
import pyarrow as pa

from litloom.errors import StoreError
from litloom.graph.cypher.gate import check_query
from litloom.graph.schema import NODES, SCHEMA_VERSION
from litloom.graph.stores.base import Rows
from litloom.graph.stores.neo4j.change import Neo4jChange
from litloom.graph.stores.neo4j.errors import told_in_one_line, tried_once_if_pointless
from litloom.graph.stores.neo4j.load import Neo4jLoader
from litloom.graph.stores.neo4j.schema import MIGRATIONS, create_schema, migrate
from litloom.graph.stores.neo4j.settings import Neo4jSettings
from litloom.graph.stores.neo4j.values import plain
from litloom.graph.tables import GraphTables

CONNECT_SECONDS: Final = 3.0
ACQUIRE_SECONDS: Final = 5.0
RETRY_SECONDS: Final = 4.0
NOTED: Final = "MATCH (l:Litloom {id: 'litloom'}) RETURN l.schema_version, l.fingerprint"
WRITE_PROBE: Final = "MERGE (l:Litloom {id: 'litloom'}) SET l.lock = true"

# The driver logs what it also raises; without a handler, Python would print that on standard error.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


class Neo4jStore:
    """A graph in a Neo4j database.

    Parameters
    ----------
    settings
        Where it is, and how to log in.
    must_exist
        Refuse a database where no graph is yet.

    Raises
    ------
    StoreError
        If the server cannot be reached or does not let one in, or there is no graph, or a newer one.
    """

    dialect = "neo4j"

    def __init__(self, settings: Neo4jSettings, *, must_exist: bool = True) -> None:
        self._settings = settings
        with told_in_one_line(settings):
            self._driver = _driver(settings)
        try:
            self._open(must_exist)
        except BaseException:
            self._driver.close()
            raise

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run Cypher that only reads; see `litloom.graph.stores.base.GraphStore.read`."""
        check_query(cypher, "neo4j")
        with told_in_one_line(self._settings, query=True), self._session() as session:
            return session.execute_read(_rows, cypher, parameters)

    def write(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run Cypher that may write; see `litloom.graph.stores.base.GraphStore.write`."""
        check_query(cypher, "neo4j", write=True)
        with told_in_one_line(self._settings, query=True), self._session() as session:
            return session.execute_write(_rows, cypher, parameters)

    def prepare(self) -> None:
        """Create the schema, and make sure that nodes may be written and none of others is in the way.

        Raises
        ------
        StoreError
            If the database cannot be written, or has nodes of others that look like litloom's.
        """
        if self.is_empty():
            self._refuse_others()
        with told_in_one_line(self._settings), self._session() as session:
            create_schema(session)
            with session.begin_transaction() as tx:
                tx.run(WRITE_PROBE).consume()
                tx.rollback()

    def tidy(self) -> None:
        """Do nothing: what a load that was killed left behind, the next one mends."""

    def replace(self, tables: GraphTables, advance: Callable[[int], object] = lambda rows: None) -> None:
        """Make `tables` the graph, and leave what is not litloom's as it is; see `GraphStore.replace`.

        Raises
        ------
        StoreError
            As `prepare` does, or if another load took the database over.
        """
        self.prepare()
        with told_in_one_line(self._settings):
            Neo4jLoader(self._session, tables, advance).run()
        self._fingerprint = _fingerprint(tables.nodes)

    @contextmanager
    def changing(self) -> Iterator[Neo4jChange]:
        """Change the graph that was there when the store was opened; see `GraphStore.changing`.

        Raises
        ------
        StoreError
            If the database cannot be written, or there is another graph by now, or an unfinished one.
        """
        change = Neo4jChange(self._session, self._fingerprint)
        with told_in_one_line(self._settings):
            yield change
        self._fingerprint = change.changes

    def is_empty(self) -> bool:
        """Whether no graph has been loaded yet."""
        return len(self.read(NOTED)) == 0

    def close(self) -> None:
        """Let go of the server."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, must_exist: bool) -> None:
        with told_in_one_line(self._settings), self._session() as session:
            # A managed transaction would be tried again where the server cannot be reached.
            stored = session.run(NOTED).values()
        found = int(stored[0][0] or 0) if stored else None
        self._fingerprint = stored[0][1] if stored else None
        uri = self._settings.uri
        if found is None:
            if must_exist:
                raise StoreError(
                    f"{uri}: no graph there yet; make one with: litloom build FILES --store {uri}"
                )
        elif found > SCHEMA_VERSION:
            raise StoreError(
                f"{uri}: made by a newer litloom (schema {found}, this one knows {SCHEMA_VERSION}); "
                "upgrade litloom, or give another database by NEO4J_DATABASE"
            )
        elif found < SCHEMA_VERSION:
            with told_in_one_line(self._settings), self._session() as session:
                migrate(session, found, MIGRATIONS)

    def _refuse_others(self) -> None:
        """Refuse nodes that a load would take for its own, as it deletes its own when they are no more."""
        labels = [label for label in (*NODES, "Concept") if label != "Litloom"]
        found = self.read(
            f"MATCH (n:{'|'.join(labels)}) WHERE n.id IS NOT NULL UNWIND labels(n) AS label "
            "WITH DISTINCT label WHERE label IN $labels RETURN label ORDER BY label",
            {"labels": labels},
        )
        if found:
            taken = ", ".join(row["label"] for row in found)
            raise StoreError(
                f"{self._settings.uri}: the database has nodes of others that are labelled {taken}, as "
                "litloom's would be; give another database by NEO4J_DATABASE"
            )

    def _session(self) -> neo4j.Session:
        return self._driver.session(
            database=self._settings.database, bookmark_manager=self._driver.execute_query_bookmark_manager
        )


def _fingerprint(nodes: Mapping[str, pa.Table]) -> str | None:
    (litloom,) = nodes["Litloom"].to_pylist()
    fingerprint: str | None = litloom["fingerprint"]
    return fingerprint


def _rows(tx: neo4j.ManagedTransaction, cypher: str, parameters: Mapping[str, Any] | None) -> Rows:
    with tried_once_if_pointless():
        result = tx.run(cypher, dict(parameters or {}))
        return Rows(tuple(result.keys()), tuple(tuple(map(plain, record.values())) for record in result))


def _driver(settings: Neo4jSettings) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(
        settings.uri,
        auth=None if settings.password is None else (settings.username, settings.password),
        user_agent=f"litloom/{version('litloom')}",
        notifications_min_severity=settings.notifications,
        connection_timeout=CONNECT_SECONDS,
        connection_acquisition_timeout=ACQUIRE_SECONDS,
        max_transaction_retry_time=RETRY_SECONDS,
    )
