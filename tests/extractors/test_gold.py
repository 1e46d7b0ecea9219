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


GOLD = {"id": 7, "title": " LoRA", "abstract": "x LoRA\n", "mentions": [["LoRA", "Method"]], "introduces": []}
WRONG = [
    None,
    True,
    3.5,
    "x",
    {},
    {"x": 1},
    ["x"],
    [["x"]],
    [["x", 1]],
    [[1, "Method"]],
    [["\ud800", "Method"]],
]
FITTING = {
    "id": ("x",),
    "title": ("x",),
    "abstract": ("x", None),
    "mentions": (),
    "introduces": (["x"], None),
}


@pytest.mark.parametrize("field", GOLD)
def test_a_field_of_a_wrong_type_is_reported(tmp_path, field):
    path = tmp_path / "gold.jsonl"
    for wrong in WRONG:
        path.write_text(json.dumps(GOLD) + "\n" + json.dumps({**GOLD, field: wrong}) + "\n", encoding="utf-8")
        if any(wrong is fit or (wrong == fit and wrong is not True) for fit in FITTING[field]):
            assert len(read_gold(path)) == 2
            continue
        with pytest.raises(InputError, match=r"gold\.jsonl:2: is no annotated paper") as caught:
            read_gold(path)
        assert len(str(caught.value)) < 600


def test_texts_stay_as_they_are_since_offsets_count_in_them(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOLD), encoding="utf-8")
    (paper,) = read_gold(path)
    assert (paper.title, paper.abstract) == (" LoRA", "x LoRA\n")


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"id": ' + "9" * 10_000 + "}", "\xff", '{"id": 1, "id": 2}']
)
def test_a_line_that_is_no_json_is_reported(tmp_path, line):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(json.dumps(GOLD).encode() + b"\n" + line.encode("latin-1") + b"\n")
    with pytest.raises(InputError, match=r"gold\.jsonl:2: "):
        read_gold(path)
