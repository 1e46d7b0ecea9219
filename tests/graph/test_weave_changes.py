"""Weaving what changed gives the graph that weaving all of it gives, row for row."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from litloom import Paper
from litloom.extractors import Extractor
from litloom.graph.change import GraphChange
from litloom.graph.corrections import Corrections, parse_corrections
from litloom.graph.reweave import as_tables, reweave
from litloom.graph.tables import GraphTables
from litloom.graph.weave import weave
from litloom.graph.woven import Woven
from litloom.graph.woven_file import keep_only, read_woven, write_woven
from litloom.records import Extraction
from tests.test_growth import NAMES as NAMES_THAT_GROW
from tests.test_growth import read_marked

ABOUT = {"version": "1", "model": "marked", "fingerprint": "f", "corrections": ""}
SHARED = Path(__file__).parents[2] / "../shared/corpus/conference-papers.jsonl.gz"

Graph = dict[Any, dict[Any, dict[str, Any]]]
"""Rows of nodes by label and id, and of edges by their key and ends."""


def read(papers: Iterable[Paper]) -> Mapping[str, Extraction]:
    return {one.paper_id: one for one in read_marked(papers)}


def rows(tables: GraphTables) -> Graph:
    nodes = {label: {row["id"]: row for row in table.to_pylist()} for label, table in tables.nodes.items()}
    edges = {
        key: {(row["from"], row["to"]): row for row in table.to_pylist()}
        for key, table in tables.edges.items()
    }
    return {name: found for name, found in (nodes | edges).items() if found}


def apply(graph: Graph, change: GraphChange) -> Graph:
    """Return the graph after a change, which must name nothing that is not there, and add nothing that is."""
    graph = {name: dict(found) for name, found in graph.items()}
    for key, table in change.removed_edges.items():
        for row in table.to_pylist():
            del graph[key][row["from"], row["to"]]
    for label, ids in change.removed_nodes.items():
        for identifier in ids:
            del graph[label][identifier]
    for label, table in change.changed_nodes.items():
        for row in table.to_pylist():
            assert row["id"] in graph[label]
            graph[label][row["id"]] = row
    added = rows(GraphTables(dict(change.added_nodes), dict(change.added_edges)))
    for name, found in added.items():
        assert not graph.setdefault(name, {}).keys() & found.keys()
        graph[name].update(found)
    return {name: found for name, found in graph.items() if found}


@dataclass
class Growing:
    """A graph that changes, compared after each change with that of one weaving."""

    corrections: Corrections = field(default_factory=Corrections)
    papers: dict[str, Paper] = field(default_factory=dict)
    graph: Graph = field(default_factory=dict)
    woven: Woven | None = None
    asked: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def change(self, *papers: Paper, without: Iterable[str] = ()) -> Graph:
        """Add papers, or put them in the place of those with their ids; take others out."""
        before = dict(self.papers)
        for identifier in without:
            self.papers.pop(identifier, None)
        self.papers |= {paper.id: paper for paper in papers}
        changed = {key for key, paper in self.papers.items() if before.get(key, paper) != paper}
        self.asked, self.read = [], []

        def ask(wanted: Sequence[Paper]) -> Mapping[str, Extraction]:
            self.asked += [paper.id for paper in wanted]
            return read(wanted)

        held = list(self.papers.values())
        made = reweave(
            self.woven, self.papers, self.of, changed, ask, about=ABOUT, corrections=self.corrections
        )
        found = list(read(held).values())
        whole = rows(weave(held, found, about=ABOUT, corrections=self.corrections))
        if self.woven is None:
            self.graph = rows(as_tables(made.change))
        else:
            self.graph = apply(self.graph, made.change)
        assert self.graph == whole
        self.woven = made.woven
        return self.graph

    def of(self, ids: Sequence[str]) -> list[Paper]:
        """Return papers by their ids."""
        self.read += ids
        return [self.papers[identifier] for identifier in ids]


def paper(identifier: str, abstract: str, title: str = "A Study", **known: Any) -> Paper:
    return Paper(id=identifier, title=title, abstract=abstract, **known)


NAMES = (
    *NAMES_THAT_GROW,
    "portrait matting",
    "portrait image matting",
    "wool-net",
    "woolnet",
    "Wool net",
    "ResNet-2",
    "low rank",
)
SENTENCES = (
    "A probabilistic circuit (PC) is used.",
    "Point clouds (PCs) are used.",
    "It is predictive coding (PC).",
    "We follow Poe et al. (2020).",
    "After (Fox and Poe, 2021).",
)
AUTHORS: tuple[tuple[str, ...], ...] = (
    (),
    ("Ada Poe", "Bo Fox"),
    ("Bo Fox", "Ada Poe"),
    ("Poe, Ada",),
    ("Cy Ash",),
)
CORRECTIONS = """
same: [[robot swarm, wool net]]
apart: [[ResNet, ResNet-50]]
kind: {CIFAR-10: Dataset}
variant: {PC: ResNet}
drop: [ResNet-101]
"""


def drawn(draw: random.Random, ids: Sequence[str]) -> Paper:
    """Return a paper as chance has it."""
    said = [
        draw.choice(SENTENCES)
        if draw.random() < 0.4
        else f"|{draw.choice(NAMES)}/{draw.choice(['Method', 'Dataset', 'Task'])}{draw.choice(['', '!'])}|."
        for _ in range(draw.randrange(5))
    ]
    return Paper(
        id=draw.choice(ids),
        title=draw.choice(["Looms", "Looms of Yarn and Wool", "On Robots", "|ResNet-50/Method!| at Work"]),
        abstract=" ".join(said),
        year=draw.choice([2020, 2021, None]),
        authors=draw.choice(AUTHORS),
        references=tuple(
            draw.choices(["p0", "p1", "doi:10.1/x", "looms", "A Lost Work"], k=draw.randrange(3))
        ),
        sources=draw.choice([("a.bib",), ("b.bib",), ("a.bib", "b.bib")]),
    )


@pytest.mark.parametrize("corrections", ["", CORRECTIONS], ids=["", "corrected"])
@pytest.mark.parametrize("seed", range(12))
def test_any_changes_one_after_the_other(seed: int, corrections: str) -> None:
    draw = random.Random(seed)
    ids = [f"p{number}" for number in range(draw.choice([4, 9, 30]))]
    growing = Growing(parse_corrections(corrections, "these"))
    for _ in range(5):
        new = [drawn(draw, ids) for _ in range(draw.randrange(1, len(ids)))]
        gone = draw.sample(sorted(growing.papers), min(len(growing.papers), draw.randrange(4)))
        growing.change(*new, without=gone)
    growing.change(without=ids)


def test_a_name_of_one_paper_becomes_that_of_two() -> None:
    """A phrase that a paper shortens is its own shortening only as long as nobody else has it."""
    growing = Growing()
    growing.change(
        paper("a", "|portrait image matting/Task| |portrait matting/Task|"), paper("z", "|Yarn/Task|")
    )
    assert set(growing.graph["Task"]) == {"task:portrait-image-matting", "task:yarn"}
    growing.change(paper("b", "|portrait matting/Task|"))
    assert len(growing.graph["Task"]) == 3
    growing.change(without=["b"])
    assert len(growing.graph["Task"]) == 2


def test_what_an_abbreviation_means_turns_in_papers_that_nobody_touched() -> None:
    growing = Growing()
    loom, lamb = "A quantum loom (QLM) weaves. |QLM/Method|", "A quiet lamb (QLM) is here. |QLM/Method|"
    old = [paper(f"l{number}", loom) for number in range(3)]
    growing.change(*old, paper("u", "|QLM/Method|"))
    assert edge_targets(growing, "u") == {"method:quantum-loom"}
    growing.change(*(paper(f"m{number}", lamb) for number in range(9)))
    assert edge_targets(growing, "u") == {"method:quiet-lamb"}
    assert "l0" not in growing.asked
    growing.change(without=[f"m{number}" for number in range(9)])
    assert edge_targets(growing, "u") == {"method:quantum-loom"}


def edge_targets(growing: Growing, identifier: str) -> set[str]:
    return {
        to
        for key, found in growing.graph.items()
        if key[0] == "MENTIONS"
        for start, to in found
        if start == identifier
    }


def test_run_together_names_are_joined_by_a_newcomer() -> None:
    growing = Growing()
    growing.change(
        paper("a", "|wool silk/Method|"), paper("b", "|wool silk/Method|"), paper("c", "|felt/Method|")
    )
    growing.change(paper("d", "|woolsilk/Method|"))
    assert (
        set(growing.graph["Method"]) == {"method:wool-silk", "method:felt"}
        or len(growing.graph["Method"]) == 2
    )
    growing.change(*(paper(f"e{number}", "|woolsilk/Method|") for number in range(4)))
    assert len(growing.graph["Method"]) == 2


def test_a_kind_turns_and_splits_and_is_one_again() -> None:
    growing = Growing()
    growing.change(*(paper(f"a{number}", "|Wool/Method| |Yarn/Task|") for number in range(4)))
    growing.change(*(paper(f"b{number}", "|Wool/Dataset|") for number in range(5)))
    assert "dataset:wool" in growing.graph["Dataset"]
    growing.change(*(paper(f"c{number}", "|Wool/Method|") for number in range(8)))
    growing.change(*(paper(f"d{number}", "|Wool/Dataset|") for number in range(5)))
    assert growing.graph["Dataset"]["dataset:wool"]["paper_count"] == 10
    assert growing.graph["Method"]["method:wool"]["paper_count"] == 12
    growing.change(without=[f"d{number}" for number in range(5)])
    assert "Dataset" not in growing.graph


def test_a_renamed_concept_is_renamed_in_edges_between_papers() -> None:
    growing = Growing()
    growing.change(
        paper("a", "|Wool-2/Method!|", year=2020),
        paper("b", "|Wool-2/Method| |Silk/Task|", year=2021),
        paper("c", "|Silk/Task|", year=2021),
    )
    growing.change(*(paper(f"d{number}", "|wool 2/Method|") for number in range(4)))
    shared = growing.graph["SHARES_CONCEPTS", "Paper", "Paper"]
    assert shared["a", "b"]["shared"] == ["wool 2"]


def test_who_introduced_a_concept_arrives_late_and_goes() -> None:
    growing = Growing()
    growing.change(paper("b", "|WoolNet/Method|", year=2021), paper("c", "|WoolNet/Method|", year=2022))
    growing.change(paper("a", "We propose |WoolNet/Method!|", year=2020))
    assert set(growing.graph["BUILDS_ON", "Paper", "Paper"]) == {("b", "a"), ("c", "a")}
    growing.change(paper("a", "We propose |WoolNet/Method!|", year=2025))
    assert ("BUILDS_ON", "Paper", "Paper") not in growing.graph
    growing.change(paper("a", "We propose |WoolNet/Method!|", year=2021, date="2021-01"), without=["b"])
    assert set(growing.graph["BUILDS_ON", "Paper", "Paper"]) == {("c", "a")}


def test_a_cited_work_becomes_a_paper_and_a_stub_again() -> None:
    growing = Growing()
    citing = paper(
        "c", "As |Yarn/Method| (Poe et al., 2020).", references=("p1", "A Lost Work of Yarn and Wool")
    )
    growing.change(citing, paper("z", "", title="Other"))
    known = Paper(id="p1", title="Yarn", year=2020, authors=("Ada Poe", "Bo Fox"))
    lost = Paper(id="p2", title="A Lost Work of Yarn and Wool", year=2019)
    growing.change(known, lost)
    assert growing.graph["CITES", "Paper", "Paper"]["c", "p1"]["source"] == "metadata"
    assert ("c", "p2") in growing.graph["CITES", "Paper", "Paper"]
    growing.change(replace(citing, references=()))
    assert growing.graph["CITES", "Paper", "Paper"]["c", "p1"]["source"] == "text"
    growing.change(citing, without=["p1", "p2"])
    assert growing.graph["Paper"]["p1"]["known"] is False


def test_links_of_many_papers_where_candidates_push_each_other_out() -> None:
    draw = random.Random(5)
    names = [f"Name{number}" for number in range(40)]

    def one(number: int) -> Paper:
        chosen = draw.choices(names, range(40, 0, -1), k=6)
        return paper(f"p{number:04}", " ".join(f"|{name}/Method|." for name in chosen))

    growing = Growing()
    growing.change(*map(one, range(0, 600, 2)))
    for start in (1, 101, 301):
        growing.change(
            *map(one, range(start, start + 60, 2)), without=[f"p{start + 9:04}", f"p{start + 1:04}"]
        )
    growing.change(*map(one, (4, 8, 12)))


def test_what_is_kept_in_a_file_is_what_was_woven(tmp_path: Path) -> None:
    growing = Growing()
    draw = random.Random(3)
    growing.change(*(drawn(draw, [f"p{number}" for number in range(9)]) for _ in range(12)))
    assert growing.woven is not None
    write_woven(growing.woven, tmp_path, ABOUT)
    growing.woven = read_woven(tmp_path, ABOUT)
    growing.change(drawn(draw, ["p20"]), without=["p3"])
    growing.change(without=list(growing.papers))
    write_woven(growing.woven, tmp_path, ABOUT)
    growing.woven = read_woven(tmp_path, ABOUT)
    growing.change(drawn(draw, ["p20"]))


def test_a_file_that_is_not_whole_or_of_another_graph_is_none(tmp_path: Path) -> None:
    growing = Growing()
    growing.change(paper("a", "|Wool/Method|"))
    assert growing.woven is not None
    write_woven(growing.woven, tmp_path, ABOUT)
    other = ABOUT | {"fingerprint": "g"}
    assert read_woven(tmp_path, other) is None
    write_woven(growing.woven, tmp_path, other)
    keep_only(tmp_path, ABOUT)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for spoilt in (b"", whole[:-1], whole[:100], whole[:200] + b"!" + whole[201:], whole[:-1] + b"!"):
        file.write_bytes(spoilt)
        assert (read_woven(tmp_path, ABOUT) is None) == (spoilt != whole)
    file.unlink()
    assert read_woven(tmp_path, ABOUT) is None


@pytest.mark.skipif(not SHARED.exists(), reason="the corpus of ../shared is not here")
def test_real_papers_added_to_others() -> None:
    with gzip.open(SHARED, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line, _ in zip(file, range(230), strict=False)]
    papers = [
        Paper(title=record["title"], abstract=record["abstract"], authors=tuple(record.get("authors", ())))
        for record in records
    ]
    by_id = {one.id: one for one in papers}
    ids = list(by_id)
    found = {one.paper_id: one for one in Extractor("fast").extract(list(by_id.values()))}

    def of(wanted: Sequence[str]) -> list[Paper]:
        return [by_id[identifier] for identifier in wanted]

    def ask(wanted: Sequence[Paper]) -> Mapping[str, Extraction]:
        return {one.id: found[one.id] for one in wanted}

    first = reweave(None, ids[:200], of, (), ask, about=ABOUT)
    grown = reweave(first.woven, ids[10:], of, (), ask, about=ABOUT)
    graph = apply(rows(as_tables(first.change)), grown.change)
    assert graph == rows(weave(of(ids[10:]), [found[identifier] for identifier in ids[10:]], about=ABOUT))


def test_papers_that_nothing_touched_are_not_read() -> None:
    growing = Growing()
    growing.change(*(paper(f"a{number}", f"|Wool{number}/Method|") for number in range(20)))
    growing.change(paper("b", "|Wool3/Method|"))
    assert set(growing.read) <= {"b", "a3"}
    assert growing.asked == ["b"]
