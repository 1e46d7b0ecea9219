"""The text and the tokens of a document as plain values, taken from spaCy once for all components."""

from __future__ import annotations

from typing import Final, NamedTuple

from spacy.tokens import Doc

_COLUMNS: Final[list[int | str]] = ["IDX", "LENGTH", "IS_SPACE"]

if not Doc.has_extension("plain_tokens"):
    Doc.set_extension("plain_tokens", default=None)


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
    known: Tokens | None = doc._.plain_tokens
    if known is None or len(known.starts) != len(doc):
        rows = doc.to_array(_COLUMNS).tolist()
        known = doc._.plain_tokens = Tokens(
            doc.text,
            [start for start, _, _ in rows],
            [start + length for start, length, _ in rows],
            [bool(blank) for _, _, blank in rows],
        )
    return known
