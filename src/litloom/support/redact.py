"""Redacting passwords in messages, tracebacks and lists of skipped records."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

from litloom.support.printable import printable

HIDDEN: Final = "***"
LEAST: Final = 6
"""Characters of a password; a shorter one is likely part of other words, and is not searched for."""

_PLAIN_END: Final = r"(?:\[[0-9a-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::\d{1,5})?/?(?=[\s:;,)'\"]|$)(?!:\S)"
_RULES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # A Neo4j URI with more than scheme, host and port: up to the last @, or else the next space.
        rf"(\b(?:neo4j|bolt)(?:\+s(?:sc)?)?:/+)(?=[^/\s)'\"`,;])(?!{_PLAIN_END})(?:[^\n]{{0,500}}@)?"
        r"\S*?(?=:?(?:\s|$))",
        # Other URIs: user and password.
        r"((?<![\w.+-])[a-z][a-z0-9+.-]{1,20}:/+)[^\s/?#]{0,500}(?=@)",
        r"((?<![\w.+-])[a-z][a-z0-9+.-]{1,20}:/+[^\s/?#@:]{0,500}:)[^\s]{0,500}[^\s:](?=@)",
        # user:password@host
        r"((?<![\w.+-])[\w.+-]{1,100}:)[^\s/@][^\s]{0,500}(?<!:)(?=@[\w\[])",
        # neo4j:user:password
        r"(\b(?:neo4j|bolt)(?:\+s(?:sc)?)?:)[^\s:/@]{1,100}:[^\s:]{1,500}",
        # password=…, also as password%3D…
        r"((?:passw(?:or)?d|passwort|pwd|passphrase|secret|token|credentials?|api[_-]?key|auth)(?:=|%3D))\S+",
    )
)
"""Repetitions are bounded, since texts may be of any length."""


def redact(text: str) -> str:
    """Replace possible passwords by ``***``.

    These are user and password in URIs, values of parameters with names such as password, and the value of
    NEO4J_PASSWORD.

    Examples
    --------
    >>> redact("neo4j://ada:secret@localhost: no Neo4j server responds there")
    'neo4j://***: no Neo4j server responds there'
    >>> redact("neo4j://localhost:7687: no Neo4j server responds there")
    'neo4j://localhost:7687: no Neo4j server responds there'
    >>> redact("https://ada:secret@example.org/papers.bib?token=abc")
    'https://***@example.org/papers.bib?token=***'
    """
    for secret in _spellings(os.environ.get("NEO4J_PASSWORD", "")):
        text = text.replace(secret, HIDDEN)
    for secret, shown in _concealed.items():
        text = text.replace(secret, shown)
    for rule in _RULES:
        text = rule.sub(rf"\g<1>{HIDDEN}", text)
    return text


def conceal(secret: str, shown: str = HIDDEN) -> None:
    """Register a text that `redact` replaces by another one."""
    _concealed.update((spelling, shown) for spelling in _spellings(secret))


_concealed: dict[str, str] = {}


def _spellings(secret: str) -> Iterable[str]:
    """Return the spellings of a secret in messages; none if it is too short."""
    if len(secret) < LEAST:
        return ()
    return {secret, printable(secret), repr(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)}
