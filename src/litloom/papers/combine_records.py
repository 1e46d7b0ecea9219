"""Combine two records of one paper: the richer value of each field, and the lists of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from litloom.papers.match_keys import explicit_id, identifiers
from litloom.papers.people import person_key
from litloom.records import Paper, normalised_title, unique

_PREPRINT_VENUES: Final = frozenset({"", "arxiv", "arxiv.org", "arxiv preprint", "corr"})


def combine_records(a: Paper, b: Paper) -> Paper:
    """Return one paper of two records; the value of the first is used if both are equally rich."""
    known = unique((*identifiers(a), *identifiers(b)))
    doi, arxiv = (next((i for i in known if i.startswith(scheme)), "") for scheme in ("doi:", "arxiv:"))
    own = explicit_id(a) or explicit_id(b)
    dated = max((a, b), key=lambda paper: _precision(paper.date))
    years = (dated.year, a.year, b.year)
    merged: dict[str, Any] = {name: rule(getattr(a, name), getattr(b, name)) for name, rule in _RULES.items()}
    authors, author_ids = _authors(a, b)
    counts = [n for n in (len(authors), a.author_count, b.author_count) if n]
    return Paper(
        **merged,
        id=own,
        ids=tuple(identifier for identifier in known if identifier not in (own, doi, arxiv)),
        date=dated.date,
        year=next((year for year in years if year is not None), None),
        authors=authors,
        author_ids=author_ids,
        author_count=max(counts, default=None),
        doi=doi.removeprefix("doi:"),
        arxiv_id=arxiv.removeprefix("arxiv:"),
    )


def _authors(a: Paper, b: Paper) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the longer list of names, and its ids, completed from the other list for equal names."""
    richer = max(a, b, key=lambda paper: (len(paper.authors), sum(map(len, paper.authors))))
    poorer = b if richer is a else a
    if not poorer.author_ids or len(poorer.authors) != len(richer.authors):
        return richer.authors, richer.author_ids
    own = richer.author_ids or ("",) * len(richer.authors)
    names = zip(map(person_key, richer.authors), map(person_key, poorer.authors), strict=True)
    ids = zip(own, poorer.author_ids, names, strict=True)
    filled = tuple(mine or (other if one == two else "") for mine, other, (one, two) in ids)
    return richer.authors, filled if any(filled) else ()


def _first(a: str, b: str) -> str:
    return a or b


def _longer(a: str, b: str) -> str:
    return max(a, b, key=len)


def _fuller_title(a: str, b: str) -> str:
    # A title without its end or subtitle is the beginning of the full one.
    return b if normalised_title(b).startswith(normalised_title(a) + " ") else a


def _published(a: str, b: str) -> str:
    return b if a.strip().lower() in _PREPRINT_VENUES and b else a


def _both(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return unique((*a, *b))


_RULES: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "title": _fuller_title,
    "abstract": _longer,
    "organization": _first,
    "venue": _published,
    "url": _first,
    "references": _both,
    "sources": _both,
}


def _precision(date: str | None) -> int:
    """Return 4 for a day, 3 for a month, 2 for a year, 1 for a day of an unknown year, 0 for no date."""
    if not date:
        return 0
    return 1 if date.startswith("--") else 1 + len(date.split("-"))
