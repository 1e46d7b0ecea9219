"""Records: papers, mentions and extractions. They are frozen, and hold plain values only."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from litloom.normalize import fold_case, split_words

Kind = Literal["Method", "Dataset", "Hardware", "Metric", "Task"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
LONGEST_ID: Final = 2000
"""Characters; an index key in Neo4j has at most about 8,000 bytes."""


def normalised_title(title: str) -> str:
    """Return the words of a title, of lower-case letters and digits, joined by single spaces.

    Examples
    --------
    >>> normalised_title("FlatQuant:  Flatness Matters for LLM-Quantization!")
    'flatquant flatness matters for llm quantization'
    """
    return " ".join(split_words(fold_case(title)))


def title_id(title: str) -> str:
    """Return the id of a paper that has nothing but a title.

    Examples
    --------
    >>> title_id("Attention Is All You Need") == title_id("attention is all you need.")
    True
    """
    key = normalised_title(title) or title
    return "title:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def bounded_id(wanted: str) -> str:
    """Return an id of at most `LONGEST_ID` characters; the end of a longer one becomes a digest.

    Examples
    --------
    >>> bounded_id("s2:abc"), len(bounded_id("x" * 10_000))
    ('s2:abc', 2000)
    """
    if len(wanted) <= LONGEST_ID:
        return wanted
    digest = hashlib.sha256(wanted.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{wanted[: LONGEST_ID - len(digest)]}{digest}"


def unused_id(wanted: str, taken: Container[str]) -> str:
    """Return an id, with a number if it is taken.

    Examples
    --------
    >>> unused_id("task:qa", {"task:qa", "task:qa-2"}), unused_id("task:qa", set())
    ('task:qa-3', 'task:qa')
    """
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper.

    Parameters
    ----------
    title
        The title, on one line.
    abstract
        The abstract, or ``""``.
    id
        The key in the graph. By default the first of these that is known: ``doi:…``, ``arxiv:…``, the first
        of `ids`, ``title:…`` (a hash of the normalised title).
    date
        ISO 8601: ``2025-06-10``, ``2025-06``, ``2025``, or ``--06-10`` if the year is unknown.
    year
        The year of publication; by default that of `date`.
    authors
        Names, in order.
    author_count
        The number of authors; by default the length of `authors`, unless that is empty.
    organization
        The publishing organization, for sources that give one instead of authors.
    author_ids
        An id for each of `authors` (``orcid:…``, ``openalex:A…``, ``s2:…``), or ``""``; empty if there are
        none.
    venue, url, doi, arxiv_id
        ``""`` if unknown.
    ids
        Further ids, with a scheme: ``openalex:W…``, ``s2:…``, ``acl:P19-1001``, ``pubmed:…``, and the ids of
        merged records.
    references
        Ids (``doi:…``, ``arxiv:…``, or as in `ids`) or titles of the cited works.
    sources
        The files or services that the record came from.

    Examples
    --------
    >>> paper = Paper(title="LoRA: Low-Rank Adaptation", date="2021-06-17", arxiv_id="2106.09685")
    >>> paper.id, paper.year
    ('arxiv:2106.09685', 2021)
    """

    title: str
    abstract: str = ""
    id: str = ""
    date: str | None = None
    year: int | None = None
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    author_ids: tuple[str, ...] = ()
    organization: str = ""
    venue: str = ""
    url: str = ""
    doi: str = ""
    arxiv_id: str = ""
    ids: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id or len(self.id) > LONGEST_ID:
            object.__setattr__(self, "id", bounded_id(self.id or self._own_id()))
        if self.year is None and self.date and self.date[:4].isdigit():
            object.__setattr__(self, "year", int(self.date[:4]))
        if self.author_count is None and self.authors:
            object.__setattr__(self, "author_count", len(self.authors))

    def _own_id(self) -> str:
        if self.doi:
            return f"doi:{self.doi.lower()}"
        if self.arxiv_id:
            return f"arxiv:{self.arxiv_id}"
        if self.ids:
            return self.ids[0]
        return title_id(self.title)

    @property
    def text(self) -> str:
        r"""Title and abstract, joined by ``"\n"``; offsets of mentions refer to it."""
        return f"{self.title}\n{self.abstract}"


@dataclass(frozen=True, slots=True)
class Mention:
    r"""A mention of a concept in the text of a paper.

    Parameters
    ----------
    start, end
        Character offsets into ``title + "\n" + abstract``, the end exclusive.
    text
        That slice of the text.
    kind
        One of `KINDS`.
    confidence
        Probability that the mention is right, from 0 to 1.
    concept
        Name of the concept in this paper: the same for a full name and its abbreviation.
    sentence
        The sentence of the mention.
    """

    start: int
    end: int
    text: str
    kind: Kind
    confidence: float
    concept: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """The concepts of one paper.

    Parameters
    ----------
    paper_id
        The `Paper.id`.
    mentions
        In the order of the text, without overlaps.
    introduces
        Surface forms of concepts that the paper proposes, releases or names.
    abbreviations
        Pairs of (abbreviation, full name), as first written.
    model
        Name and version of the recognition model.
    """

    paper_id: str
    mentions: tuple[Mention, ...] = ()
    introduces: tuple[str, ...] = ()
    abbreviations: tuple[tuple[str, str], ...] = field(default=())
    model: str = ""


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct non-empty values, in the order of their first appearance.

    Examples
    --------
    >>> unique(["b", "a", "", "b"])
    ('b', 'a')
    """
    return tuple(dict.fromkeys(v for v in values if v))
