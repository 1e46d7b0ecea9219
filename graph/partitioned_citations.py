"""Weaving by partition, fifth: what cites what.

Every part names what it looks for (identifiers, titles, surnames) and what its own papers go by; where both
meet, the part is told of the papers that may be meant. Among these it finds its citations as
`litloom.graph.citations` and `litloom.graph.text_citations` find them among all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from litloom.graph.citations import Stub, citations
from litloom.graph.nodes import stub_properties
from litloom.graph.partitioned import PartTask, Task
from litloom.graph.tables import Row
from litloom.graph.text_citations import cited_works, first_surnames, text_citations
from litloom.graph.weave import citation_rows
from litloom.paper_keys import canonical_id, identifiers
from litloom.records import Paper
from litloom.titles import title_key, title_words, typo_keys

IDENTIFIER: Final = "#"
TITLE: Final = "="
SURNAME: Final = "@"
"""What a key begins with, by what it is."""
OTHERS: Final = 2
"""Papers of a surname that are told of in any year, since it counts whether there is more than one."""


def count_references(task: PartTask) -> int:
    """Return how many references the papers of a part have."""
    return sum(len(paper.references) for paper in task.papers())


def want_works(task: PartTask) -> None:
    """Say what the papers of a part look for and go by; `task.given` tells whether any has references."""
    rows: list[Row] = []
    for paper in task.papers():
        rows += ({"key": SURNAME + name, **_cited(paper)} for name in first_surnames(paper) if paper.year)
        if task.given:
            rows += ({"key": key, "id": paper.id, "title": paper.title} for key in sorted(_names(paper)))
    wanted = {want for paper in task.papers() for want in _wanted(paper)}
    rows += ({"key": key, "year": year, "part": task.number} for key, year in sorted(wanted, key=repr))
    task.plan.write("wanted", f"{task.number:06}", rows)


def offer_works(task: Task) -> None:
    """Tell every part of the papers that go by what it looks for."""
    offered: dict[str, list[dict[str, Any]]] = defaultdict(list)
    asked: dict[tuple[str, int], set[int | None]] = defaultdict(set)
    for row in task.plan.read("wanted", task.number):
        if row["part"] is None:
            offered[row["key"]].append(row)
        else:
            asked[row["key"], row["part"]].add(row["year"])
    rows = (
        {**work, "part": part}
        for (key, part), years in asked.items()
        for place, work in enumerate(offered.get(key, ()))
        if place < OTHERS or None in years or any(abs(work["published"] - (year or 0)) <= 1 for year in years)
    )
    task.plan.write("candidates", f"{task.number:06}", rows)


def write_citations(task: PartTask) -> None:
    """Write what the papers of a part cite, and hand on the works among it that no part has."""
    named: dict[str, Paper] = {}
    by_author: dict[str, Paper] = {}
    for row in task.plan.read("candidates", task.number):
        if row["key"].startswith(SURNAME):
            by_author[row["id"]] = _paper(row)
        else:
            known = named.setdefault(row["id"], Paper(id=row["id"], title=row["title"]))
            if row["key"].startswith(IDENTIFIER):
                identifier = row["key"].removeprefix(IDENTIFIER)
                named[row["id"]] = replace(known, ids=(*known.ids, identifier))
    papers = task.papers()
    cited = citations(papers, _sorted(named.values()))
    found = citation_rows(cited.pairs, text_citations(papers, _sorted(by_author.values())))
    task.plan.write_edges(("CITES", "Paper", "Paper"), task.number, found)
    task.plan.write(
        "stubs", f"{task.number:06}", ({"id": stub.id, "title": stub.title} for stub in cited.stubs)
    )


def write_stubs(task: Task) -> None:
    """Write the works of a bucket that are cited only; `task.given` is the number of parts of papers."""
    titles: dict[str, str] = {}
    for row in task.plan.read("stubs", task.number):
        titles[row["id"]] = min(row["title"], titles.get(row["id"], row["title"]))
    stubs = (Stub(identifier, title) for identifier, title in sorted(titles.items()))
    task.plan.write_nodes("Paper", task.given + task.number, map(stub_properties, stubs))


def _names(paper: Paper) -> set[str]:
    words = title_words(paper.title)
    return {IDENTIFIER + name for name in (*identifiers(paper), paper.id)} | _title_keys(words)


def _wanted(paper: Paper) -> Iterator[tuple[str, int | None]]:
    for reference in paper.references:
        for key in (IDENTIFIER + canonical_id(reference), IDENTIFIER + reference):
            yield key, None
        for key in _title_keys(title_words(reference)):
            yield key, None
    for readings, _ in cited_works(paper.abstract):
        for work in readings:
            yield SURNAME + work.surnames[0], work.year


def _title_keys(words: tuple[str, ...]) -> set[str]:
    return {TITLE + repr(key) for key in filter(None, (title_key(words), *typo_keys(words)))}


def _cited(paper: Paper) -> dict[str, Any]:
    return {
        "id": paper.id,
        "title": paper.title,
        "published": paper.year,
        "authors": paper.authors,
        "venue": paper.venue,
    }


def _paper(row: Row) -> Paper:
    return Paper(
        id=row["id"],
        title=row["title"],
        year=row["published"],
        authors=tuple(row["authors"]),
        venue=row["venue"],
    )


def _sorted(papers: Iterable[Paper]) -> list[Paper]:
    return sorted(papers, key=lambda paper: paper.id)
