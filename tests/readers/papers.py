"""What every paper that is read must be."""

import re
import unicodedata
from dataclasses import fields

from litloom.records import Paper

_HIDDEN = re.compile(
    "[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_ADDRESS = re.compile(
    r"(?:https?|ftps?)://\S+|[\w-]+(?:\.[\w-]+)+\S*|(?:doi|arxiv|openalex|s2|pubmed|pmid|acl):\S+", re.I
)


def texts(paper):
    """All texts of a paper by the name of the field."""
    for field in fields(Paper):
        value = getattr(paper, field.name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                yield field.name, text


def is_fit(name, text):
    """Whether a text has no character that it may not have."""
    if name == "abstract":
        text = text.replace("\n", "")
    corrupted = any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text)
    none = any(ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF for c in text)
    hidden = None if name == "sources" else _HIDDEN.search(text)
    return not (corrupted or none or hidden)


def assert_is_well_formed(paper):
    """Check the types, the characters and the numbers of a paper."""
    assert isinstance(paper.title, str)
    assert paper.title.strip()
    assert paper.title == paper.title.strip()
    assert paper.id.strip()
    for name in ("abstract", "id", "venue", "url", "doi", "arxiv_id", "organization"):
        assert isinstance(getattr(paper, name), str), name
    for name in ("authors", "author_ids", "ids", "references", "sources"):
        assert isinstance(getattr(paper, name), tuple), name
    for name, text in texts(paper):
        assert isinstance(text, str), name
        assert is_fit(name, text), (name, text)
        text.encode()
    assert paper.date is None or re.fullmatch(
        r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|--[0-9]{2}-[0-9]{2}", paper.date
    )
    assert paper.year is None or (type(paper.year) is int and 1 <= paper.year <= 9999)
    assert paper.author_count is None or (type(paper.author_count) is int and 0 <= paper.author_count < 2**31)
    assert not paper.author_ids or len(paper.author_ids) == len(paper.authors)
    assert all(paper.authors)
    assert not paper.url or _ADDRESS.fullmatch(paper.url) or "/" in paper.url, paper.url
    assert not re.match(r"(?i)\s*(?:javascript|data|vbscript|file|about)\s*:", paper.url)
