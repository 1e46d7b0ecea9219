"""Every fault of a Neo4j server as one line that says what to do."""

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
BUSY: Final = "others are changing the same nodes; run the command again when they have ended"
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
READ_ONLY: Final = (
    "user {user} may read it but not write it; log in as one who may, or end its read-only mode"
)
"""For `Forbidden`, and for what the server says of a database in read-only mode."""

UNREACHABLE: Final[dict[Finding, str]] = {
    "nothing": "no Neo4j answers there; start it (docker compose up -d --wait), or mend the address",
    "something else": "no Neo4j answers there; it may still be starting, or it is another service's port: "
    "Neo4j's is 7687 unless it was changed",
    "web": "a web server answers there; give Neo4j's Bolt port, 7687 unless it was changed",
    "no TLS": "that server does not encrypt; write neo4j:// instead, or mend the address",
    "bad certificate": "the server's certificate is not trusted; if it is self-signed, write neo4j+ssc://",
}

POINTLESS: Final = ("Neo.TransientError.General.MemoryPoolOutOfMemoryError",)
"""What the driver would try again, to no avail."""


class GivenUpError(Exception):
    """What is not to be tried again; it stands for its cause."""


@contextmanager
def tried_once_if_pointless() -> Iterator[None]:
    """Keep the driver from trying again what would fail again; use it inside the transaction."""
    try:
        yield
    except TransientError as error:
        if error.code in POINTLESS:
            raise GivenUpError from error
        raise


@contextmanager
def told_in_one_line(settings: Neo4jSettings, *, query: bool = False) -> Iterator[None]:
    """Turn whatever the driver raises inside into a `StoreError`, or a `QueryError` if the query is at fault.

    Parameters
    ----------
    settings
        Whose server it is; the password never gets into a message.
    query
        Whether what runs inside is a person's query.
    """
    try:
        yield
    except (Neo4jError, DriverError) as error:
        raise litloom_error(error, settings, query=query) from None
    except (ValueError, OverflowError, OSError) as error:  # an address or a value that cannot be sent
        kind = QueryError if query else StoreError
        raise kind(f"{settings.uri}: {_first_line(str(error)) or type(error).__name__}") from None
    except GivenUpError as given_up:
        if not isinstance(given_up.__cause__, Neo4jError):
            raise
        raise litloom_error(given_up.__cause__, settings, query=query) from None


def litloom_error(
    error: Neo4jError | DriverError, settings: Neo4jSettings, *, query: bool = False
) -> LitloomError:
    """Return the error that a person is shown instead."""
    code = (error.code or "") if isinstance(error, Neo4jError) else ""
    if code == WRITES:
        return QueryError("the query would write, and this is read-only; litloom cypher --write lets it")
    advice = _advice(error, code, settings.uri)
    if advice is not None:
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
        return "the server does not let {user} in; set NEO4J_USERNAME and NEO4J_PASSWORD"
    if isinstance(error, Forbidden) or "ReadOnly" in code or "read-only" in str(error).lower():
        return READ_ONLY
    if isinstance(error, ServiceUnavailable | SessionExpired):
        return UNREACHABLE[what_answers(uri)]
    if isinstance(error, ConfigurationError):
        return f"the address is not right: {error}"
    return None
