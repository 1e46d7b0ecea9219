"""Each step removes what it names, of any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.normalize import fold_accents, fold_case, fold_text, singular, split_words
from litloom.papers.titles import title_words
from litloom.records import normalised_title


@given(st.text(max_size=40))
def test_folding_any_text_leaves_no_case_and_folding_again_changes_no_word(text):
    once = fold_text(text)
    assert once == once.lower()
    assert title_words(once) == title_words(fold_text(once))


@given(st.text(max_size=40))
def test_folding_case_twice_changes_nothing_more(text):
    assert fold_case(fold_case(text)) == fold_case(text)
    assert split_words(fold_accents(fold_case(text))) == split_words(fold_accents(text))


@given(st.text(st.one_of(st.characters(), st.sampled_from(" \n\t-_:Aaé'İß\u2028\x85\ud800")), max_size=12))
def test_a_normalised_title_is_letters_and_digits_between_single_spaces(title):
    assert all(word.isalnum() for word in normalised_title(title).split(" ")) or not normalised_title(title)
    assert normalised_title(f" {title}. ") == normalised_title(title.swapcase().swapcase())


@given(st.text("abcdefghis ", max_size=12))
def test_only_the_end_of_a_text_changes_in_number(text):
    assert singular(f"graph {text}") == f"graph {singular(text)}"


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("networks", "network"),
        ("policies", "policy"),
        ("ties", "tie"),
        ("classes", "class"),
        ("batches", "batch"),
        ("boxes", "box"),
        ("biases", "bias"),
        ("databases", "database"),
        ("gpus", "gpu"),
        ("apis", "api"),
        ("evaluation metrics", "evaluation metric"),
        ("heuristics", "heuristic"),
        ("adjacency matrices", "adjacency matrix"),
        ("hypotheses", "hypothesis"),
    ],
)
def test_plurals(plural, expected):
    assert singular(plural) == expected
    assert singular(expected) == expected


@pytest.mark.parametrize(
    "word",
    ["loss", "corpus", "opus", "analysis", "robotics", "dynamics", "naive bayes", "gas", "time series"],
)
def test_words_that_are_no_plurals(word):
    assert singular(word) == word
