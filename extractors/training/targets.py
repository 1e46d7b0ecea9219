"""Training targets of the recognisers: probabilities per token, from annotation or from a teacher."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from litloom.extractors.components.cnn import OUTPUTS
from litloom.extractors.evaluation.gold import GoldPaper
from litloom.extractors.evidence.span_decoding import TAG_COUNT, encode
from litloom.records import KINDS

Targets: TypeAlias = NDArray[np.float16]
"""``(n_tokens, OUTPUTS)``: the probability of each tag, and that of being part of an introduced name."""


class SoftLabelledPaper(NamedTuple):
    """The text of a paper with a teacher's probabilities for its first tokens."""

    text: str
    targets: Targets


TrainingPaper: TypeAlias = GoldPaper | SoftLabelledPaper


def targets_of(doc: Doc, paper: TrainingPaper) -> Targets:
    """Return the targets of a paper, tokenized as `doc`; a teacher's may be of fewer tokens.

    The few annotated mentions that begin or end within a token (most of them in addresses) are left out.
    """
    if isinstance(paper, SoftLabelledPaper):
        return paper.targets
    targets = np.zeros((len(doc), OUTPUTS), dtype=np.float16)
    spans = []
    for start, end, kind in paper.spans:
        span = doc.char_span(start, end)
        if span is not None:
            spans.append((span.start, span.end, KINDS.index(kind)))
            targets[span.start : span.end, TAG_COUNT] = span.text in paper.introduces
    targets[np.arange(len(doc)), encode(spans, len(doc))] = 1
    return targets
