"""What answers at an address where the Neo4j driver found no Neo4j."""

from __future__ import annotations

import socket
import ssl
from typing import Final, Literal
from urllib.parse import urlsplit

SECONDS: Final = 1.5
BOLT_PORT: Final = 7687
GREETING: Final = b"\x60\x60\xb0\x17" + bytes(3) + b"\x05" + bytes(12) + b"\r\n\r\n"
"""A Bolt handshake that proposes version 5; a web server answers it as a bad request."""

Finding = Literal["nothing", "web", "no TLS", "bad certificate", "something else"]


def what_answers(uri: str) -> Finding:
    """Connect to a URI of a server for at most a few seconds, and return what answers."""
    parts = urlsplit(uri)
    host, encrypted = parts.hostname or "", "+s" in parts.scheme
    try:
        with socket.create_connection((host, parts.port or BOLT_PORT), timeout=SECONDS) as connection:
            if encrypted:
                return _tls(connection, host, verified=parts.scheme.endswith("+s"))
            connection.sendall(GREETING)
            return "web" if connection.recv(4) in (b"HTTP", b"<!DO", b"<htm") else "something else"
    except TimeoutError:
        return "something else"
    except (OSError, UnicodeError):  # an invalid host name is a UnicodeError
        return "nothing"


def _tls(connection: socket.socket, host: str, *, verified: bool) -> Finding:
    context = ssl.create_default_context()
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        with context.wrap_socket(connection, server_hostname=host):
            return "something else"
    except ssl.SSLCertVerificationError:
        return "bad certificate"
    except OSError as error:
        return "something else" if isinstance(error, TimeoutError) else "no TLS"
