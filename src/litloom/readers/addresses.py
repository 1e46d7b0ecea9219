"""Addresses of papers in the web, as far as they can be followed without harm."""

from __future__ import annotations

import re
from typing import Final

from litloom.readers.identifiers import parse_identifier, scheme_id

_WEB: Final = re.compile(r"(?:https?|ftps?)://[^\s\"<>]+", re.IGNORECASE)
_WITHOUT_SCHEME: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[/?#][^\s\"<>]*)?")


def web_address(text: str) -> str:
    """Return the address that a text begins with; ``""`` where it has none that only leads to a page.

    An address has the scheme http, https or ftp, or none; or it is a DOI or another known identifier. Other
    schemes, such as ``javascript:``, ``data:`` and ``file:``, are dropped.

    Examples
    --------
    >>> web_address("https://aclanthology.org/P19-1001/ "), web_address("doi:10.1145/3292500")
    ('https://aclanthology.org/P19-1001/', 'doi:10.1145/3292500')
    >>> web_address("javascript:alert(1)"), web_address("www.example.org"), web_address("n/a")
    ('', 'www.example.org', '')
    """
    text = text.strip()
    if found := _WEB.match(text):
        return found[0]
    if any(parse_identifier(text)) or scheme_id(text):
        return "".join(text.split())
    first = text.partition(" ")[0]
    return first if _WITHOUT_SCHEME.fullmatch(first) else ""
