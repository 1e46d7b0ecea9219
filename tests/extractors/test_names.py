import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.extractors import concept_key

PIECES = st.sampled_from(
    [
        "graph",
        "Graph",
        "GNNs",
        "BERT",
        "model",
        "models",
        "the",
        "dataset",
        "datasets",
        "Adam",
        "optimizer-s",
        "-",
        "_",
        "biases",
        "class",
        "analysis",
        "série",
        "ﬁne",
        "Ǆ",
        "İ",
        "ß",
        "'s",
        "/",
    ]
)


@given(st.text())
def test_the_key_of_a_key_is_the_key(name):
    assert concept_key(concept_key(name)) == concept_key(name)


@given(st.lists(PIECES, max_size=5).map(" ".join))
def test_the_key_of_a_key_is_the_key_for_words(name):
    assert concept_key(concept_key(name)) == concept_key(name)


@given(st.from_regex(r"[a-z]{4,8}( [a-z]{4,8}){0,3}", fullmatch=True))
def test_case_and_hyphens_make_no_difference(name):
    key = concept_key(name)
    assert concept_key(name.upper()) == key
    assert concept_key(name.replace(" ", "-")) == key
    assert concept_key(name.title()) == key


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Large Language Models", "large-language model"),
        ("BERT", "the BERT model"),
        ("Adam", "Adam optimizer"),
        ("ImageNet", "ImageNet dataset"),
        ("GPUs", "GPU"),
        ("batches", "batch"),
        ("policies", "policy"),
        ("Mixture‑of‑Experts", "mixture of experts"),
        ("F1-score", "F1 Score"),
    ],
)
def test_spellings_of_one_concept_share_a_key(left, right):
    assert concept_key(left) == concept_key(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("diffusion models", "diffusion"),
        ("genetic algorithm", "genetic"),
        ("language model", "language"),
        ("GPT-3", "GPT-4"),
        ("CIFAR-10", "CIFAR-100"),
        ("LLaMA-2-7B", "LLaMA-2-70B"),
        ("Gaussian process", "Gaussian processor"),
    ],
)
def test_different_concepts_keep_different_keys(left, right):
    assert concept_key(left) != concept_key(right)


@pytest.mark.parametrize("name", ["analysis", "bias", "loss", "corpus", "robotics", "Atlas", "LLaMAs"])
def test_plurals_only_are_cut(name):
    assert concept_key(name) == (name.casefold() if name != "LLaMAs" else "llama")
