"""What a recogniser learns to say of each token: what annotators marked, or what a teacher thinks of it.

A teacher's doubts tell more than its verdicts (Hinton, Vinyals & Dean 2015, "Distilling the Knowledge in a
Neural Network"), so that both are probabilities: of each tag of `tagging`, then of being introduced.
"""

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
"""Tokens by outputs of a recogniser: probabilities."""


class Taught(NamedTuple):
    """A paper without annotation, and what a teacher says of its first tokens."""

    text: str
    targets: Targets


Lesson: TypeAlias = GoldPaper | Taught


def targets_of(doc: Doc, lesson: Lesson) -> Targets:
    """Return what is to be said of each token; of the last ones, a teacher may have said nothing."""
    return lesson.targets if isinstance(lesson, Taught) else _annotated(doc, lesson)


def _annotated(doc: Doc, paper: GoldPaper) -> Targets:
    """Be sure of what was annotated.

    The few mentions that begin or end within a token (most of them in addresses) are left out.
    """
    targets = np.zeros((len(doc), OUTPUTS), dtype=np.float16)
    spans = []
    for start, end, kind in paper.spans:
        span = doc.char_span(start, end)
        if span is not None:
            spans.append((span.start, span.end, KINDS.index(kind)))
            targets[span.start : span.end, TAG_COUNT] = span.text in paper.introduces
    targets[np.arange(len(doc)), encode(spans, len(doc))] = 1
    return targets
