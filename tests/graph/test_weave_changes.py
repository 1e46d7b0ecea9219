"""A graph that changed, from what the last build computed, is the graph that weaving all of it gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from litloom import Paper
from litloom.extractors import write_extractions
from litloom.graph.change import GraphChange
from litloom.graph.nodes import paper_properties
from litloom.graph.parquet_tables import read_tables
from litloom.graph.tables import GraphTables, node_table
from litloom.graph.weave import names, weave_tables
from litloom.graph.weave.database import disconnect
from litloom.graph.weave.diff import changes
from litloom.graph.weave.kernel_cache import cached_file
from litloom.graph.weave.plan import Part, Plan
from litloom.graph.weave.task import Task
from litloom.papers.paper_index import text_digest
from litloom.progress import NO_PROGRESS
from tests.graph.woven import Graph, graph_of, rows
from tests.test_growth import NAMES as NAMES_THAT_GROW
from tests.test_growth import harmed, read_marked

pytestmark = pytest.mark.slow

ABOUT = {"version": "0"}


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
            assert graph[label][row["id"]] != row
            graph[label][row["id"]] = row
    added = rows(GraphTables(dict(change.added_nodes), dict(change.added_edges)))
    for name, found in added.items():
        assert not graph.setdefault(name, {}).keys() & found.keys()
        graph[name].update(found)
    return {name: found for name, found in graph.items() if found}


@dataclass
class Growing:
    """A graph that changes, compared after each change with that of one weaving."""

    folder: Path
    corrections: str = ""
    papers: dict[str, Paper] = field(default_factory=dict)
    graph: Graph = field(default_factory=dict)
    builds: int = 0

    def change(self, *papers: Paper, without: Sequence[str] = ()) -> Graph:
        """Add papers, or put them in the place of those with their ids; take others out."""
        for identifier in without:
            self.papers.pop(identifier, None)
        self.papers |= {paper.id: paper for paper in papers}
        held = list(self.papers.values())
        before = self.folder / f"tables-{self.builds}"
        self.builds += 1
        plan = self.plan(held)
        weave_tables(plan, ABOUT, NO_PROGRESS)
        if self.graph:
            with Task(plan).open() as tables:
                for part in changes(tables, before, plan.tables):
                    self.graph = apply(self.graph, part)
            disconnect()
        else:
            self.graph = rows(read_tables(plan.tables))
        assert self.graph == graph_of(held, read_marked(held), self.corrections)
        return self.graph

    def plan(self, papers: Sequence[Paper]) -> Plan:
        """Return the plan of a build, which computes again what the last one has not computed."""
        work = self.folder / f"work-{self.builds}"
        work.mkdir(parents=True)
        part = Part((work / "papers.parquet",), (work / "extractions.parquet",), by="text")
        digests = [text_digest(paper) for paper in papers]
        table = node_table("Paper", map(paper_properties, papers))
        pq.write_table(table.append_column("text", pa.array(digests, pa.string())), part.papers[0])
        by_text = {text_digest(paper): one for paper, one in zip(papers, read_marked(papers), strict=True)}
        found = [replace(one, paper_id=digest) for digest, one in by_text.items()]
        write_extractions(found, part.extractions[0], "parquet")
        return Plan(
            work / "rows",
            self.folder / f"tables-{self.builds}",
            (part,),
            corrections=self.corrections,
            papers=len(papers),
            cache=self.folder / "kernels",
        )

    @contextmanager
    def noting(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
        """Note the texts whose names are expanded."""
        noted: list[str] = []
        expanded_names: Callable[..., pa.Table] = names.expanded_names

        def noting(papers: pa.Table, expander: Any) -> pa.Table:
            noted.extend(papers["text"].to_pylist())
            return expanded_names(papers, expander)

        with monkeypatch.context() as patched:
            patched.setattr(names, "expanded_names", noting)
            yield noted


@pytest.fixture
def growing(tmp_path: Path) -> Growing:
    return Growing(tmp_path)


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
@pytest.mark.parametrize("seed", range(3))
def test_any_changes_one_after_the_other(tmp_path: Path, seed: int, corrections: str) -> None:
    draw = random.Random(seed)
    ids = [f"p{number}" for number in range(draw.choice([4, 9, 30]))]
    growing = Growing(tmp_path, corrections)
    for _ in range(4):
        new = [drawn(draw, ids) for _ in range(draw.randrange(1, len(ids)))]
        gone = draw.sample(sorted(growing.papers), min(len(growing.papers), draw.randrange(4)))
        growing.change(*new, without=gone)
    growing.change(without=ids)


def test_a_name_of_one_paper_becomes_that_of_two(growing: Growing) -> None:
    """A phrase that a paper shortens is its own shortening only as long as nobody else has it."""
    growing.change(
        paper("a", "|portrait image matting/Task| |portrait matting/Task|"), paper("z", "|Yarn/Task|")
    )
    assert set(growing.graph["Task"]) == {"task:portrait-image-matting", "task:yarn"}
    growing.change(paper("b", "|portrait matting/Task|"))
    assert len(growing.graph["Task"]) == 3
    growing.change(without=["b"])
    assert len(growing.graph["Task"]) == 2


def test_what_an_abbreviation_means_turns_in_papers_that_nobody_touched(growing: Growing) -> None:
    loom, lamb = "A quantum loom (QLM) weaves. |QLM/Method|", "A quiet lamb (QLM) is here. |QLM/Method|"
    old = [paper(f"l{number}", loom) for number in range(3)]
    growing.change(*old, paper("u", "|QLM/Method|"))
    assert edge_targets(growing, "u") == {"method:quantum-loom"}
    growing.change(*(paper(f"m{number}", lamb) for number in range(9)))
    assert edge_targets(growing, "u") == {"method:quiet-lamb"}
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


def test_run_together_names_are_joined_by_a_newcomer(growing: Growing) -> None:
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


def test_a_kind_turns_and_splits_and_is_one_again(growing: Growing) -> None:
    growing.change(*(paper(f"a{number}", "|Wool/Method| |Yarn/Task|") for number in range(4)))
    growing.change(*(paper(f"b{number}", "|Wool/Dataset|") for number in range(5)))
    assert "dataset:wool" in growing.graph["Dataset"]
    growing.change(*(paper(f"c{number}", "|Wool/Method|") for number in range(8)))
    growing.change(*(paper(f"d{number}", "|Wool/Dataset|") for number in range(5)))
    assert growing.graph["Dataset"]["dataset:wool"]["paper_count"] == 10
    assert growing.graph["Method"]["method:wool"]["paper_count"] == 12
    growing.change(without=[f"d{number}" for number in range(5)])
    assert "Dataset" not in growing.graph


def test_a_renamed_concept_is_renamed_in_edges_between_papers(growing: Growing) -> None:
    growing.change(
        paper("a", "|Wool-2/Method!|", year=2020),
        paper("b", "|Wool-2/Method| |Silk/Task|", year=2021),
        paper("c", "|Silk/Task|", year=2021),
    )
    growing.change(*(paper(f"d{number}", "|wool 2/Method|") for number in range(4)))
    shared = growing.graph["SHARES_CONCEPTS", "Paper", "Paper"]
    assert shared["a", "b"]["shared"] == ["wool 2"]


def test_who_introduced_a_concept_arrives_late_and_goes(growing: Growing) -> None:
    growing.change(paper("b", "|WoolNet/Method|", year=2021), paper("c", "|WoolNet/Method|", year=2022))
    growing.change(paper("a", "We propose |WoolNet/Method!|", year=2020))
    assert set(growing.graph["BUILDS_ON", "Paper", "Paper"]) == {("b", "a"), ("c", "a")}
    growing.change(paper("a", "We propose |WoolNet/Method!|", year=2025))
    assert ("BUILDS_ON", "Paper", "Paper") not in growing.graph
    growing.change(paper("a", "We propose |WoolNet/Method!|", year=2021, date="2021-01"), without=["b"])
    assert set(growing.graph["BUILDS_ON", "Paper", "Paper"]) == {("c", "a")}


def test_a_cited_work_becomes_a_paper_and_a_stub_again(growing: Growing) -> None:
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


def test_links_of_many_papers_where_candidates_push_each_other_out(growing: Growing) -> None:
    draw = random.Random(5)
    names = [f"Name{number}" for number in range(40)]

    def one(number: int) -> Paper:
        chosen = draw.choices(names, range(40, 0, -1), k=6)
        return paper(f"p{number:04}", " ".join(f"|{name}/Method|." for name in chosen))

    growing.change(*map(one, range(0, 400, 2)))
    for start in (1, 201):
        growing.change(
            *map(one, range(start, start + 60, 2)), without=[f"p{start + 9:04}", f"p{start + 1:04}"]
        )
    growing.change(*map(one, (4, 8, 12)))


def test_names_of_papers_that_nothing_touched_are_not_expanded_names_again(
    growing: Growing, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing.change(*(paper(f"a{number}", f"|Wool{number}/Method|") for number in range(20)))
    growing.builds += 1
    with growing.noting(monkeypatch) as noted:
        plan = growing.plan([*growing.papers.values(), paper("b", "|Felt/Method|")])
        weave_tables(plan, ABOUT, NO_PROGRESS)
    assert noted == ["A Study\n|Felt/Method|"]


@pytest.mark.parametrize(
    ("kernel", "harm"),
    [
        *(("expanded_names", harm) for harm in ("missing", "cut short", "another bit", "of another form")),
        ("name_forms", "cut short"),
        ("parsed", "another bit"),
    ],
)
def test_what_the_last_build_computed_may_be_lost(growing: Growing, kernel: str, harm: str) -> None:
    growing.change(
        paper("a", "A quantum loom (QLM). |QLM/Method|", references=("a work",)), paper("b", "|Wool/Task|")
    )
    file = cached_file(growing.folder / "kernels", kernel)
    assert file is not None
    harmed(file, harm)
    growing.change(paper("c", "|QLM/Method|"))
