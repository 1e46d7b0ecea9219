"""URIs of Neo4j servers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Final

from litloom.errors import StoreError

SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
OTHERS: Final = ("http", "https", "ftp", "file", "jdbc", "postgres", "postgresql", "mysql", "redis", "ssh")
"""Other schemes that an error message may name."""
LONGEST_HOST: Final = 253
LONGEST_LABEL: Final = 63
"""Maximum length of a host name and of its parts (RFC 1035)."""

_PLAIN: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]+)://(?P<host>[\w-]+(?:\.[\w-]+)*\.?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?/?",
    re.IGNORECASE,
)
_HAS_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_KNOWN_SCHEME: Final = re.compile(rf"({'|'.join(map(re.escape, (*SCHEMES, *OTHERS)))}):", re.IGNORECASE)
_HOST_FIRST: Final = re.compile(_PLAIN.pattern.removesuffix("/?") + r"(?=[/?#])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a server; `host` is a name, an IPv4 address, or an IPv6 address in brackets."""

    scheme: str
    host: str
    port: int | None

    @property
    def place(self) -> str:
        """Host and port."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}"


def is_uri(location: object) -> bool:
    r"""Return whether a location is a URI rather than a path.

    A URI begins with a scheme of two or more letters and a colon, or contains ``://``; whitespace and
    invisible characters are ignored. ``C:\\lit.lbug`` and ``./a:b.lbug`` are paths.

    Examples
    --------
    >>> is_uri(" NEO4J://localhost"), is_uri("bolt:localhost")
    (True, True)
    >>> is_uri("lit.lbug"), is_uri("C:/lit.lbug"), is_uri("./a:b.lbug")
    (False, False, False)
    """
    text = _visible(str(location))
    return "://" in text or bool(_HAS_SCHEME.match(text) or _KNOWN_SCHEME.match(_usual(text)))


def parse_address(location: str) -> Address:
    """Parse a URI such as ``neo4j://localhost:7687``: a scheme, a host and optionally a port.

    Raises
    ------
    StoreError
        If it is anything else. The message names scheme and host only if they cannot be part of a password.

    Examples
    --------
    >>> str(parse_address(" Neo4j+S://abc.databases.neo4j.io/ "))
    'neo4j+s://abc.databases.neo4j.io'
    >>> parse_address("neo4j:/ada:secret@host")
    Traceback (most recent call last):
    ...
    litloom.errors.StoreError: neo4j: not a valid address; write it as neo4j://HOST:7687, with no user, \
password or query in it, and set NEO4J_USERNAME and NEO4J_PASSWORD
    """
    address = _plain(location.strip())
    if address is None:
        raise _refusal(location)
    if address.scheme not in SCHEMES:
        raise StoreError(f"{address}: {_of_no_store(address.scheme, address.host)}")
    return address


def _of_no_store(scheme: str, host: str) -> str:
    if scheme in ("http", "https"):
        return f"that is the address of Neo4j Browser; litloom uses Bolt: neo4j://{host}:7687"
    return (
        f"{scheme}:// is not the scheme of a store; give a path such as lit.lbug, or neo4j://HOST:7687 "
        f"(all schemes: {', '.join(SCHEMES)})"
    )


def concealed(text: str) -> str | None:
    """Return a replacement for a text that is a URI and may contain a password, else ``None``.

    Examples
    --------
    >>> concealed("neo4j://ada:secret@localhost")
    'neo4j://***'
    >>> concealed("neo4j://localhost"), concealed("https://example.org/papers.bib")
    (None, None)
    """
    if not is_uri(text) or _plain(text.strip()) is not None:
        return None
    seen = _usual(_visible(text))
    known = _KNOWN_SCHEME.match(seen)
    if known and known[1].lower() in SCHEMES and ": " not in text and seen[known.end() :].strip("/"):
        return f"{known[1].lower()}://***"
    return "***" if "://" in text and ("@" in text or "%40" in text) else None


def _plain(text: str) -> Address | None:
    """Parse a URI; return None if it is not a valid one."""
    if (found := _PLAIN.fullmatch(text)) is None:
        return None
    host, port = found["host"].lower(), int(found["port"]) if found["port"] else None
    too_long = len(host) > LONGEST_HOST or max(map(len, host.split("."))) > LONGEST_LABEL
    if too_long or (port is not None and not 0 < port < 1 << 16):
        return None
    if host.startswith("["):
        try:
            IPv6Address(host[1:-1])
        except ValueError:
            return None
    return Address(found["scheme"].lower(), host, port)


def _refusal(location: str) -> StoreError:
    text = _usual(_visible(location))
    known = _KNOWN_SCHEME.match(text)
    if known is None:
        return StoreError(
            "the store looks like a URI, but is not valid; write neo4j://HOST:7687, or ./FILE for a file"
        )
    scheme, rest = known[1].lower(), text[known.end() :]
    host = None if "@" in text or "%40" in text else _HOST_FIRST.match(text)
    shown = scheme if host is None else f"{scheme}://{host['host']}"
    if scheme not in SCHEMES:
        return StoreError(f"{shown}: {_of_no_store(scheme, 'HOST')}")
    if not rest.strip("/"):
        return StoreError(f"{scheme}://: names no server; write it as {scheme}://HOST:7687")
    return StoreError(
        f"{shown}: not a valid address; write it as {scheme}://HOST:7687, with no user, password or query in "
        "it, and set NEO4J_USERNAME and NEO4J_PASSWORD"
    )


def _visible(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and not c.isspace())


def _usual(text: str) -> str:
    """Return a text with full-width characters replaced by the usual ones."""
    return unicodedata.normalize("NFKC", text)
