"""By what records of one paper know each other.

An identifier in common is enough. A title in common is enough where nothing speaks against it: not two
identifiers of one registry that differ, not another first author, not years too far apart. A title that is
the same but for typos needs the first author, or enough words.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import Final, NamedTuple

from litloom.papers.people import Name, may_be_one_person, parse_name
from litloom.papers.titles import Words, same_but_for_typos, title_key, title_words, typo_keys
from litloom.readers.identifiers import arxiv_id, parse_identifier, reference_id
from litloom.records import Paper, unique

DERIVED: Final = ("doi:", "arxiv:", "title:")
"""How ids begin that litloom makes itself."""
REGISTRIES: Final = frozenset({"doi", "arxiv", "openalex", "s2", "acl", "pubmed"})
"""Each gives a work one id."""
YEARS_OF_ONE_AUTHOR: Final = 2
"""So far apart may be a preprint and its publication, by the same first author …"""
YEARS: Final = 1
"""… or where the authors are not known."""
TELLING_WORDS: Final = 6
"""Words of a title that may have a typo where the authors are not known."""

_VERSION: Final = re.compile(r"v\d+$")


class PaperKeys(NamedTuple):
    """What a record is recognised by.

    Parameters
    ----------
    ids
        Identifiers in their canonical form, strongest first.
    registered
        The registries that give it an id.
    words, title
        The title's words, and its key (`litloom.papers.titles.title_key`).
    first_author
        ``None`` where unknown.
    year
        ``None`` where unknown.
    """

    ids: tuple[str, ...]
    registered: frozenset[str]
    words: Words
    title: str
    first_author: Name | None
    year: int | None

    def allow(self, other: PaperKeys) -> bool:
        """Tell whether the title of both may stand for one paper, if it is the same but for typos."""
        if self.registered & other.registered:
            return False
        mine, theirs = self.first_author, other.first_author
        authors_known = mine is not None and theirs is not None
        if mine is not None and theirs is not None and not may_be_one_person(mine, theirs):
            return False
        apart = 0 if self.year is None or other.year is None else abs(self.year - other.year)
        if self.title == other.title:
            return apart <= (YEARS_OF_ONE_AUTHOR if authors_known else YEARS)
        return (
            apart <= YEARS
            and (authors_known or len(self.words) >= TELLING_WORDS)
            and same_but_for_typos(self.words, other.words)
        )


def keys_of(paper: Paper) -> PaperKeys:
    """Return what a record is recognised by.

    Examples
    --------
    >>> keys_of(Paper(title="LoRA", doi="10.48550/arXiv.2106.09685", ids=("s2:7",))).ids
    ('arxiv:2106.09685', 's2:7')
    """
    ids = identifiers(paper)
    words = title_words(paper.title)
    return PaperKeys(
        ids,
        frozenset(registry(identifier) for identifier in ids) - {""},
        words,
        title_key(words),
        parse_name(paper.authors[0]) if paper.authors else None,
        paper.year,
    )


def title_places(keys: PaperKeys) -> Iterator[tuple[Hashable, ...]]:
    """Yield under which keys a title is found, and then under which one with a typo is."""
    if keys.title:
        yield (keys.title,)
    yield tuple(typo_keys(keys.words))


def identifiers(paper: Paper) -> tuple[str, ...]:
    """Return all identifiers of a record in their canonical form: its explicit id, DOI, arXiv id, and others.

    Examples
    --------
    >>> identifiers(Paper(title="LoRA", id="p1", url="https://arxiv.org/abs/2106.09685v2"))
    ('p1', 'arxiv:2106.09685')
    """
    doi = parse_identifier(paper.doi)
    given = doi.doi or ("" if doi.arxiv_id else paper.doi.strip().lower())
    arxiv = arxiv_id(paper.arxiv_id) or _VERSION.sub("", paper.arxiv_id.strip().lower()) or doi.arxiv_id
    own, by_url = parse_identifier(paper.id), parse_identifier(paper.url)
    return unique(
        (
            explicit_id(paper) if not any(own) else "",
            *_prefixed(given or own.doi or by_url.doi, arxiv or own.arxiv_id or by_url.arxiv_id),
            *_prefixed(own.doi, own.arxiv_id),
            *(canonical_id(identifier) for identifier in paper.ids),
        )
    )


def explicit_id(paper: Paper) -> str:
    """Return the id that a source gave, ``""`` where litloom made it of what else is known."""
    return "" if paper.id.startswith(DERIVED) or paper.id in paper.ids else canonical_id(paper.id)


def canonical_id(identifier: str) -> str:
    """Return an identifier so that equal ones are equal.

    Examples
    --------
    >>> canonical_id("https://doi.org/10.1/ABC"), canonical_id("openalex:w12"), canonical_id("Poe2020")
    ('doi:10.1/abc', 'openalex:W12', 'Poe2020')
    """
    found = reference_id(identifier)
    scheme, colon, value = found.partition(":")
    return f"{scheme.lower()}:{value.strip()}" if colon and scheme.lower() in REGISTRIES else found


def _prefixed(doi: str, arxiv: str) -> tuple[str, str]:
    return (f"doi:{doi}" if doi else "", f"arxiv:{arxiv}" if arxiv else "")


def registry(identifier: str) -> str:
    """Return the registry that gave a canonical identifier; ``""`` where none of `REGISTRIES` did.

    Examples
    --------
    >>> registry("doi:10.1/x"), registry("Poe2020")
    ('doi', '')
    """
    scheme, colon, value = identifier.partition(":")
    if not colon or scheme not in REGISTRIES:
        return ""
    # Semantic Scholar gives a work two: a digest, and a number in its corpus.
    return "s2 corpus" if scheme == "s2" and value.rpartition(":")[2].isdigit() else scheme
