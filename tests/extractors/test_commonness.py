import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.extractors.evidence.commonness import Commonness, count_runs

TEXTS = [
    "We train graph neural networks.",
    "A Graph-Neural network (GNN) wins",
    "graph neural  networks of old",
]


def test_spellings_of_a_name_are_counted_together():
    table = count_runs(TEXTS, least=2)
    assert table.of("graph neural network")[0] == 1.0
    assert table.of("Graph-neural networks")[0] == 1.0
    assert table.of("neural graph")[0] == 0.0


def test_each_doubling_of_papers_adds_a_level():
    table = count_runs(["sparse attention"] * 8 + ["ring attention"] * 2)
    assert table.of("sparse attention")[0] == 3.0
    assert table.of("ring attention")[0] == 1.0


def test_a_paper_counts_once():
    assert count_runs(["mamba mamba mamba mamba"], least=2).of("mamba")[0] == 0.0


def test_rare_names_are_left_out():
    table = count_runs(TEXTS, least=4)
    assert not len(table.runs)
    assert table.of("graph neural network") == (0.0, 0.0, 0.0, 0.0)


def test_runs_do_not_cross_signs_or_end_in_small_words():
    table = count_runs(["graph, network of networks"] * 4)
    assert table.of("graph network")[0] == 0.0
    assert table.of("network of")[0] == 0.0
    assert table.of("network of networks")[0] == 2.0


def test_a_new_name_of_common_parts_shows_in_its_parts():
    table = count_runs(["knowledge distillation", "knowledge distillation of teachers"])
    whole, without_first, without_last, rarest = table.of("slotwise knowledge distillation")
    assert (whole, without_first, rarest) == (0.0, 1.0, 0.0)
    assert without_last == 0.0


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_any_text_is_counted_and_any_name_has_levels(texts, name):
    levels = count_runs(texts, least=1).of(name)
    assert len(levels) == 4
    assert min(levels) >= 0


@given(st.lists(st.integers(0, 2**26 - 1), max_size=60))
def test_a_table_comes_back(tmp_path_factory, numbers):
    runs = np.unique(np.asarray(numbers, dtype=np.uint32))
    levels = (runs % 7 + 1).astype(np.uint8)
    path = tmp_path_factory.mktemp("table") / "common.npz"
    Commonness(runs, levels).save(path)
    again = Commonness.load(path)
    assert np.array_equal(again.runs, runs)
    assert np.array_equal(again.levels, levels)


@pytest.mark.parametrize("name", ["", "   ", "()", "x" * 100_000])
def test_odd_names_have_no_level(name):
    assert count_runs(TEXTS).of(name)[0] == 0.0
