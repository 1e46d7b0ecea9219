"""Names and ids of authors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from litloom.papers.people import SUFFIXES
from litloom.readers.characters import one_line
from litloom.readers.identifiers import with_scheme
from litloom.readers.limits import MOST_AUTHORS, too_many

_ORCID: Final = re.compile(r"(?<!\d)(\d{4}-\d{4}-\d{4}-\d{3}[\dX])(?!\d)", re.IGNORECASE)


def join_words(*parts: str) -> str:
    """Join the non-empty parts of a name with spaces."""
    return " ".join(filter(None, parts))


def given_name_first(name: str) -> str:
    """Return ``Given Family`` for ``Family, Given`` or ``Family, Suffix, Given``.

    >>> given_name_first("Vaswani, Ashish"), given_name_first("King, Jr., Martin L.")
    ('Ashish Vaswani', 'Martin L. King Jr.')
    """
    parts = [one_line(part) for part in name.split(",")]
    if len(parts) == 3:
        family, *others = parts
        given, suffix = sorted(others, key=lambda part: part.rstrip(".").lower() in SUFFIXES)
        return join_words(given, family, suffix)
    return join_words(*parts[1:], parts[0])


def parse_orcid(text: str) -> str:
    """Return ``orcid:…`` for an ORCID iD, bare or as a URL, else ``""``.

    >>> parse_orcid("https://orcid.org/0000-0002-1825-009x"), parse_orcid("")
    ('orcid:0000-0002-1825-009X', '')
    """
    match = _ORCID.search(text)
    return with_scheme("orcid", match[1].upper() if match else "")


def split_authors(authors: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return `Paper.authors` and `Paper.author_ids` of (name, id) pairs; pairs without a name are dropped.

    >>> split_authors([("Ada Poe", "s2:7"), ("", ""), ("Bo Li", "")])
    (('Ada Poe', 'Bo Li'), ('s2:7', ''))
    """
    named = ((line, key) for name, key in authors if (line := one_line(name)))
    pairs = list(islice(named, MOST_AUTHORS + 1))
    too_many(len(pairs), MOST_AUTHORS, "authors")
    ids = tuple(key for _, key in pairs)
    return tuple(name for name, _ in pairs), ids if any(ids) else ()
