"""A graph that grew is the graph of all its papers at once, in every row of every table."""

import random
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom import Paper
from litloom.extractors.components.abbreviations import find_abbreviations
from litloom.graph.schema import EDGES, NODES
from litloom.graph.stores.base import GraphStore
from litloom.graph.stores.ladybug.store import LadybugStore
from litloom.progress import NO_PROGRESS
from litloom.records import Extraction, Kind, Mention
from litloom.update_store import changing, merged
from tests.campaign.scale import FULL, examples

pytestmark = pytest.mark.slow

MARKED = re.compile(r"\|([\w -]+)/(Method|Dataset|Hardware|Metric|Task)(!?)\|")
"""How these papers say what they mention: "|ResNet-50/Method| on |ImageNet/Dataset|"; "!" introduces it."""

Table = list[tuple[Any, ...]]


def read_marked(papers: Iterable[Paper]) -> Iterator[Extraction]:
    for paper in papers:
        found = list(MARKED.finditer(paper.text))
        kinds: dict[str, Kind] = {str(kind): kind for kind in get_args(Kind)}
        yield Extraction(
            paper_id=paper.id,
            mentions=tuple(
                Mention(m.start(1), m.end(1), m[1], kinds[m[2]], len(m[1]) / 64, m[1], m[0]) for m in found
            ),
            introduces=tuple(dict.fromkeys(m[1] for m in found if m[3])),
            abbreviations=tuple((pair.short, pair.long) for pair in find_abbreviations(paper.text)),
            model="marked",
        )


def grow(path: Path, papers: Sequence[Paper], read: Any = read_marked) -> dict[str, Table]:
    """Add papers to the graph of a file, and return all of its tables."""
    with changing(path, must_exist=False) as change:
        change.make(merged(change.papers(NO_PROGRESS), NO_PROGRESS, papers), "marked", read, "", NO_PROGRESS)
        with change.store as store:
            return tables(store)


def tables(store: GraphStore) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for label, properties in NODES.items():
        columns = ", ".join(f"n.`{name}`" for name in properties)
        found[label] = rows(store, f"MATCH (n:{label}) RETURN {columns}")
    for relationship, edge in EDGES.items():
        columns = ", ".join(["a.id", "b.id", *(f"r.`{name}`" for name in edge.properties)])
        found[relationship] = rows(store, f"MATCH (a)-[r:{relationship}]->(b) RETURN {columns}")
    return found


def rows(store: GraphStore, cypher: str) -> Table:
    return sorted(store.read(cypher).values, key=repr)


def assert_same(grown: dict[str, Table], whole: dict[str, Table]) -> None:
    for name, table in whole.items():
        assert grown[name] == table, name


NAMES = (
    "ResNet-50",
    "ResNet-101",
    "ResNet",
    "CIFAR-10",
    "CIFAR10",
    "robot swarm",
    "swarms of robots",
    "PCs",
    "PC",
)
KINDS_DRAWN = ("Method", "Dataset", "Task")
SENTENCES = st.one_of(
    st.builds(
        "We use |{}/{}{}|.".format,
        st.sampled_from(NAMES),
        st.sampled_from(KINDS_DRAWN),
        st.sampled_from(["", "!"]),
    ),
    st.sampled_from(
        [
            "A probabilistic circuit (PC) is used.",
            "Point clouds (PCs) are used.",
            "It is predictive coding (PC).",
        ]
    ),
    st.sampled_from(["We follow Poe et al. (2020).", "After (Fox and Poe, 2021)."]),
)
PAPERS = st.builds(
    Paper,
    id=st.sampled_from([f"p{i}" for i in range(9)]),
    title=st.sampled_from(
        ["Looms", "Looms of Yarn and Wool", "On Robots", "A Study", "|ResNet-50/Method!| at Work"]
    ),
    abstract=st.lists(SENTENCES, max_size=4).map(" ".join),
    year=st.sampled_from([2020, 2021, None]),
    authors=st.sampled_from(
        [(), ("Ada Poe", "Bo Fox"), ("Bo Fox", "Ada Poe"), ("Poe, Ada",), ("Cy Ash", "A. Poe")]
    ),
    references=st.lists(
        st.sampled_from(["p0", "p1", "doi:10.1/x", "looms", "A Lost Work of Yarn"]), max_size=2
    ).map(tuple),
    sources=st.sampled_from([("a.bib",), ("b.bib",), ("a.bib", "b.bib")]),
)


@examples(2)
@given(st.lists(PAPERS, min_size=2, max_size=14), st.data())
def test_papers_added_later_make_the_graph_of_all(papers: list[Paper], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(papers) - 1))
    with tempfile.TemporaryDirectory() as folder:
        grow(Path(folder, "grown.lbug"), papers[:first])
        grown = grow(Path(folder, "grown.lbug"), papers[first:])
        assert_same(grown, grow(Path(folder, "whole.lbug"), papers))


def test_what_most_papers_say_may_turn(tmp_path: Path) -> None:
    """More papers turn the meaning of an abbreviation, the kind of a name, and how it is written."""
    old = [
        Paper(id=f"old{i}", title=f"Old {i}", abstract=text)
        for i, text in enumerate(
            [
                "A quantum loom (QLM) weaves; |QLM/Method| is fast on |Wool-2/Dataset|.",
                "A quantum loom (QLM) weaves, as |QLM/Method| does.",
                "We run |QLM/Method| on |wool-2/Dataset|.",
                "|Spinning wheel/Method|.",
            ]
        )
    ]
    new = [
        Paper(id=f"new{i}", title=f"New {i}", abstract=f"A quiet lamb (QLM) is |QLM/Task|. {text}")
        for i, text in enumerate(
            ["|wool-2/Method| and |spinning wheels/Task|", "|wool-2/Method| |spinning wheels/Task|"] * 4
        )
    ]
    before = grow(tmp_path / "grown.lbug", old)
    grown = grow(tmp_path / "grown.lbug", new)
    assert_same(grown, grow(tmp_path / "whole.lbug", [*old, *new]))
    at = {label: {row[0]: row[1] for row in grown[label]} for label in ("Method", "Task", "Dataset")}
    was = {label: {row[0]: row[1] for row in before[label]} for label in ("Method", "Task", "Dataset")}
    assert {row[:2] for row in before["MENTIONS"] if row[0] == "old2"} != {
        row[:2] for row in grown["MENTIONS"] if row[0] == "old2"
    }
    assert was["Dataset"].keys() - at["Dataset"].keys()
    assert "Spinning wheel" in was["Method"].values()
    assert "spinning wheels" in at["Task"].values()


def test_a_paper_that_changed_is_read_again_and_no_other(tmp_path: Path) -> None:
    papers = [
        Paper(id=f"p{i}", title=f"Title {i}", abstract=f"|Name{i}/Method| on |Wool/Dataset|.")
        for i in range(6)
    ]
    longer = replace(
        papers[2], abstract="|Other/Method| on |Silk/Dataset| and |Name2/Method|, as we say at length."
    )
    grow(tmp_path / "grown.lbug", papers)
    read: list[str] = []

    def noting(unread: list[Paper]) -> Iterator[Extraction]:
        read.extend(paper.id for paper in unread)
        return read_marked(unread)

    added = Paper(id="p9", title="Title 9", abstract="|Name9/Method| on |Wool/Dataset|.")
    grown = grow(tmp_path / "grown.lbug", [longer, added], noting)
    assert sorted(read) == ["p2", "p9"]
    assert_same(grown, grow(tmp_path / "whole.lbug", [*papers, longer, added]))


@pytest.mark.parametrize("seed", range(3 if FULL else 1))
def test_links_of_many_papers_are_those_of_one_building(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    names = [f"Name{i}" for i in range(60)]
    papers = [
        Paper(
            id=f"p{i:03}",
            title=f"|{draw.choice(names)}/Method| in |{draw.choice(names)}/Task|",
            abstract=" ".join(f"|{name}/Method|." for name in draw.choices(names, range(60, 0, -1), k=5)),
        )
        for i in range(150)
    ]
    draw.shuffle(papers)
    for start, stop in ((0, 90), (90, 100), (100, 150)):
        grown = grow(tmp_path / "grown.lbug", papers[start:stop])
    assert len(grown["SHARES_CONCEPTS"]) > 500
    assert_same(grown, grow(tmp_path / "whole.lbug", papers))


def harmed(file: Path, harm: str) -> None:
    """Spoil a file as a disk or another litloom would."""
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    spoilt = {
        "cut short": whole[: len(whole) // 3],
        "another bit": whole,
        "of another form": bytearray(b"other"),
    }
    file.write_bytes(spoilt.get(harm, whole))
    if harm == "missing":
        file.unlink()


KEPT = [
    Paper(id=f"p{i}", title=f"Title {i}", abstract=f"|Name{i % 4}/Method!| on |Wool/Dataset|.")
    for i in range(12)
]


@pytest.fixture(scope="module")
def of_ten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the graph of all of `KEPT` but two."""
    folder = tmp_path_factory.mktemp("kept")
    grow(folder / "grown.lbug", KEPT[:10])
    return folder


@pytest.fixture(scope="module")
def of_all(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Table]:
    return grow(tmp_path_factory.mktemp("all") / "whole.lbug", KEPT)


@pytest.mark.parametrize("kept", ["kernels-*/expanded_names-*.rows", "papers.parquet"])
@pytest.mark.parametrize("harm", ["missing", "cut short", "another bit", "of another form"])
def test_what_is_kept_beside_the_graph_may_be_lost(
    tmp_path: Path, of_ten: Path, of_all: dict[str, Table], kept: str, harm: str
) -> None:
    shutil.copytree(of_ten, tmp_path, dirs_exist_ok=True)
    (file,) = (tmp_path / "grown.lbug.extractions").glob(kept)
    harmed(file, harm)
    assert_same(grow(tmp_path / "grown.lbug", KEPT[10:]), of_all)
    assert len(list((tmp_path / "grown.lbug.extractions").glob(kept))) == 1


def test_few_papers_are_added_without_weaving_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = [
        Paper(id=f"p{i}", title=f"Title {i}", abstract=f"|Name{i}/Method!| on |Wool{i % 3}/Dataset|.")
        for i in range(20)
    ]
    grow(tmp_path / "grown.lbug", papers[:18])
    monkeypatch.setattr(LadybugStore, "replace", None)
    grown = grow(tmp_path / "grown.lbug", papers[18:])
    monkeypatch.undo()
    assert_same(grown, grow(tmp_path / "whole.lbug", papers))
