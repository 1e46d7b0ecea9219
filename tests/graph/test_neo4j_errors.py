"""Faults that need another server or luck: an Enterprise server's roles, a deadlock, Aura's addresses."""

import pytest
from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable

from litloom import QueryError, StoreError
from litloom.graph.stores.neo4j import store as neo4j_store
from litloom.graph.stores.neo4j.errors import translated_errors
from litloom.graph.stores.neo4j.settings import Neo4jSettings

SETTINGS = Neo4jSettings(uri="neo4j://127.0.0.1:1", username="ada", password="s3cret", database="papers")


def server_says(code: str, message: str = "Some words.\nMore words.") -> Neo4jError:
    return Neo4jError._hydrate_neo4j(code=code, message=message)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("Neo.ClientError.Security.Forbidden", "ada may read but not write it"),
        ("Neo.ClientError.Security.Unauthorized", "set NEO4J_USERNAME and NEO4J_PASSWORD"),
        ("Neo.ClientError.Security.AuthenticationRateLimit", "wait a minute"),
        ("Neo.ClientError.Security.CredentialsExpired", "must be changed"),
        ("Neo.ClientError.Database.DatabaseNotFound", "no database called papers"),
        ("Neo.TransientError.Transaction.DeadlockDetected", "run the command again"),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", "dbms.memory.transaction.total.max"),
        ("Neo.TransientError.General.OutOfMemoryError", "heap"),
        ("Neo.DatabaseError.General.UnknownError", "Some words."),
    ],
)
def test_what_the_server_says_is_one_line_with_advice(code: str, says: str) -> None:
    with pytest.raises(StoreError) as told, translated_errors(SETTINGS):
        raise server_says(code)
    assert says in str(told.value)
    assert str(told.value).startswith(SETTINGS.uri)
    assert "\n" not in str(told.value)
    assert "s3cret" not in repr((told.value, SETTINGS))


def test_a_query_that_is_wrong_is_not_the_stores_fault() -> None:
    with pytest.raises(QueryError, match=r"^Some words\.$"), translated_errors(SETTINGS, query=True):
        raise server_says("Neo.ClientError.Statement.SyntaxError")


@pytest.mark.parametrize("error", [ServiceUnavailable("gone"), DriverError("odd")])
def test_what_the_driver_says_is_told_too(error: DriverError) -> None:
    with pytest.raises(StoreError, match=SETTINGS.uri), translated_errors(SETTINGS):
        raise error


def test_aura_is_reached_encrypted_under_litlooms_name() -> None:
    aura = Neo4jSettings(uri="neo4j+s://abc123.databases.neo4j.io", password="s3cret")
    with neo4j_store._driver(aura) as driver:
        assert driver.encrypted
        assert driver._pool.pool_config.user_agent.startswith("litloom/")
