"""Where a Neo4j database is, and how to log in: from its URI and the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, cast, get_args

from litloom.errors import StoreError

SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
Notifications = Literal["OFF", "WARNING", "INFORMATION"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neo4jSettings:
    """All that is needed to reach one Neo4j database.

    Parameters
    ----------
    uri
        Such as ``neo4j://localhost:7687``, or ``neo4j+s://….databases.neo4j.io`` for Aura.
    username, password
        How to log in; no password at all is for servers that ask for none.
    database
        Its name; ``None`` for the one that the server calls its default.
    notifications
        From which severity on the server's remarks on a query reach the logger ``neo4j.notifications``.
    """

    uri: str
    username: str = "neo4j"
    password: str | None = field(default=None, repr=False)
    database: str | None = None
    notifications: Notifications = "OFF"

    @classmethod
    def from_environment(cls, uri: str, environment: Mapping[str, str] = os.environ) -> Neo4jSettings:
        """Return the settings that a URI and the environment give.

        The variables are ``NEO4J_USERNAME`` (``neo4j``), ``NEO4J_PASSWORD``, ``NEO4J_DATABASE`` and
        ``NEO4J_NOTIFICATIONS`` (``OFF``, ``WARNING`` or ``INFORMATION``).

        Raises
        ------
        StoreError
            If the URI has another scheme, or a password in it, or a variable has an unknown value.

        Examples
        --------
        >>> Neo4jSettings.from_environment("neo4j://localhost", {"NEO4J_DATABASE": "papers"})
        Neo4jSettings(uri='neo4j://localhost', username='neo4j', database='papers', notifications='OFF')
        """
        check_uri(uri)
        notifications = environment.get("NEO4J_NOTIFICATIONS", "OFF").upper()
        if notifications not in get_args(Notifications):
            known = ", ".join(get_args(Notifications))
            raise StoreError(f"NEO4J_NOTIFICATIONS is {notifications}; set it to one of {known}")
        return cls(
            uri=uri,
            username=environment.get("NEO4J_USERNAME") or "neo4j",
            password=environment.get("NEO4J_PASSWORD") or None,
            database=environment.get("NEO4J_DATABASE") or None,
            notifications=cast("Notifications", notifications),
        )


def check_uri(uri: str) -> None:
    """Refuse a URI that names no Neo4j database, or that gives a password away.

    Raises
    ------
    StoreError
        It never repeats the password.

    Examples
    --------
    >>> check_uri("neo4j+s://abc.databases.neo4j.io")
    >>> check_uri("ftp://host")
    Traceback (most recent call last):
    ...
    litloom.errors.StoreError: ftp://host: ftp:// names no store; give a path such as lit.lbug, or \
neo4j://HOST:7687 (all schemes: neo4j, neo4j+s, neo4j+ssc, bolt, bolt+s, bolt+ssc)
    """
    scheme, _, place = uri.partition("://")
    shown = f"{scheme}://{place.rpartition('@')[2]}"
    if scheme in ("http", "https"):
        raise StoreError(
            f"{shown}: that is where Neo4j Browser is; litloom speaks Bolt: neo4j://{_host(place)}:7687"
        )
    if scheme not in SCHEMES:
        raise StoreError(
            f"{shown}: {scheme}:// names no store; give a path such as lit.lbug, or neo4j://HOST:7687 "
            f"(all schemes: {', '.join(SCHEMES)})"
        )
    if "@" in place:
        raise StoreError(
            f"{shown}: give no user or password in the address; set NEO4J_USERNAME and NEO4J_PASSWORD"
        )
    if not _host(place):
        raise StoreError(f"{shown}: names no server; write it as {scheme}://HOST:7687")


def _host(place: str) -> str:
    return re.split(r"[:/?#]", place.rpartition("@")[2], maxsplit=1)[0]
