"""DOIs and arXiv ids in the many ways people write them.

A DOI is ``10.<registrant>/<suffix>`` and ignores case; it is kept in lower case. An arXiv id is
``YYMM.NNNNN`` since April 2007, ``archive/YYMMNNN`` before (perhaps with a class, ``math.GT/0309136``), and
may end in a version (``v2``). Class and version are dropped: they are not part of what identifies the paper.
arXiv also registers DOIs, ``10.48550/arXiv.<id>``; such a DOI is read as the arXiv id, so that it never looks
like the DOI of another publication.
"""

from __future__ import annotations

import re
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
    if found := _MARKED_ARXIV.fullmatch(text):
        return Identifiers(arxiv_id=_canonical(found))
    if found := _DOI.fullmatch(text):
        doi = unquote(found[1]).lower() if "://" in text else found[1].lower()
        by_arxiv = _ARXIV_DOI.fullmatch(doi)
        return Identifiers(arxiv_id=arxiv_id(by_arxiv[1])) if by_arxiv else Identifiers(doi=doi)
    return Identifiers()


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


def reference_id(text: str) -> str:
    """Return a reference as ``doi:…`` or ``arxiv:…`` where it is one, else unchanged.

    Examples
    --------
    >>> reference_id("https://arxiv.org/abs/1706.03762v7"), reference_id("paper-7")
    ('arxiv:1706.03762', 'paper-7')
    """
    found = parse_identifier(text)
    if found.doi:
        return f"doi:{found.doi}"
    return f"arxiv:{found.arxiv_id}" if found.arxiv_id else text.strip()


def _canonical(found: re.Match[str]) -> str:
    return found[1] or f"{found[2]}{found[3]}".lower()
