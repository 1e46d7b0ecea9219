"""The shortest chain is the shortest, and of several the first by ids, however long it is."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom import Extraction, Graph, Mention, Paper
from litloom.graph.stores.base import open_store
from litloom.graph.tables import GraphTables
from litloom.graph.weave import weave
from litloom.queries.computed.adjacency import Adjacency
from litloom.queries.computed.chains import MOST_STEPS, first_shortest
from tests.queries.crafted import world
from tests.queries.expected import EXPECTED

NODES = 12
COLOURS = ("amber", "beige", "coral", "dun", "ecru", "flax", "gold", "hazel")
TASKS = tuple(f"{colour} weaving" for colour in COLOURS)


def all_shortest(links: set[frozenset[int]], start: int, goal: int) -> list[list[int]]:
    """Return every shortest way, by trying all."""
    ways, seen = [[start]], {start}
    while ways and not any(way[-1] == goal for way in ways):
        ways = [
            [*w, n] for w in ways for n in range(NODES) if n not in seen and frozenset((w[-1], n)) in links
        ]
        seen |= {way[-1] for way in ways}
    return [way for way in ways if way[-1] == goal]


@given(
    st.sets(st.frozensets(st.integers(0, NODES - 1), min_size=2, max_size=2), max_size=30),
    st.permutations([f"n{number:02}" for number in range(NODES)]),
    st.permutations(range(NODES)),
)
def test_of_all_shortest_ways_the_first_is_found(
    links: set[frozenset[int]], ids: list[str], order: list[int]
) -> None:
    start, goal, *_ = order
    ends = np.array([sorted(link) for link in links], dtype=np.int64).reshape(-1, 2)
    both_ways = np.concatenate((ends, ends[:, ::-1]))
    found = first_shortest(
        Adjacency.of(both_ways[:, 0], both_ways[:, 1], NODES), start, goal, dict(enumerate(ids))
    )
    ways = [way for way in all_shortest(links, start, goal) if len(way) <= MOST_STEPS + 1]
    assert found == min(ways, key=lambda way: [ids[node] for node in way], default=None)


def line_of_tasks() -> GraphTables:
    """Each task meets the next in two papers, so chains have all lengths, and ties at each step."""
    papers, extractions = [], []
    for number, pair in enumerate(pairwise(TASKS)):
        for twin in "ab":
            text = f"We do {pair[0]} and {pair[1]}."
            id_ = f"{twin}{'qwertzu'[number]}"
            paper = Paper(id=id_, title=f"Cloth {number}{twin}", abstract=text, year=2020 + number)
            starts = [(paper.text.index(name), name) for name in pair]
            mentions = [Mention(s, s + len(n), n, "Task", 0.9, n, text) for s, n in starts]
            papers.append(paper)
            extractions.append(Extraction(paper_id=id_, mentions=tuple(mentions)))
    papers.append(Paper(id="alone", title="Nothing of Cloth"))
    extractions.append(Extraction(paper_id="alone"))
    about = {"version": "0", "model": "none", "fingerprint": "line", "corrections": ""}
    return weave(papers, extractions, about=about)


@pytest.fixture(scope="module")
def line() -> Iterator[Graph]:
    with open_store(None, must_exist=False) as store:
        store.replace(line_of_tasks())
        yield Graph(store)


def test_chains_of_all_lengths_are_those_of_an_independent_computation(line: Graph) -> None:
    known = world(line_of_tasks())
    nodes = sorted(known.concepts) + sorted(known.papers)
    lengths = set()
    for start in nodes:
        for goal in nodes[::2]:
            if start != goal:
                answer = line.query("shortest-chain", start=start, goal=goal).values
                expected = EXPECTED["shortest-chain"](known, {"start": start, "goal": goal})
                assert list(answer) == (expected if len(expected) <= MOST_STEPS + 1 else [])
                lengths.add(len(answer))
    assert {0, 2, 3, 5, 7, 9} <= lengths


def test_what_is_kept_is_of_the_graph_as_it_is_now() -> None:
    cited = Paper(id="cited", title="Cited")
    one, other = (Paper(id=key, title=key.title(), references=("cited",)) for key in ("one", "other"))

    def tables(*papers: Paper) -> GraphTables:
        about = {
            "version": "0",
            "model": "",
            "fingerprint": "+".join(p.id for p in papers),
            "corrections": "",
        }
        return weave(papers, [Extraction(paper_id=paper.id) for paper in papers], about=about)

    with open_store(None, must_exist=False) as store:
        graph = Graph(store)
        store.replace(tables(one, other, cited))
        assert len(graph.query("shortest-chain", start="one", goal="other")) == 3
        assert graph.query("coupled", paper="one").values == (("Other", None, 1, 0),)
        store.replace(tables(cited, one, Paper(id="other", title="Other")))
        assert not graph.query("shortest-chain", start="one", goal="other")
        assert not graph.query("coupled", paper="one")
