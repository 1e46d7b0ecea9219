"""Pseudo-labels: what a model predicts for papers without annotation, as further training data.

The student is trained with dropout and the labelling model predicts without it, so that the student can
become better (Xie et al. 2020, "Self-training with Noisy Student improves ImageNet classification").
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable
from pathlib import Path

from litloom.errors import InputError
from litloom.extractors.evaluation.gold import GoldPaper, read_gold
from litloom.extractors.extractor import Extractor
from litloom.extractors.training.progress import Progress
from litloom.records import Extraction, Paper
from litloom.support.pools import cores


def sample(papers: Iterable[Paper], count: int, seed: int) -> list[Paper]:
    """Return a uniform random sample of the papers with an abstract, in random order.

    Only `count` papers are in memory at a time (Vitter 1985, "Random Sampling with a Reservoir"). The same
    seed gives the same sample.

    Raises
    ------
    InputError
        If there are fewer papers.

    Examples
    --------
    >>> papers = [Paper(title=str(n), abstract="x") for n in range(100)]
    >>> len(sample(papers, 5, seed=1)), sample(papers, 5, seed=1) == sample(papers, 5, seed=1)
    (5, True)
    """
    generator = random.Random(seed)
    with_abstract = (paper for paper in papers if paper.abstract)
    drawn = list(itertools.islice(with_abstract, count))
    if len(drawn) < count:
        raise InputError(
            "training", f"reads {count} papers without annotation; --unlabelled has {len(drawn)}"
        )
    for seen, paper in enumerate(with_abstract, count + 1):
        at = generator.randrange(seen)
        if at < count:
            drawn[at] = paper
    generator.shuffle(drawn)
    return drawn


def pseudo_labels(papers: list[Paper], model: str | Path, path: Path, progress: Progress) -> list[GoldPaper]:
    """Return papers with a model's predictions as annotation; all cores are used.

    They are written to a file, one paper a line; papers that it holds already are not processed again.
    """
    rest = papers[_complete_lines(path) :]
    with progress.stage("pseudo-labels", len(rest)) as advance, path.open("ab") as file:
        extractions = Extractor(model).extract(rest, processes=cores())
        for paper, extraction in zip(rest, extractions, strict=True):
            file.write(_line(paper, extraction))
            advance("")
    return read_gold(path)


def _complete_lines(path: Path) -> int:
    """Return the number of complete lines of a file, and cut off an incomplete one."""
    data = path.read_bytes() if path.exists() else b""
    end = data.rfind(b"\n") + 1
    if end < len(data):
        path.write_bytes(data[:end])
    return data.count(b"\n")


def _line(paper: Paper, extraction: Extraction) -> bytes:
    record = {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "mentions": list(dict.fromkeys((mention.text, mention.kind) for mention in extraction.mentions)),
        "introduces": extraction.introduces,
    }
    return json.dumps(record).encode("ascii") + b"\n"
