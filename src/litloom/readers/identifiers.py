"""DOIs and arXiv ids in the many ways people write them.

A DOI is ``10.<registrant>/<suffix>`` and ignores case; it is kept in lower case. An arXiv id is
``YYMM.NNNNN`` since April 2007, ``archive/YYMMNNN`` before (perhaps with a class, ``math.GT/0309136``), and
may end in a version (``v2``). Class and version are dropped: they are not part of what identifies the paper.
arXiv also registers DOIs, ``10.48550/arXiv.<id>``; such a DOI is read as the arXiv id, so that it never looks
like the DOI of another publication.
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
    """The public identifiers of a paper; ``""`` where unknown."""

    doi: str = ""
    arxiv_id: str = ""


def parse_identifier(text: str) -> Identifiers:
    """Return the identifier that the whole text is, if it is marked as one.

    Parameters
    ----------
    text
        A DOI, bare or as an address, or an arXiv id with its prefix or as an address.

    Returns
    -------
    Identifiers
        Both parts empty where the text is no identifier.

    Examples
    --------
    >>> parse_identifier("https://doi.org/10.1145/3292500.3330925").doi
    '10.1145/3292500.3330925'
    >>> parse_identifier("arXiv:2106.09685v2").arxiv_id
    '2106.09685'
    >>> parse_identifier("10.48550/arXiv.2106.09685")
    Identifiers(doi='', arxiv_id='2106.09685')
    >>> parse_identifier("LoRA")
    Identifiers(doi='', arxiv_id='')
    """
    text = text.strip()
    if not text:
        return Identifiers()
    if found := _MARKED_ARXIV.fullmatch(text):
        return Identifiers(arxiv_id=_canonical(found))
    if found := _DOI.fullmatch(text):
        doi = unquote(found[1]).lower() if "://" in text else found[1].lower()
        by_arxiv = _ARXIV_DOI.fullmatch(doi)
        return Identifiers(arxiv_id=arxiv_id(by_arxiv[1])) if by_arxiv else Identifiers(doi=doi)
    return Identifiers()


def first_known(hints: Iterable[Identifiers]) -> Identifiers:
    """Return the first DOI and the first arXiv id among several findings.

    Examples
    --------
    >>> first_known([Identifiers(arxiv_id="1706.03762"), Identifiers("10.1/a"), Identifiers("10.1/b")])
    Identifiers(doi='10.1/a', arxiv_id='1706.03762')
    """
    found = list(hints)
    return Identifiers(
        doi=next((hint.doi for hint in found if hint.doi), ""),
        arxiv_id=next((hint.arxiv_id for hint in found if hint.arxiv_id), ""),
    )


def arxiv_id(text: str) -> str:
    """Return the arXiv id, without its version, that the whole text is; ``""`` where it is none.

    Examples
    --------
    >>> arxiv_id("2106.09685v2"), arxiv_id("cs.CL/0205028"), arxiv_id("hello")
    ('2106.09685', 'cs/0205028', '')
    """
    if found := _ARXIV.fullmatch(text.strip()):
        return _canonical(found)
    return parse_identifier(text).arxiv_id


def scheme_id(text: str) -> str:
    """Return the id of OpenAlex, Semantic Scholar, PubMed or the ACL Anthology that the whole text is.

    Examples
    --------
    >>> scheme_id("https://openalex.org/w2963403868"), scheme_id("PMID: 31452104"), scheme_id("LoRA")
    ('openalex:W2963403868', 'pubmed:31452104', '')
    >>> scheme_id("https://aclanthology.org/N19-1423/"), scheme_id("acl:2020.acl-main.1")
    ('acl:N19-1423', 'acl:2020.acl-main.1')
    """
    text = text.strip()
    for scheme, pattern in _SCHEMES.items():
        if found := pattern.fullmatch(text):
            capital = scheme == "openalex" or (scheme == "acl" and found[1][0].isalpha())
            return f"{scheme}:{found[1].upper() if capital else found[1].lower()}"
    return ""


def reference_id(text: str) -> str:
    """Return a reference as an id with its scheme where it is one, else unchanged.

    Examples
    --------
    >>> reference_id("https://arxiv.org/abs/1706.03762v7"), reference_id("paper-7")
    ('arxiv:1706.03762', 'paper-7')
    """
    found = parse_identifier(text)
    if found.doi:
        return f"doi:{found.doi}"
    return f"arxiv:{found.arxiv_id}" if found.arxiv_id else scheme_id(text) or text.strip()


def cited_in(text: str) -> str:
    """Return what a citation names: the id in it, else the title in quotation marks, else all of it.

    Examples
    --------
    >>> cited_in("A. Vaswani et al. Attention is all you need. arXiv:1706.03762, 2017.")
    'arxiv:1706.03762'
    >>> cited_in("A. Poe, “A study of looms,” J. Yarn 1 (2001)"), cited_in("Poe A. On looms. 2001")
    ('A study of looms', 'Poe A. On looms. 2001')
    """
    if found := _DOI_WITHIN.search(text):
        return reference_id(found[0].rstrip(".,;)]}>\"'"))
    if found := _ARXIV_WITHIN.search(text):
        return f"arxiv:{_canonical(found)}"
    if found := _QUOTED.search(text):
        return found[1].strip(" ,.")
    return text.strip()


def _canonical(found: re.Match[str]) -> str:
    return found[1] or f"{found[2]}{found[3]}".lower()
