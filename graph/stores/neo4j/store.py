"""The store on a server: a Neo4j database, which may also hold data of others.

Queries pass `litloom.graph.cypher.gate`, and reads run in read transactions, in which the server refuses to
write. A load takes many transactions, see `litloom.graph.stores.neo4j.load`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, Final

import neo4j

from litloom.errors import StoreError
from litloom.graph.cypher.gate import check_query
from litloom.graph.schema import NODES, SCHEMA_VERSION
from litloom.graph.stores.base import Advance, GraphStore, Rows, no_progress
from litloom.graph.stores.neo4j.change import Neo4jChange
from litloom.graph.stores.neo4j.errors import no_futile_retry, translated_errors
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

# The driver also logs the errors that it raises; without a handler, Python prints them on standard error.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


class Neo4jStore(GraphStore):
    """A graph in a Neo4j database; see `litloom.graph.stores.base.open_store`."""

    dialect = "neo4j"

    def __init__(self, settings: Neo4jSettings, *, must_exist: bool = True) -> None:
        self._settings = settings
        with translated_errors(settings):
            self._driver = _driver(settings)
        try:
            self._open(must_exist)
        except BaseException:
            self._driver.close()
            raise

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run Cypher that only reads."""
        check_query(cypher, "neo4j")
        with translated_errors(self._settings, query=True), self._session() as session:
            return session.execute_read(_rows, cypher, parameters)

    def write(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run Cypher that may write."""
        check_query(cypher, "neo4j", write=True)
        with translated_errors(self._settings, query=True), self._session() as session:
            return session.execute_write(_rows, cypher, parameters)

    def prepare(self) -> None:
        """Create the schema; check that nodes can be written, and none of others look like litloom's."""
        if self.is_empty():
            self._refuse_others()
        with translated_errors(self._settings), self._session() as session:
            create_schema(session)
            with session.begin_transaction() as tx:
                tx.run(WRITE_PROBE).consume()
                tx.rollback()

    def tidy(self) -> None:
        """Do nothing: the next load repairs what a killed load left behind."""

    def replace(self, tables: GraphTables, advance: Advance = no_progress) -> None:
        """Replace the graph by that of `tables`; raise `StoreError` if another load takes over."""
        self.prepare()
        with translated_errors(self._settings):
            Neo4jLoader(self._session, tables, advance).run()
        (self._fingerprint,) = tables.nodes["Litloom"]["fingerprint"].to_pylist()

    @contextmanager
    def changing(self) -> Iterator[Neo4jChange]:
        """Change the graph; raise `StoreError` if it is unfinished or was replaced since `open_store`."""
        change = Neo4jChange(self._session, self._fingerprint)
        with translated_errors(self._settings):
            yield change
        self._fingerprint = change.changes

    def is_empty(self) -> bool:
        """Return whether no graph has been loaded yet."""
        return len(self.read(NOTED)) == 0

    def close(self) -> None:
        """Close the connections."""
        self._driver.close()

    def _open(self, must_exist: bool) -> None:
        with translated_errors(self._settings), self._session() as session:
            # A managed transaction would be retried if the server cannot be reached.
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
                "upgrade litloom, or set NEO4J_DATABASE to another database"
            )
        elif found < SCHEMA_VERSION:
            with translated_errors(self._settings), self._session() as session:
                migrate(session, found, MIGRATIONS)

    def _refuse_others(self) -> None:
        """Raise if there are nodes of others that a load would delete as stale nodes of its own."""
        labels = [label for label in (*NODES, "Concept") if label != "Litloom"]
        found = self.read(
            f"MATCH (n:{'|'.join(labels)}) WHERE n.id IS NOT NULL UNWIND labels(n) AS label "
            "WITH DISTINCT label WHERE label IN $labels RETURN label ORDER BY label",
            {"labels": labels},
        )
        if found:
            taken = ", ".join(row["label"] for row in found)
            raise StoreError(
                f"{self._settings.uri}: the database has nodes of others that are labelled {taken}, like "
                "litloom's; set NEO4J_DATABASE to another database"
            )

    def _session(self) -> neo4j.Session:
        return self._driver.session(
            database=self._settings.database, bookmark_manager=self._driver.execute_query_bookmark_manager
        )


def _rows(tx: neo4j.ManagedTransaction, cypher: str, parameters: Mapping[str, Any] | None) -> Rows:
    with no_futile_retry():
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
