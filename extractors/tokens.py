"""The text and the tokens of a document as plain values, taken from spaCy once for all components."""

from __future__ import annotations

from typing import Final, NamedTuple

from spacy.tokens import Doc

_KEY: Final = "litloom_tokens"
_COLUMNS: Final[list[int | str]] = ["IDX", "LENGTH", "IS_SPACE"]


class Tokens(NamedTuple):
    """A document's text, where its tokens start and end in it, and which of them are only spaces."""

    text: str
    starts: list[int]
    ends: list[int]
    blank: list[bool]


def tokens_of(doc: Doc) -> Tokens:
    """Return the tokens of a document; `doc.text` alone would walk over all of them at each call.

    Examples
    --------
    >>> import spacy
    >>> tokens_of(spacy.blank("en")("We use BERT."))[:3]
    ('We use BERT.', [0, 3, 7, 11], [2, 6, 11, 12])
    """
    known = doc.user_data.get(_KEY)
    if known is None or len(known[1]) != len(doc):
        rows = doc.to_array(_COLUMNS).tolist()
        known = doc.user_data[_KEY] = (
            doc.text,
            [start for start, _, _ in rows],
            [start + length for start, length, _ in rows],
            [bool(blank) for _, _, blank in rows],
        )
    return Tokens(*known)
