"""Evaluation of a model against annotation: precision, recall and F1, micro-averaged over all papers.

Strict: a mention is right if start, end and kind are. By name: each (name, kind) of a paper counts once.
`introduces` compares strings. The reliability table bins mentions by confidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from litloom.errors import InputError
from litloom.extractors.evaluation.gold import GoldPaper, Span, read_gold
from litloom.extractors.extractor import Extractor
from litloom.records import KINDS, Extraction

_BINS: Final = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001)
_DRAWS: Final = 2000
_ALL: Final = "All"
_NONE: Final = "none"
Name = tuple[str, str]
"""A surface string and its kind."""


@dataclass(slots=True)
class Counts:
    """Numbers of true positives (`right`), predictions (`found`) and annotations (`gold`)."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def add(self, found: set[Any], gold: set[Any]) -> None:
        """Count one paper."""
        self.right += len(found & gold)
        self.found += len(found)
        self.gold += len(gold)

    @property
    def precision(self) -> float:
        """Share of the predictions that are right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the annotations that were found."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 without annotations and predictions."""
        both = self.found + self.gold
        return 2 * self.right / both if both else 1.0

    def as_dict(self) -> dict[str, float | int]:
        """Return the figures by name, as in ``meta.json``."""
        figures = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        rounded = {name: round(figure, 4) for name, figure in figures.items()}
        return {**rounded, "gold": self.gold, "found": self.found}


@dataclass(slots=True)
class Evaluation:
    """The figures of one model on annotated papers.

    Attributes
    ----------
    strict, by_name, interval
        `Counts`, and the 95% bootstrap interval of the strict F1, under ``"All"`` and each kind.
    confusion
        By gold kind, then predicted kind (``"none"`` if there is none): the number of spans.
    misses, false_positives
        The most frequent ones: name, kind, number of papers.
    reliability
        Lowest and highest confidence of a bin, number of mentions, mean confidence, share that is right.
    """

    papers: int
    model: str
    strict: dict[str, Counts]
    by_name: dict[str, Counts]
    introduces: Counts
    confusion: dict[str, dict[str, int]]
    misses: list[tuple[str, str, int]]
    false_positives: list[tuple[str, str, int]]
    reliability: list[tuple[float, float, int, float, float]]
    interval: dict[str, tuple[float, float]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return all figures as values that JSON can hold."""
        columns = ("from", "to", "mentions", "confidence", "right")
        return {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "strict": {kind: counts.as_dict() for kind, counts in self.strict.items()},
            "by_name": {kind: counts.as_dict() for kind, counts in self.by_name.items()},
            "introduces": self.introduces.as_dict(),
            "reliability": [dict(zip(columns, row, strict=True)) for row in self.reliability],
        }


def evaluate(gold: str | Path | Sequence[GoldPaper], model: str | Path | Extractor = "default") -> Evaluation:
    """Evaluate a model (its name, its directory, or an `Extractor`) on annotated papers or a file of them."""
    papers = read_gold(gold) if isinstance(gold, str | Path) else list(gold)
    extractor = model if isinstance(model, Extractor) else Extractor(model)
    extractions = list(extractor.extract(paper.paper for paper in papers))
    return compare(papers, extractions, model=extractor.name)


def compare(gold: Sequence[GoldPaper], extractions: Sequence[Extraction], *, model: str = "") -> Evaluation:
    """Compare extractions with the annotation of the same papers, in the same order."""
    if len(gold) != len(extractions):
        raise InputError("gold", f"has {len(gold)} papers for {len(extractions)} extractions")
    groups = (_ALL, *KINDS)
    strict = {group: Counts() for group in groups}
    by_name = {group: Counts() for group in groups}
    introduces = Counts()
    confusion: Counter[tuple[str, str]] = Counter()
    missed: Counter[Name] = Counter()
    wrong: Counter[Name] = Counter()
    confidences: list[tuple[float, bool]] = []
    for paper, extraction in zip(gold, extractions, strict=True):
        wanted = set(paper.spans)
        found = _spans(extraction)
        _count(strict, found, wanted)
        names = {(m.text, m.kind) for m in extraction.mentions}
        wanted_names = {(paper.text[span.start : span.end], span.kind) for span in wanted}
        _count(by_name, names, wanted_names)
        introduces.add(set(extraction.introduces), set(paper.introduces))
        confusion.update(_kind_pairs(found, wanted))
        missed.update(wanted_names - names)
        wrong.update(names - wanted_names)
        confidences += [(m.confidence, Span(m.start, m.end, m.kind) in wanted) for m in extraction.mentions]
    labels = (*KINDS, _NONE)
    return Evaluation(
        papers=len(gold),
        model=model,
        strict=strict,
        by_name=by_name,
        introduces=introduces,
        confusion={one: {other: confusion[one, other] for other in labels} for one in labels},
        misses=_most_frequent(missed),
        false_positives=_most_frequent(wrong),
        reliability=reliability(confidences),
        interval={group: bootstrap(gold, extractions, group) for group in groups},
    )


def reliability(confidences: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int, float, float]]:
    """Bin mentions, each with whether it is right, by confidence; see `Evaluation.reliability`.

    Examples
    --------
    >>> reliability([(0.95, True), (0.93, True), (0.45, False)])
    [(0.4, 0.5, 1, 0.45, 0.0), (0.9, 1.0, 2, 0.94, 1.0)]
    """
    rows = []
    for low, high in pairwise(_BINS):
        inside = [(c, right) for c, right in confidences if low <= c < high]
        if inside:
            mean = sum(c for c, _ in inside) / len(inside)
            share = sum(right for _, right in inside) / len(inside)
            rows.append((low, round(high, 2), len(inside), round(mean, 3), round(share, 3)))
    return rows


def bootstrap(
    gold: Sequence[GoldPaper], extractions: Sequence[Extraction], group: str, *, seed: int = 0
) -> tuple[float, float]:
    """Return a 95% interval of the strict F1 by drawing papers with replacement (Efron 1979).

    `group` is ``"All"`` or a kind.
    """
    rows = []
    for paper, extraction in zip(gold, extractions, strict=True):
        wanted, found = (
            {span for span in spans if group in (_ALL, span.kind)}
            for spans in (paper.spans, _spans(extraction))
        )
        rows.append((len(found & wanted), len(found) + len(wanted)))
    counts = np.asarray(rows, dtype=np.float64).reshape(-1, 2)
    draws = np.random.default_rng(seed).integers(0, max(len(counts), 1), size=(_DRAWS, len(counts)))
    sums = counts[draws].sum(axis=1)
    scores = 2 * sums[:, 0] / np.maximum(sums[:, 1], 1)
    low, high = (round(float(np.quantile(scores, share)), 4) for share in (0.025, 0.975))
    return low, high


def _spans(extraction: Extraction) -> set[Span]:
    return {Span(m.start, m.end, m.kind) for m in extraction.mentions}


def _count(counts: Mapping[str, Counts], found: set[Any], gold: set[Any]) -> None:
    """Count one paper under all kinds and each; the kind is the last field of an item."""
    counts[_ALL].add(found, gold)
    for kind in KINDS:
        counts[kind].add({f for f in found if f[-1] == kind}, {g for g in gold if g[-1] == kind})


def _kind_pairs(found: set[Span], gold: set[Span]) -> Iterable[tuple[str, str]]:
    kinds = {span[:2]: span.kind for span in gold}
    for span in found:
        yield kinds.pop(span[:2], _NONE), span.kind
    for kind in kinds.values():
        yield kind, _NONE


def _most_frequent(names: Counter[Name], most: int = 15) -> list[tuple[str, str, int]]:
    ordered = sorted(names.items(), key=lambda item: (-item[1], item[0]))
    return [(name, kind, count) for (name, kind), count in ordered[:most]]
