"""What a benchmark of an hour relies on: that it goes on where it was, and measures what it says."""

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import portions, watched
from benchmarks.growth_plot import draw
from benchmarks.scale import Results
from benchmarks.scale_table import STAGES, machine, tables
from litloom.readers import read_papers
from litloom.records import Paper

PAPERS = [
    Paper(
        id=f"arxiv:{number}",
        title=f"Sparse attention number {number} for long documents",
        abstract=f"We study {number} heads. They read BERT on ImageNet in {number} ways.",
        date="2024-05-01",
        authors=("Ada Lovelace",),
        references=("doi:10.1/x",),
    )
    for number in range(40)
]
BUILD = {
    "seconds": 90.0,
    "stages": {"read": 1.0, "extract": 60.0, "link": 20.0, "load": 9.0},
    "peak": 2**30,
    "peak in": "load",
    "workers": 2**27,
}


def test_a_part_of_the_papers_is_read_as_it_was(tmp_path):
    part = portions.spread(PAPERS, 10)
    assert len({paper.id for paper in part}) == 10
    portions.write(tmp_path / "part.jsonl", part)
    again = list(read_papers([tmp_path / "part.jsonl"]))
    assert [(p.id, p.text, p.date, p.authors, p.references) for p in again] == [
        (p.id, p.text, p.date, p.authors, p.references) for p in part
    ]


@given(st.integers(1, 30), st.data())
def test_a_part_is_in_order_and_has_the_longest_paper(size, data):
    lengths = data.draw(st.permutations(range(size)))
    papers = [Paper(id=str(at), title="A", abstract="x" * length) for at, length in enumerate(lengths)]
    count = data.draw(st.integers(1, size))
    part = portions.spread(papers, count)
    places = [int(paper.id) for paper in part]
    assert places == sorted(set(places))
    assert len(places) == count
    assert max(lengths) == max(len(paper.abstract) for paper in part)


def test_made_up_papers_are_none_of_those_they_are_made_of():
    made = portions.made_up(PAPERS, 12)
    assert len({paper.id for paper in made}) == 12
    assert not {paper.id for paper in made} & {paper.id for paper in PAPERS}
    assert all(paper.title and paper.abstract for paper in made)


def test_what_is_known_is_not_measured_again(tmp_path):
    path = tmp_path / "new" / "results.json"
    Results(path).once("builds", "all", measure=lambda: {"papers": 7})
    again = Results(path)
    again.once("builds", "all", measure=lambda: pytest.fail("measured twice"))
    assert again.found == {"builds": {"all": {"papers": 7}}}


@pytest.mark.slow
def test_the_memory_of_children_is_seen_apart():
    child = "x = bytearray({size} * 2**20); import time; time.sleep(4)"
    parent = f"""
import subprocess, sys
both = [subprocess.Popen([sys.executable, "-c", {child!r}.format(size=size)]) for size in (200, 100)]
print(both[0].pid)
for one in both:
    one.wait()
"""
    begin = time.time()
    seen = watched.run([sys.executable, "-c", parent])
    held = seen.held_by_children([int(seen.output)], begin, time.time())
    own = max(one.own for one in held)
    assert 200 * 2**20 <= own < 250 * 2**20
    assert own <= max(one.resident for one in held) < 260 * 2**20
    assert own + 100 * 2**20 <= seen.peak() < 500 * 2**20
    assert begin <= seen.peak_at() <= time.time()


GROWN = {"workers by tenth": [2**27, *[2**28] * 9]}


@given(st.lists(st.integers(0, 99), max_size=60))
def test_tenths_leave_nothing_out(held):
    greatest = watched.tenths(held)
    assert len(greatest) == min(10, len(held))
    assert max(greatest, default=0) == max(held, default=0)
    assert set(greatest) <= set(held)


def test_targets_are_held_or_not():
    found = {
        "of": {"file": "papers.jsonl", "model": "fast", "papers": 80_000},
        "machine": machine(),
        "builds": {
            "10000": {**BUILD, "papers": 10_000},
            "all": {**BUILD, "papers": 80_000, "seconds": 1300.0, "workers": 2**28, **GROWN},
        },
        "adding": {**BUILD, "papers": 100, "seconds": 12.0},
    }
    targets, builds = tables(found)
    what, _, _, held = ([*column.cells] for column in targets.columns)
    kept = {name: "✓" in mark for name, mark in zip(what, held, strict=True)}
    assert not kept["building 80,000 papers"]
    assert kept["linking them"]
    assert kept["memory at the peak"]
    assert not kept["memory of extraction, from 10,000 to 80,000 papers"]
    assert kept["memory of extraction, from the second to the last tenth of 80,000 papers"]
    assert kept["adding 100 papers"]
    assert builds.row_count == 3


def test_growth_is_drawn(tmp_path):
    pytest.importorskip("matplotlib", reason="needs matplotlib: pip install -e '.[benchmarks]'")
    draw([{**BUILD, "papers": size} for size in (1000, 3000)], STAGES, tmp_path / "growth.svg")
    assert "<svg" in (tmp_path / "growth.svg").read_text()
