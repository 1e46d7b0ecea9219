"""Files of papers for `scale`: parts of a corpus, and papers that are not in it."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from litloom.records import Paper

NOT_WRITTEN = ("author_count", "organization", "sources")


def spread(papers: Sequence[Paper], count: int) -> list[Paper]:
    """Return so many papers, evenly spread, so that a part has the years and fields of the whole.

    The longest is among them: memory depends on it, and parts are compared with the whole.
    """
    chosen = [at * len(papers) // count for at in range(count)]
    longest = max(range(len(papers)), key=lambda at: len(papers[at].text))
    chosen[bisect_right(chosen, longest) - 1] = longest
    return [papers[at] for at in chosen]


def made_up(papers: Sequence[Paper], count: int) -> list[Paper]:
    """Return papers that are not among these: the first half of one, and the second half of another."""
    total = len(papers)
    pairs = ((papers[797 * at % total], papers[(1009 * at + 1) % total]) for at in range(count))
    return [
        Paper(
            id=f"made-up:{number}",
            title=_joined(first.title, second.title),
            abstract=_joined(first.abstract, second.abstract),
            year=first.year,
        )
        for number, (first, second) in enumerate(pairs)
    ]


def write(path: Path, papers: Iterable[Paper]) -> None:
    """Write papers as JSON Lines that litloom reads."""
    with path.open("w", encoding="utf-8") as file:
        for paper in papers:
            known = {key: value for key, value in asdict(paper).items() if value and key not in NOT_WRITTEN}
            file.write(json.dumps(known) + "\n")


def _joined(first: str, second: str) -> str:
    head, tail = first.split(), second.split()
    return " ".join([*head[: (len(head) + 1) // 2], *tail[len(tail) // 2 :]])
