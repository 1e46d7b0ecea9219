"""The corpus that comes with litloom: landmark papers, summarised in our own words."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import as_file, files

from litloom.readers import read_papers
from litloom.records import Paper


def sample_corpus() -> list[Paper]:
    """Return the bundled landmark papers of machine learning, systems and hardware.

    Examples
    --------
    >>> any(paper.title == "Attention Is All You Need" for paper in sample_corpus())
    True
    """
    with as_file(files("litloom") / "data" / "sample.jsonl") as path:
        return [replace(paper, sources=("litloom's sample corpus",)) for paper in read_papers(path)]
