"""Address and credentials of a Neo4j database, from its URI and the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from litloom.errors import StoreError
from litloom.graph.stores.address import parse_address

Notifications = Literal["OFF", "WARNING", "INFORMATION"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neo4jSettings:
    """Address and credentials of one Neo4j database.

    Parameters
    ----------
    uri
        Such as ``neo4j://localhost:7687``, or ``neo4j+s://….databases.neo4j.io`` for Aura.
    username, password
        Credentials; without a password, none are sent.
    database
        Name of the database; ``None`` for the server's default.
    notifications
        Least severity of the server's notifications that are logged, by the logger ``neo4j.notifications``.

    Raises
    ------
    StoreError
        If the address is not valid; see `litloom.graph.stores.address.parse_address`.
    """

    uri: str
    username: str = "neo4j"
    password: str | None = field(default=None, repr=False)
    database: str | None = None
    notifications: Notifications = "OFF"

    def __post_init__(self) -> None:
        object.__setattr__(self, "uri", str(parse_address(self.uri)))

    @classmethod
    def from_environment(cls, uri: str, environment: Mapping[str, str] = os.environ) -> Neo4jSettings:
        """Return the settings of a URI, with the other values from the environment.

        The variables are ``NEO4J_USERNAME`` (``neo4j``), ``NEO4J_PASSWORD``, ``NEO4J_DATABASE`` and
        ``NEO4J_NOTIFICATIONS`` (``OFF``, ``WARNING`` or ``INFORMATION``).

        Examples
        --------
        >>> Neo4jSettings.from_environment("neo4j://localhost", {"NEO4J_DATABASE": "papers"})
        Neo4jSettings(uri='neo4j://localhost', username='neo4j', database='papers', notifications='OFF')
        """
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
