"""Names lose what spellings differ in, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.graph.names.abbreviations import Meanings, usual_short_form
from litloom.graph.names.expansion import expand
from litloom.graph.names.families import families
from litloom.graph.names.identity import identity, is_ellipsis
from litloom.graph.names.normalize import name_words, raw_words, spelling_key, text_words
from litloom.records import KINDS


@given(st.text(min_size=1, max_size=60))
def test_any_name_has_words_and_an_identity(name: str) -> None:
    words = name_words(name)
    assert words
    assert all(words)
    assert identity(words)
    assert expand(name, {}, Meanings(), frozenset())
    for kind in KINDS:
        for family in families(name, kind):
            assert 0 < len(family) < len(words)


@given(st.lists(st.sampled_from(["graph", "neural", "network", "learning", "deep"]), min_size=1, max_size=4))
def test_case_and_hyphens_change_no_word(words: list[str]) -> None:
    plain = name_words(" ".join(words))
    assert name_words("-".join(words)) == plain
    assert name_words(" ".join(words).title()) == plain
    assert name_words(" ".join(words) + "s") == plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("generalisation", "generalization"),
        ("behavioural modelling", "behavioral modeling"),
        ("pre-training", "pretraining"),
        ("3-D reconstruction", "3D reconstruction"),
        (r"\emph{sparse} coding", "sparse coding"),
        ("Newton's methods", "Newton's method"),
        ("MobileNetV2", "MobileNet-v2"),
        ("GPUs", "GPU"),
    ],
)
def test_spellings_have_the_same_words(one: str, other: str) -> None:
    assert raw_words(one) == raw_words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("GPS", "GPs"), ("precise", "precize"), ("noise", "noize"), ("loss", "los"), ("C", "C++")],
)
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert raw_words(one) != raw_words(other)


def test_a_text_is_its_set_of_words() -> None:
    assert {"gan", "generative", "network"} <= text_words("GANs, generative networks.")


def test_meanings_count_what_papers_define() -> None:
    meanings = Meanings([("QX", "quick exit")] * 3 + [("QX", "quiet xylophone")], known=False)
    assert meanings.expansion("QX") == ("quick", "exit")
    assert meanings.expansion("QX", text_words("a quiet, quiet xylophone")) == ("quiet", "xylophone")
    assert meanings.expansion("QY") is None
    assert meanings.wording("QX", "very quick exits") == ("quick", "exit")


def test_one_definition_is_not_enough_to_understand_others() -> None:
    assert Meanings([("QX", "quick exit")], known=False).expansion("QX") is None


def test_well_known_abbreviations_are_known_in_any_case() -> None:
    assert spelling_key("LLMs") == spelling_key("LLM")
    assert usual_short_form(("large", "language", "model")) == "llm"
    meanings = Meanings()
    assert expand("llm", {}, meanings, frozenset()) == expand("LLMs", {}, meanings, frozenset())


def test_a_known_phrase_is_no_shortening_of_a_longer_one() -> None:
    assert is_ellipsis(("portrait", "matting"), ("portrait", "image", "matting"))
    assert not is_ellipsis(("mixture", "expert"), ("mixture", "latent", "expert"))
    assert not is_ellipsis(("image", "matting"), ("image", "2", "matting"))
