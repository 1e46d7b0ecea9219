"""Parse DOIs, arXiv ids, ids of other registries, and URLs.

DOIs (``10.<registrant>/<suffix>``) are case-insensitive and stored in lower case. arXiv ids are
``YYMM.NNNNN`` since April 2007 and ``archive/YYMMNNN`` before; the class (``math.GT/0309136``) and version
(``v2``) are dropped. arXiv's own DOIs, ``10.48550/arXiv.<id>``, are parsed as arXiv ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import unquote

_DOI: Final = re.compile(
    r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.\d+(?:\.\d+)*/\S+)", re.IGNORECASE
)
_ARXIV_DOI: Final = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_BARE_ARXIV: Final = r"(?:(\d{4}\.\d{4,5})|([a-z][a-z-]+)(?:\.[a-z]{2})?(/\d{7}))(?:v\d+)?"
_ARXIV: Final = re.compile(_BARE_ARXIV, re.IGNORECASE)
_MARKED_ARXIV: Final = re.compile(
    rf"(?:arxiv:\s*|(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/"
    rf"|(?:https?://)?(?:www\.)?alphaxiv\.org/abs/|(?:https?://)?huggingface\.co/papers/){_BARE_ARXIV}"
    r"(?:\.pdf)?(?:[/?#].*)?",
    re.IGNORECASE,
)
_DOI_WITHIN: Final = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_ARXIV_WITHIN: Final = re.compile(rf"(?:arxiv:\s*|arxiv\.org/(?:abs|pdf)/){_BARE_ARXIV}(?!\d)", re.IGNORECASE)
_QUOTED: Final = re.compile(r"[“\"]([^“”\"]{12,300})[”\"]")
_URL: Final = re.compile(r"(?:https?|ftps?)://[^\s\"<>]+", re.IGNORECASE)
_HOST_AND_PATH: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[/?#][^\s\"<>]*)?")
_SCHEMES: Final = {
    "openalex": re.compile(
        r"(?:https?://(?:api\.)?openalex\.org/(?:works/)?|openalex:)(w\d+)/?", re.IGNORECASE
    ),
    "s2": re.compile(
        r"(?:https?://(?:www\.)?semanticscholar\.org/paper/(?:[^/\s]+/)?|s2:)([0-9a-f]{40})", re.IGNORECASE
    ),
    "pubmed": re.compile(
        r"(?:https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/"
        r"|(?:pubmed|pmid):\s*)(\d{1,9})/?",
        re.IGNORECASE,
    ),
    "acl": re.compile(
        r"(?:https?://(?:www\.)?aclanthology\.org/|https?://(?:www\.)?aclweb\.org/anthology/|acl:)"
        r"([a-z]\d\d-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)(?:\.pdf|/)?",
        re.IGNORECASE,
    ),
}


class Identifiers(NamedTuple):
    """The DOI and arXiv id of a paper; ``""`` if unknown."""

    doi: str = ""
    arxiv_id: str = ""

    def with_schemes(self) -> tuple[str, str]:
        """Return ``doi:…`` and ``arxiv:…``; ``""`` if unknown."""
        return with_scheme("doi", self.doi), with_scheme("arxiv", self.arxiv_id)


def with_scheme(scheme: str, value: str) -> str:
    """Return ``scheme:value``, or ``""`` for an empty value."""
    return f"{scheme}:{value}" if value else ""


def parse_identifier(text: str) -> Identifiers:
    """Parse a text that is one DOI (bare, prefixed or a URL) or one arXiv id (prefixed or a URL).

    >>> parse_identifier("https://doi.org/10.1145/3292500.3330925").doi
    '10.1145/3292500.3330925'
    >>> parse_identifier("10.48550/arXiv.2106.09685v2")
    Identifiers(doi='', arxiv_id='2106.09685')
    """
    text = text.strip()
    if not text:
        return Identifiers()
    if match := _MARKED_ARXIV.fullmatch(text):
        return Identifiers(arxiv_id=_canonical_arxiv(match))
    if match := _DOI.fullmatch(text):
        doi = unquote(match[1]).lower() if "://" in text else match[1].lower()
        by_arxiv = _ARXIV_DOI.fullmatch(doi)
        return Identifiers(arxiv_id=arxiv_id(by_arxiv[1])) if by_arxiv else Identifiers(doi=doi)
    return Identifiers()


def first_ids(candidates: Iterable[Identifiers]) -> Identifiers:
    """Return the first DOI and the first arXiv id of several candidates."""
    both = list(candidates)
    return Identifiers(
        next((ids.doi for ids in both if ids.doi), ""),
        next((ids.arxiv_id for ids in both if ids.arxiv_id), ""),
    )


def arxiv_id(text: str) -> str:
    """Return the arXiv id of a text without its version; ``""`` if it is not one.

    >>> arxiv_id("2106.09685v2"), arxiv_id("cs.CL/0205028"), arxiv_id("hello")
    ('2106.09685', 'cs/0205028', '')
    """
    match = _ARXIV.fullmatch(text.strip())
    return _canonical_arxiv(match) if match else parse_identifier(text).arxiv_id


def scheme_id(text: str) -> str:
    """Return an id of OpenAlex, Semantic Scholar, PubMed or the ACL Anthology with its scheme, else ``""``.

    >>> scheme_id("https://openalex.org/w2963403868"), scheme_id("PMID: 31452104"), scheme_id("LoRA")
    ('openalex:W2963403868', 'pubmed:31452104', '')
    """
    text = text.strip()
    for scheme, pattern in _SCHEMES.items():
        if match := pattern.fullmatch(text):
            capital = scheme == "openalex" or (scheme == "acl" and match[1][0].isalpha())
            return f"{scheme}:{match[1].upper() if capital else match[1].lower()}"
    return ""


def reference_id(text: str) -> str:
    """Return a reference as an id with its scheme if it is one, else unchanged.

    >>> reference_id("https://arxiv.org/abs/1706.03762v7"), reference_id("paper-7")
    ('arxiv:1706.03762', 'paper-7')
    """
    doi, arxiv = parse_identifier(text)
    if doi:
        return f"doi:{doi}"
    return f"arxiv:{arxiv}" if arxiv else scheme_id(text) or text.strip()


def cited_work(citation: str) -> str:
    """Return the id in a citation, else the title in quotation marks, else the whole citation.

    >>> cited_work("A. Vaswani et al. Attention is all you need. arXiv:1706.03762, 2017.")
    'arxiv:1706.03762'
    >>> cited_work("A. Poe, “A study of looms,” J. Yarn 1 (2001)"), cited_work("Poe A. On looms. 2001")
    ('A study of looms', 'Poe A. On looms. 2001')
    """
    if match := _DOI_WITHIN.search(citation):
        return reference_id(match[0].rstrip(".,;)]}>\"'"))
    if match := _ARXIV_WITHIN.search(citation):
        return f"arxiv:{_canonical_arxiv(match)}"
    if match := _QUOTED.search(citation):
        return match[1].strip(" ,.")
    return citation.strip()


def has_identifier(reference: str) -> bool:
    """Whether a reference is a DOI or arXiv id rather than a title."""
    return reference.startswith(("doi:", "arxiv:"))


def clean_url(text: str) -> str:
    """Return the URL, host name or identifier that a text starts with, else ``""``.

    Schemes other than http, https and ftp (``javascript:``, ``data:``, ``file:``) are dropped.

    >>> clean_url("javascript:alert(1)"), clean_url("www.example.org"), clean_url("n/a")
    ('', 'www.example.org', '')
    """
    text = text.strip()
    if match := _URL.match(text):
        return match[0]
    if any(parse_identifier(text)) or scheme_id(text):
        return "".join(text.split())
    word = text.partition(" ")[0]
    return word if _HOST_AND_PATH.fullmatch(word) else ""


def _canonical_arxiv(match: re.Match[str]) -> str:
    return match[1] or f"{match[2]}{match[3]}".lower()
