"""The records that travel between the rooms: papers, mentions, extractions.

All are frozen and hold plain values only, so that they can be pickled, compared, hashed and written to
Arrow without loss.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from litloom.normalize import fold_case, split_words

Kind = Literal["Method", "Dataset", "Hardware", "Metric", "Task"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
LONGEST_ID: Final = 2000
"""Characters; an index of Neo4j takes some 8,000 bytes."""


def normalised_title(title: str) -> str:
    """Return what two spellings of one title have in common: its letters and digits, in lower case.

    Parameters
    ----------
    title
        A title as found.

    Returns
    -------
    str
        Words of letters and digits joined by single spaces; ``""`` where there are none.

    Examples
    --------
    >>> normalised_title("FlatQuant:  Flatness Matters for LLM-Quantization!")
    'flatquant flatness matters for llm quantization'
    """
    return " ".join(split_words(fold_case(title)))


def title_id(title: str) -> str:
    """Return the paper id that a title alone gives.

    Examples
    --------
    >>> title_id("Attention Is All You Need") == title_id("attention is all you need.")
    True
    """
    key = normalised_title(title) or title
    return "title:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def bounded_id(wanted: str) -> str:
    """Return an id that an index of any store takes: one that is too long gets a digest for its end.

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
    """Return an id, numbered where it is taken already.

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
    """A paper as its sources describe it.

    Parameters
    ----------
    title
        The title, on one line.
    abstract
        The abstract; ``""`` where none is known.
    id
        The key in the graph. Where it is left empty: ``doi:…``, ``arxiv:…``, the first of `ids`, or
        ``title:…`` (a hash of the normalised title), the first of these that the record allows.
    date
        ISO 8601: ``2025-06-10``, ``2025-06``, ``2025``, or ``--06-10`` where the year is unknown.
    year
        The year of publication. Where it is left empty, the year of `date`.
    authors
        Names in their order.
    author_count
        The number of authors. Where it is left empty, the length of `authors`, if any are known.
    organization
        Who published it, where the source names an organization instead of authors.
    author_ids
        For each of `authors` an id that its source gives (``orcid:…``, ``openalex:A…``, ``s2:…``), or ``""``;
        empty where none has one.
    venue, url, doi, arxiv_id
        As their names say; ``""`` where unknown.
    ids
        Further ids, with their scheme: ``openalex:W…``, ``s2:…``, ``acl:P19-1001``, ``pubmed:…``, and those
        that other records of the paper go by.
    references
        Ids (``doi:…``, ``arxiv:…``, or as in `ids`) or titles of the works that it cites.
    sources
        The files or services that the record came from, each once, in their order.

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
        r"""Title and abstract joined by ``"\n"``: what mention offsets count in."""
        return f"{self.title}\n{self.abstract}"


@dataclass(frozen=True, slots=True)
class Mention:
    r"""One place in a paper's text that names a concept.

    Parameters
    ----------
    start, end
        Offsets in characters into ``title + "\n" + abstract``, the end exclusive.
    text
        The surface form: exactly that slice of the text.
    kind
        One of `KINDS`.
    confidence
        How sure the recogniser is, from 0 to 1.
    concept
        The name that this paper's concept goes by: the same for a full name and its abbreviation.
    sentence
        The sentence around it, as it stands in the text.
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
    """What was found in one paper.

    Parameters
    ----------
    paper_id
        The `Paper.id`.
    mentions
        In the order of the text; they never overlap.
    introduces
        Surface forms of what the paper itself proposes, releases or names, each once.
    abbreviations
        Pairs of (abbreviation, full name), each as first written.
    model
        Name and version of the recognition model.
    """

    paper_id: str
    mentions: tuple[Mention, ...] = ()
    introduces: tuple[str, ...] = ()
    abbreviations: tuple[tuple[str, str], ...] = field(default=())
    model: str = ""


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Return the non-empty values, each once, in the order of their first appearance.

    Examples
    --------
    >>> unique(["b", "a", "", "b"])
    ('b', 'a')
    """
    return tuple(dict.fromkeys(v for v in values if v))
