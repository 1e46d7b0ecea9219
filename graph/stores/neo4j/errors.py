"""Errors of the Neo4j driver as one line that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Forbidden,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from litloom.errors import LitloomError, QueryError, StoreError
from litloom.graph.stores.neo4j.probe import Finding, what_answers
from litloom.graph.stores.neo4j.settings import Neo4jSettings

WRITES: Final = "Neo.ClientError.Statement.AccessMode"
BUSY: Final = "other transactions are changing the same nodes; run the command again when they have ended"
ADVICE: Final = {
    "Neo.ClientError.Security.AuthenticationRateLimit": (
        "too many wrong passwords; wait a minute, then set the right NEO4J_PASSWORD"
    ),
    "Neo.ClientError.Security.CredentialsExpired": (
        "the password must be changed before first use; do so in Neo4j Browser, then set NEO4J_PASSWORD"
    ),
    "Neo.ClientError.Database.DatabaseNotFound": (
        "there is no database called {database}; set NEO4J_DATABASE to one that SHOW DATABASES lists"
    ),
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": (
        "the server has no memory left for transactions; wait until others end, or raise its settings "
        "db.memory.transaction.max and dbms.memory.transaction.total.max"
    ),
    "Neo.TransientError.General.OutOfMemoryError": (
        "the server is out of memory; raise its setting server.memory.heap.max_size"
    ),
    "Neo.TransientError.Database.DatabaseUnavailable": (
        "the database is not available; start it, or wait until it has started"
    ),
    "Neo.TransientError.Transaction.DeadlockDetected": BUSY,
    "Neo.TransientError.Transaction.LockClientStopped": BUSY,
}
READ_ONLY: Final = "user {user} may read but not write it; log in as another user, or end its read-only mode"
"""For `Forbidden`, and for errors of a database in read-only mode."""

UNREACHABLE: Final[dict[Finding, str]] = {
    "nothing": "no Neo4j server responds there; start one (docker compose up -d --wait), or correct the URI",
    "something else": "no Neo4j server responds there; it may still be starting, or this is the port of "
    "another service: the default of Neo4j is 7687",
    "web": "a web server responds there; use the port of Bolt, 7687 by default",
    "no TLS": "the server does not use encryption; use neo4j://, or correct the URI",
    "bad certificate": "the server's certificate is not trusted; if it is self-signed, write neo4j+ssc://",
}

FUTILE: Final = ("Neo.TransientError.General.MemoryPoolOutOfMemoryError",)
"""Errors that the driver would retry, although they would occur again."""


class NoRetryError(Exception):
    """Wraps an error that the driver would retry; its cause is the error."""


@contextmanager
def no_futile_retry() -> Iterator[None]:
    """Keep the driver from retrying errors that would occur again; for use inside a transaction."""
    try:
        yield
    except TransientError as error:
        if error.code in FUTILE:
            raise NoRetryError from error
        raise


@contextmanager
def translated_errors(settings: Neo4jSettings, *, query: bool = False) -> Iterator[None]:
    """Raise errors of the driver as `StoreError`, or as `QueryError` if a user's `query` caused them.

    No message contains the password.
    """
    try:
        yield
    except (Neo4jError, DriverError) as error:
        raise litloom_error(error, settings, query=query) from None
    except (ValueError, OverflowError, OSError) as error:  # an invalid address or value
        kind = QueryError if query else StoreError
        raise kind(f"{settings.uri}: {_first_line(str(error)) or type(error).__name__}") from None
    except NoRetryError as wrapper:
        if not isinstance(wrapper.__cause__, Neo4jError):
            raise
        raise litloom_error(wrapper.__cause__, settings, query=query) from None


def litloom_error(
    error: Neo4jError | DriverError, settings: Neo4jSettings, *, query: bool = False
) -> LitloomError:
    """Return the error to show for one of the driver."""
    code = (error.code or "") if isinstance(error, Neo4jError) else ""
    if code == WRITES:
        return QueryError("the query would write, but access is read-only; use litloom cypher --write")
    if (advice := _advice(error, code, settings.uri)) is not None:
        shown = advice.format(user=settings.username, database=settings.database or "the default")
        return StoreError(f"{settings.uri}: {shown}")
    first_line = _first_line(str(getattr(error, "message", None) or error)) or code
    if query and code.startswith("Neo.ClientError"):
        return QueryError(first_line)
    return StoreError(f"{settings.uri}: {first_line}")


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _advice(error: Neo4jError | DriverError, code: str, uri: str) -> str | None:
    if code in ADVICE:
        return ADVICE[code]
    if isinstance(error, AuthError):
        return "the server refuses the login of {user}; set NEO4J_USERNAME and NEO4J_PASSWORD"
    if isinstance(error, Forbidden) or "ReadOnly" in code or "read-only" in str(error).lower():
        return READ_ONLY
    if isinstance(error, ServiceUnavailable | SessionExpired):
        return UNREACHABLE[what_answers(uri)]
    if isinstance(error, ConfigurationError):
        return f"the address is wrong: {error}"
    return None
