"""How well a model finds what careful readers found.

Strict: a mention is right where start, end and kind all are. By name: each (name, kind) of a paper counts
once. Micro-averages pool all papers. `introduces` compares the strings. The reliability table sorts mentions
by how sure the model says it is, and tells how often it is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from litloom.errors import InputError
from litloom.extractors.evaluation.gold import GoldPaper, Span
from litloom.extractors.extractor import Extractor
from litloom.records import KINDS, Extraction

_BINS: Final = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001)
_DRAWS: Final = 2000


@dataclass(slots=True)
class Counts:
    """What was right, what was found, and what there was to find."""

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
        """Share of what was found that is right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of what there was that was found."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where there was nothing and nothing was found."""
        both = self.found + self.gold
        return 2 * self.right / both if both else 1.0

    def as_dict(self) -> dict[str, float | int]:
        """Return the figures by name."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "gold": self.gold,
            "found": self.found,
        }


@dataclass(slots=True)
class Evaluation:
    """The figures of one model on one gold file.

    Attributes
    ----------
    strict, by_name
        `Counts` under ``"All"`` and each kind.
    introduces
        `Counts` of introduced names.
    confusion
        How often a gold kind (or none) met a found kind (or none) at the same place.
    misses, inventions
        The names missed and invented most, with their kinds.
    reliability
        Rows of (lowest confidence, highest, mentions, mean confidence, share right).
    interval
        95% bootstrap interval over papers of the strict F1, for ``"All"`` and each kind.
    """

    papers: int
    model: str
    strict: dict[str, Counts]
    by_name: dict[str, Counts]
    introduces: Counts
    confusion: dict[str, dict[str, int]]
    misses: list[tuple[str, str, int]]
    inventions: list[tuple[str, str, int]]
    reliability: list[tuple[float, float, int, float, float]]
    interval: dict[str, tuple[float, float]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return all figures as plain values."""
        return {
            "model": self.model,
            "papers": self.papers,
            "strict": {kind: counts.as_dict() for kind, counts in self.strict.items()},
            "by_name": {kind: counts.as_dict() for kind, counts in self.by_name.items()},
            "introduces": self.introduces.as_dict(),
            "interval": {kind: list(bounds) for kind, bounds in self.interval.items()},
            "confusion": self.confusion,
            "misses": [list(row) for row in self.misses],
            "inventions": [list(row) for row in self.inventions],
            "reliability": [
                dict(zip(("from", "to", "mentions", "confidence", "right"), row, strict=True))
                for row in self.reliability
            ],
        }


def evaluate(gold: str | Path | Sequence[GoldPaper], model: str | Path | Extractor = "default") -> Evaluation:
    """Run a model over annotated papers and compare.

    Parameters
    ----------
    gold
        An annotated file, or its papers.
    model
        A model's name or directory, or an `Extractor`.
    """
    from litloom.extractors.evaluation.gold import read_gold

    papers = read_gold(gold) if isinstance(gold, str | Path) else list(gold)
    extractor = model if isinstance(model, Extractor) else Extractor(model)
    extractions = list(extractor.extract(paper.paper for paper in papers))
    return compare(papers, extractions, model=extractor.name)


def compare(gold: Sequence[GoldPaper], extractions: Sequence[Extraction], *, model: str = "") -> Evaluation:
    """Compare extractions with the annotation of the same papers, in the same order."""
    if len(gold) != len(extractions):
        raise InputError("gold", f"has {len(gold)} papers for {len(extractions)} extractions")
    groups = ("All", *KINDS)
    strict = {group: Counts() for group in groups}
    by_name = {group: Counts() for group in groups}
    introduces = Counts()
    confusion: Counter[tuple[str, str]] = Counter()
    missed: Counter[tuple[str, str]] = Counter()
    invented: Counter[tuple[str, str]] = Counter()
    sure: list[tuple[float, bool]] = []
    for paper, extraction in zip(gold, extractions, strict=True):
        wanted = set(paper.spans)
        found = {Span(m.start, m.end, m.kind) for m in extraction.mentions}
        _count(strict, found, wanted)
        names = {(m.text, m.kind) for m in extraction.mentions}
        wanted_names = {(paper.text[span.start : span.end], span.kind) for span in wanted}
        _count(by_name, names, wanted_names)
        introduces.add(set(extraction.introduces), set(paper.introduces))
        confusion.update(_confused(found, wanted))
        missed.update(wanted_names - names)
        invented.update(names - wanted_names)
        sure += [(m.confidence, Span(m.start, m.end, m.kind) in wanted) for m in extraction.mentions]
    return Evaluation(
        papers=len(gold),
        model=model,
        strict=strict,
        by_name=by_name,
        introduces=introduces,
        confusion=_as_table(confusion),
        misses=_commonest(missed),
        inventions=_commonest(invented),
        reliability=reliability(sure),
        interval={group: bootstrap(gold, extractions, group) for group in groups},
    )


def reliability(sure: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int, float, float]]:
    """Sort mentions by confidence, and tell for each range how often they are right.

    Examples
    --------
    >>> reliability([(0.95, True), (0.93, True), (0.45, False)])
    [(0.4, 0.5, 1, 0.45, 0.0), (0.9, 1.0, 2, 0.94, 1.0)]
    """
    rows = []
    for low, high in pairwise(_BINS):
        inside = [(c, right) for c, right in sure if low <= c < high]
        if inside:
            mean = sum(c for c, _ in inside) / len(inside)
            share = sum(right for _, right in inside) / len(inside)
            rows.append((low, round(high, 2), len(inside), round(mean, 3), round(share, 3)))
    return rows


def bootstrap(
    gold: Sequence[GoldPaper], extractions: Sequence[Extraction], group: str, *, seed: int = 0
) -> tuple[float, float]:
    """Return a 95% interval of the strict F1 by drawing papers with replacement (Efron 1979)."""
    rows = []
    for paper, extraction in zip(gold, extractions, strict=True):
        wanted = {span for span in paper.spans if group in ("All", span.kind)}
        found = {Span(m.start, m.end, m.kind) for m in extraction.mentions if group in ("All", m.kind)}
        rows.append((len(found & wanted), len(found) + len(wanted)))
    counts = np.asarray(rows, dtype=np.float64).reshape(-1, 2)
    draws = np.random.default_rng(seed).integers(0, max(len(counts), 1), size=(_DRAWS, len(counts)))
    sums = counts[draws].sum(axis=1)
    scores = 2 * sums[:, 0] / np.maximum(sums[:, 1], 1)
    return round(float(np.quantile(scores, 0.025)), 4), round(float(np.quantile(scores, 0.975)), 4)


def _count(counts: Mapping[str, Counts], found: set[Any], gold: set[Any]) -> None:
    """Count one paper under its kinds, which stand last in each item."""
    counts["All"].add(found, gold)
    for kind in KINDS:
        counts[kind].add({f for f in found if f[-1] == kind}, {g for g in gold if g[-1] == kind})


def _confused(found: set[Span], gold: set[Span]) -> Iterable[tuple[str, str]]:
    kinds = {span[:2]: span.kind for span in gold}
    for span in found:
        yield kinds.pop(span[:2], "none"), span.kind
    for kind in kinds.values():
        yield kind, "none"


def _as_table(confusion: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    labels = (*KINDS, "none")
    return {gold: {found: confusion[gold, found] for found in labels} for gold in labels}


def _commonest(names: Counter[tuple[str, str]], most: int = 15) -> list[tuple[str, str, int]]:
    ordered = sorted(names.items(), key=lambda item: (-item[1], item[0]))
    return [(name, kind, count) for (name, kind), count in ordered[:most]]
