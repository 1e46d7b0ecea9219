import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.errors import InputError
from litloom.extractors import GoldPaper, occurrences, read_gold


def test_longest_names_first_and_whole_words_only():
    text = "Graph Mamba and Mamba, not Mambas"
    spans = occurrences(text, [("Mamba", "Method"), ("Graph Mamba", "Method")])
    assert [text[s.start : s.end] for s in spans] == ["Graph Mamba", "Mamba"]


@given(
    st.text(alphabet="ab c-", max_size=30),
    st.lists(st.text(alphabet="ab -", min_size=1, max_size=4), max_size=4),
)
def test_occurrences_are_disjoint_and_true(text, names):
    spans = occurrences(text, [(name, "Task") for name in names])
    assert all(text[s.start : s.end] in names for s in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))


def test_reads_papers(tmp_path):
    path = tmp_path / "gold.jsonl"
    record = {
        "id": 7,
        "title": "LoRA",
        "abstract": "x LoRA",
        "mentions": [["LoRA", "Method"]],
        "introduces": ["LoRA"],
    }
    path.write_text(json.dumps(record) + "\n\n", encoding="utf-8")
    paper = GoldPaper(
        id="7", title="LoRA", abstract="x LoRA", mentions=(("LoRA", "Method"),), introduces=("LoRA",)
    )
    assert read_gold(path) == [paper]
    assert [span[:2] for span in paper.spans] == [(0, 4), (7, 11)]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": 1}', '{"id": 1, "title": "a", "mentions": [["x", "Animal"]]}', '"x"']
)
def test_a_bad_line_is_named(tmp_path, line):
    path = tmp_path / "gold.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"gold\.jsonl:2: "):
        read_gold(path)


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError):
        read_gold(tmp_path / "none.jsonl")
