"""Silver annotation: what a model finds in papers without annotation, to learn from beside the gold.

The pupil sees the text through dropout and the model that read it did not, so that the pupil can become the
better one (Xie et al. 2020, "Self-training with Noisy Student improves ImageNet classification").
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
from litloom.progress import Progress
from litloom.records import Extraction, Paper
from litloom.support.pools import cores


def sample(papers: Iterable[Paper], count: int, seed: int) -> list[Paper]:
    """Draw papers that have an abstract, each as probable as any other, in one pass over them.

    Parameters
    ----------
    papers
        Any number of papers; only `count` of them are held at a time (Vitter 1985, "Random Sampling with a
        Reservoir").
    count
        How many to draw.
    seed
        The same seed draws the same ones.

    Raises
    ------
    InputError
        Where there are fewer.

    Examples
    --------
    >>> papers = [Paper(title=str(n), abstract="x") for n in range(100)]
    >>> len(sample(papers, 5, seed=1)), sample(papers, 5, seed=1) == sample(papers, 5, seed=1)
    (5, True)
    """
    chance = random.Random(seed)
    with_abstract = (paper for paper in papers if paper.abstract)
    drawn = list(itertools.islice(with_abstract, count))
    if len(drawn) < count:
        raise InputError(
            "training", f"reads {count} papers without annotation; --unlabelled has {len(drawn)}"
        )
    for seen, paper in enumerate(with_abstract, count + 1):
        at = chance.randrange(seen)
        if at < count:
            drawn[at] = paper
    chance.shuffle(drawn)
    return drawn


def read_silver(papers: list[Paper], model: str | Path, path: Path, progress: Progress) -> list[GoldPaper]:
    """Let a model read papers, and return what it found as annotation.

    Parameters
    ----------
    papers
        What is read, by as many processes as there are cores.
    model
        The name or directory of the model.
    path
        The file that the annotation goes to, line by line; what it holds already is not read again.
    progress
        Progress callback.
    """
    done = _whole_lines(path)
    rest = papers[done:]
    with progress.stage("read papers without annotation", len(rest)) as advance, path.open("ab") as file:
        found = Extractor(model).extract(rest, processes=cores())
        for paper, extraction in zip(rest, found, strict=True):
            file.write(_line(paper, extraction))
            advance(1)
    return read_gold(path)


def _whole_lines(path: Path) -> int:
    """Return how many papers a file holds, and cut off what was half written."""
    data = path.read_bytes() if path.exists() else b""
    whole = data.rpartition(b"\n")
    if whole[2]:
        path.write_bytes(whole[0] + whole[1])
    return whole[0].count(b"\n") + bool(whole[1])


def _line(paper: Paper, extraction: Extraction) -> bytes:
    record = {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "mentions": list(dict.fromkeys((mention.text, mention.kind) for mention in extraction.mentions)),
        "introduces": extraction.introduces,
    }
    return json.dumps(record).encode("ascii") + b"\n"
