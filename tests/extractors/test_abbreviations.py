import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.extractors.components.abbreviations import find_abbreviations


def pairs(text):
    return [(pair.short, pair.long) for pair in find_abbreviations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We study large language models (LLMs).", ("LLMs", "large language models")),
        ("A graph neural network (GNN) is used.", ("GNN", "graph neural network")),
        ("LoRA (Low-Rank Adaptation) adapts.", ("LoRA", "Low-Rank Adaptation")),
        ("the Fréchet Inception Distance (FID, lower is better)", ("FID", "Fréchet Inception Distance")),
        ("word error rate [WER]", ("WER", "word error rate")),
    ],
)
def test_finds_what_stands_in_parentheses(text, expected):
    assert expected in pairs(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is fast (see Table 2).",
        "We beat it (by far).",
        "Results (2023) are good.",
        "It works. Trees (LSTM) fail.",
        "()",
        "(A)",
    ],
)
def test_other_parentheses_are_no_abbreviations(text):
    assert pairs(text) == []


@given(st.text(alphabet=st.sampled_from("aA bB(L)[M]s-,.\n"), max_size=200))
def test_forms_stand_where_they_are_said_to(text):
    for pair in find_abbreviations(text):
        assert text[pair.short_start :].startswith(pair.short)
        assert text[pair.long_start :].startswith(pair.long)
        assert len(pair.long) > len(pair.short)
