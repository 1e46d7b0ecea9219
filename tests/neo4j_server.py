"""One Neo4j server for all tests: started here, or given by LITLOOM_TEST_NEO4J_URI.

A given database is emptied again and again, so it must be for nothing else. How to log in is in
NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from scripts.neo4j_server import Neo4jServer, missing

FAST_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


class TestServer:
    """A server with an empty database, and the environment variables with which litloom connects to it."""

    __test__ = False

    def __init__(self, environment: dict[str, str], own: Neo4jServer | None) -> None:
        self.environment = environment
        self.uri = environment["NEO4J_URI"]
        self.password = environment.get("NEO4J_PASSWORD", "")
        self._own = own
        auth = (environment.get("NEO4J_USERNAME", "neo4j"), self.password)
        self._driver = neo4j.GraphDatabase.driver(self.uri, auth=auth, notifications_min_severity="OFF")

    @property
    def own(self) -> Neo4jServer:
        """The server, where it is ours to kill."""
        if self._own is None:
            pytest.skip("needs a server that it may kill: Java 17 and Maven, and no LITLOOM_TEST_NEO4J_URI")
        return self._own

    def run(self, cypher: str, **parameters: object) -> list[neo4j.Record]:
        """Run Cypher as anyone else might who shares the database."""
        database = self.environment.get("NEO4J_DATABASE")
        with self._driver.session(database=database) as session:
            return list(session.run(cypher, parameters))

    def empty(self) -> None:
        """Delete all nodes."""
        self.run("MATCH (n) DETACH DELETE n")

    def forget_schema(self) -> None:
        """Delete all constraints and indexes."""
        for record in self.run("SHOW CONSTRAINTS YIELD name"):
            self.run(f"DROP CONSTRAINT `{record['name']}`")
        for record in self.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'"):
            self.run(f"DROP INDEX `{record['name']}`")

    def close(self) -> None:
        """Let go of it."""
        self._driver.close()


def serve(folder: Path) -> Iterator[TestServer]:
    """Yield the server; skip where there is neither one given nor what it takes to start one."""
    if uri := os.environ.get("LITLOOM_TEST_NEO4J_URI"):
        given = {name: value for name, value in os.environ.items() if name.startswith("NEO4J_")}
        server = TestServer({**given, "NEO4J_URI": uri}, None)
        yield server
        server.close()
        return
    if lacking := missing():
        pytest.skip(f"{lacking}, or set LITLOOM_TEST_NEO4J_URI")
    # So little memory for a transaction that a test can fill it, and far more than a batch takes.
    own = Neo4jServer(folder, heap="384m", settings={"db.memory.transaction.max": "40m"}, options=FAST_START)
    try:
        own.start()
        server = TestServer(own.environment, own)
        yield server
        server.close()
    finally:
        own.kill()
        shutil.rmtree(folder)
