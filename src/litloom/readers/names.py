"""Names of people, put as they are said: given name first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from litloom.papers.people import SUFFIXES
from litloom.readers.base import one_line
from litloom.readers.limits import MOST_AUTHORS, BadRecordError

_ORCID: Final = re.compile(r"(?<!\d)(\d{4}-\d{4}-\d{4}-\d{3}[\dX])(?!\d)", re.IGNORECASE)


def given_first(name: str) -> str:
    """Return ``Given Family`` of ``Family, Given`` or of ``Family, Suffix, Given``.

    Examples
    --------
    >>> given_first("Vaswani, Ashish"), given_first("Ashish Vaswani"), given_first("King, Jr., Martin L.")
    ('Ashish Vaswani', 'Ashish Vaswani', 'Martin L. King Jr.')
    """
    parts = [one_line(part) for part in name.split(",")]
    if len(parts) == 3:
        family, *others = parts
        others.sort(key=lambda part: part.rstrip(".").lower() in SUFFIXES)
        return " ".join(filter(None, (others[0], family, others[1])))
    return " ".join(filter(None, (*parts[1:], parts[0])))


def orcid(text: str) -> str:
    """Return ``orcid:…`` of an ORCID iD, bare or as an address; ``""`` where there is none.

    Examples
    --------
    >>> orcid("https://orcid.org/0000-0002-1825-009x"), orcid("")
    ('orcid:0000-0002-1825-009X', '')
    """
    found = _ORCID.search(text)
    return f"orcid:{found[1].upper()}" if found else ""


def authors_of(people: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the `Paper.authors` and `Paper.author_ids` of pairs of a name and an id; nameless ones drop out.

    Examples
    --------
    >>> authors_of([("Ada Poe", "s2:7"), ("", ""), ("Bo Li", "")]), authors_of([("Bo Li", "")])
    ((('Ada Poe', 'Bo Li'), ('s2:7', '')), (('Bo Li',), ()))
    """
    named = [(name, own) for person, own in islice(people, MOST_AUTHORS + 1) if (name := one_line(person))]
    if len(named) > MOST_AUTHORS:
        raise BadRecordError(f"has more than {MOST_AUTHORS:,} authors")
    ids = tuple(own for _, own in named)
    return tuple(name for name, _ in named), ids if any(ids) else ()
