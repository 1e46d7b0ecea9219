"""The keys by which records of one paper match.

A shared identifier is enough. A shared title is enough unless the records contradict each other: different
identifiers of one registry, different first authors, or years too far apart. A title that differs by typos
needs the same first author, or enough words.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import Final, NamedTuple

from litloom.papers.people import Name, may_be_one_person, parse_name
from litloom.papers.titles import Words, same_but_for_typos, title_key, title_words, typo_keys
from litloom.readers.identifiers import Identifiers, arxiv_id, parse_identifier, reference_id
from litloom.records import Paper, unique

DERIVED: Final = ("doi:", "arxiv:", "title:")
"""The schemes of ids that litloom makes."""
REGISTRIES: Final = frozenset({"doi", "arxiv", "openalex", "s2", "acl", "pubmed"})
"""Each gives a work one id."""
YEARS_OF_ONE_AUTHOR: Final = 2
"""The most years between a preprint and its publication with the same first author."""
YEARS: Final = 1
"""The same if the authors are unknown."""
TELLING_WORDS: Final = 6
"""The fewest words of a title with a typo if the authors are unknown."""

_VERSION: Final = re.compile(r"v\d+$")


class PaperKeys(NamedTuple):
    """The keys of a record: ids, strongest first, their registries, the title, the first author, the year."""

    ids: tuple[str, ...]
    registered: frozenset[str]
    words: Words
    title: str
    first_author: Name | None
    year: int | None

    def may_match(self, other: PaperKeys) -> bool:
        """Whether two records with the same title, typos aside, can be of one paper."""
        if self.registered & other.registered:
            return False
        mine, theirs = self.first_author, other.first_author
        authors_known = mine is not None and theirs is not None
        if mine is not None and theirs is not None and not may_be_one_person(mine, theirs):
            return False
        years = 0 if self.year is None or other.year is None else abs(self.year - other.year)
        if self.title == other.title:
            return years <= (YEARS_OF_ONE_AUTHOR if authors_known else YEARS)
        return (
            years <= YEARS
            and (authors_known or len(self.words) >= TELLING_WORDS)
            and same_but_for_typos(self.words, other.words)
        )


def keys_of(paper: Paper) -> PaperKeys:
    """Return the keys of a record.

    >>> keys_of(Paper(title="LoRA", doi="10.48550/arXiv.2106.09685", ids=("s2:7",))).ids
    ('arxiv:2106.09685', 's2:7')
    """
    ids = identifiers(paper)
    words = title_words(paper.title)
    author = parse_name(paper.authors[0]) if paper.authors else None
    return PaperKeys(ids, frozenset(map(registry, ids)) - {""}, words, title_key(words), author, paper.year)


def title_keys(keys: PaperKeys) -> Iterator[tuple[Hashable, ...]]:
    """Yield the keys of the exact title, then those that match titles with a typo."""
    if keys.title:
        yield (keys.title,)
    yield tuple(typo_keys(keys.words))


def identifiers(paper: Paper) -> tuple[str, ...]:
    """Return all identifiers of a record in canonical form: explicit id, DOI, arXiv id, and others.

    >>> identifiers(Paper(title="LoRA", id="p1", url="https://arxiv.org/abs/2106.09685v2"))
    ('p1', 'arxiv:2106.09685')
    """
    parsed = parse_identifier(paper.doi)
    doi = parsed.doi or ("" if parsed.arxiv_id else paper.doi.strip().lower())
    arxiv = arxiv_id(paper.arxiv_id) or _VERSION.sub("", paper.arxiv_id.strip().lower()) or parsed.arxiv_id
    by_id, by_url = parse_identifier(paper.id), parse_identifier(paper.url)
    best = Identifiers(doi or by_id.doi or by_url.doi, arxiv or by_id.arxiv_id or by_url.arxiv_id)
    return unique(
        (
            "" if any(by_id) else explicit_id(paper),
            *best.with_schemes(),
            *by_id.with_schemes(),
            *map(canonical_id, paper.ids),
        )
    )


def explicit_id(paper: Paper) -> str:
    """Return the id that a source gave; ``""`` if litloom made it."""
    return "" if paper.id.startswith(DERIVED) or paper.id in paper.ids else canonical_id(paper.id)


def canonical_id(identifier: str) -> str:
    """Return the canonical form of an identifier.

    >>> canonical_id("https://doi.org/10.1/ABC"), canonical_id("openalex:w12"), canonical_id("Poe2020")
    ('doi:10.1/abc', 'openalex:W12', 'Poe2020')
    """
    parsed = reference_id(identifier)
    scheme, colon, value = parsed.partition(":")
    return f"{scheme.lower()}:{value.strip()}" if colon and scheme.lower() in REGISTRIES else parsed


def registry(identifier: str) -> str:
    """Return the registry of a canonical identifier; ``""`` if it is not one of `REGISTRIES`.

    >>> registry("doi:10.1/x"), registry("Poe2020")
    ('doi', '')
    """
    scheme, colon, value = identifier.partition(":")
    if not colon or scheme not in REGISTRIES:
        return ""
    # Semantic Scholar gives a work two: a digest, and a number in its corpus.
    return "s2 corpus" if scheme == "s2" and value.rpartition(":")[2].isdigit() else scheme
