"""The custom attributes of a document, and its tokens as plain Python values."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from spacy.tokens import Doc

from litloom.extractors.evidence.span_decoding import TAG_COUNT, Floats32

ATTRIBUTES: Final[dict[str, Any]] = {
    "plain_tokens": None,
    "tag_scores": (),
    "intro_scores": (),
    "abbreviations": (),
    "known_spans": (),
    "concept_spans": (),
    "introduces": (),
    "concept_names": {},
}
"""What components leave in ``doc._``, with the defaults; see `add_scores` for the scores."""
_COLUMNS: Final[list[int | str]] = ["IDX", "LENGTH", "IS_SPACE"]

for _name, _default in ATTRIBUTES.items():
    Doc.set_extension(_name, default=_default, force=True)


class Tokens(NamedTuple):
    """A document's text, the character offsets of its tokens, and which tokens are white space."""

    text: str
    starts: list[int]
    ends: list[int]
    blank: list[bool]


def tokens_of(doc: Doc) -> Tokens:
    """Return the tokens of a document, which are cached: ``doc.text`` is built anew at each access.

    Examples
    --------
    >>> import spacy
    >>> tokens_of(spacy.blank("en")("We use BERT."))[:3]
    ('We use BERT.', [0, 3, 7, 11], [2, 6, 11, 12])
    """
    cached: Tokens | None = doc._.plain_tokens
    if cached is None or len(cached.starts) != len(doc):
        rows = doc.to_array(_COLUMNS).tolist()
        cached = doc._.plain_tokens = Tokens(
            doc.text,
            [start for start, _, _ in rows],
            [start + length for start, length, _ in rows],
            [bool(blank) for _, _, blank in rows],
        )
    return cached


def add_scores(doc: Doc, logits: Floats32) -> None:
    """Append the scores of one recogniser to ``doc._.tag_scores`` and ``doc._.intro_scores``.

    Of the logits, ``(n_tokens, TAG_COUNT + 1)``, the last column becomes the probability that a token is part
    of a name that the paper introduces, and the others become log-probabilities of the tags.
    """
    doc._.tag_scores = [*doc._.tag_scores, log_softmax(logits[:, :TAG_COUNT])]
    doc._.intro_scores = [*doc._.intro_scores, 1 / (1 + np.exp(-logits[:, TAG_COUNT]))]


def log_softmax(logits: Floats32) -> Floats32:
    """Return the log-probabilities of each row, ``(n_rows, n_classes)``."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    scores: Floats32 = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return scores
