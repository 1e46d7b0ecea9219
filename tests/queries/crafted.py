"""A graph made to be awkward: ties everywhere, years missing, all scripts, stubs, equal titles."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litloom import Extraction, Mention, Paper
from litloom.graph.tables import GraphTables
from litloom.graph.weave import weave
from litloom.records import Kind

CONCEPTS: Sequence[tuple[str, Kind]] = (
    ("Alphanet", "Method"),
    ("alphanet prime", "Method"),
    ("Bénard Flow", "Method"),
    ("\uff3ade Solver", "Method"),
    ("\U0001f600Net", "Method"),
    ("Orrery", "Method"),
    ("O'Hara Trees", "Method"),
    ("Quilt-12", "Dataset"),
    ("Quilt-48", "Dataset"),
    ("Saltmarsh", "Dataset"),
    ("Cobalt Accelerator", "Hardware"),
    ("Zephyr Chip", "Hardware"),
    ("steadiness", "Metric"),
    ("brightness", "Metric"),
    ("weft prediction", "Task"),
    ("thread counting", "Task"),
)
TITLES = (
    "Weaving",
    "weaving",
    "Ünder the Loom",
    "\uff37eaving",
    "\U0001f9f5 Threads",
    "A Loom",
    "Zigzag",
    "Émile's Loom",
)
VENUES = ("LOOM", "Loom Letters", "", "ÉTOFFE")
AUTHORS = ("Ada Poe", "Bo Li", "Çelik Ö.", "Dee Moss", "\uff25ve Ray")
PAPERS = 60


@dataclass(frozen=True)
class World:
    """The tables of the graph as plain dicts."""

    papers: dict[str, dict[str, Any]]
    concepts: dict[str, dict[str, Any]]
    authors: dict[str, dict[str, Any]]
    edges: dict[str, dict[tuple[str, str], dict[str, Any]]]

    @property
    def known(self) -> dict[str, dict[str, Any]]:
        """The papers that are no stubs."""
        return {id: paper for id, paper in self.papers.items() if paper["known"]}  # noqa: A001

    def mentioned(self, paper: str) -> set[str]:
        """Ids of a paper's concepts."""
        return {concept for one, concept in self.edges["MENTIONS"] if one == paper}

    def mentioning(self, concept: str) -> set[str]:
        """Ids of a concept's papers."""
        return {paper for paper, one in self.edges["MENTIONS"] if one == concept}


def crafted_tables() -> GraphTables:
    """Return the graph, woven from papers and what is said to be found in them."""
    draw = random.Random(11)
    papers, extractions = [], []
    for number in range(PAPERS):
        named = draw.sample(range(len(CONCEPTS)), draw.choice((0, 1, 3, 4, 5)))
        paper = Paper(
            id=f"p{number:02}{draw.choice(('', 'é', chr(0x1F9F6)))}",
            title=draw.choice(TITLES) + draw.choice(("", f" {number % 7}", f": Part {number % 3}")),
            abstract=" ".join(f"It has {CONCEPTS[i][0]}." for i in named),
            year=draw.choice((None, 2019, 2020, 2021, 2022, 2023)),
            venue=draw.choice(VENUES),
            authors=tuple(draw.sample(AUTHORS, draw.choice((0, 1, 2)))),
            references=tuple(
                draw.sample([*(p.id for p in papers), "An Unknown Work", "doi:10.1/stub"], min(number, 5))
            ),
        )
        papers.append(paper)
        introduces = (CONCEPTS[named[0]][0],) if named and draw.random() < 0.25 else ()
        mentions = tuple(
            _mention(paper, *CONCEPTS[i])
            for i in sorted(named, key=lambda i: paper.text.index(f" {CONCEPTS[i][0]}."))
        )
        extractions.append(Extraction(paper_id=paper.id, mentions=mentions, introduces=introduces))
    about = {"version": "0", "model": "none", "fingerprint": "crafted", "corrections": ""}
    return weave(papers, extractions, about=about)


def _mention(paper: Paper, name: str, kind: Kind) -> Mention:
    start = paper.text.index(f" {name}.") + 1
    return Mention(start, start + len(name), name, kind, 0.9, name, f"It has {name}.")


def world(tables: GraphTables) -> World:
    """Return tables as plain dicts."""
    nodes = {label: {row["id"]: row for row in table.to_pylist()} for label, table in tables.nodes.items()}
    edges: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    for (relationship, _, _), table in tables.edges.items():
        found = edges.setdefault(relationship, {})
        found.update({(row["from"], row["to"]): row for row in table.to_pylist()})
    concepts = {
        identifier: row
        for label, rows in nodes.items()
        for identifier, row in rows.items()
        if label not in ("Paper", "Author", "Litloom")
    }
    return World(nodes["Paper"], concepts, nodes.get("Author", {}), edges)
