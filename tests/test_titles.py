"""Titles and names as comparisons see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.papers.people import may_be_one_person, parse_name
from litloom.papers.titles import same_but_for_typos, title_key, title_words, typo_keys

WORDS = st.lists(st.text("abcdefgh", min_size=4, max_size=9), min_size=3, max_size=9)


@given(WORDS, st.sampled_from([" ", "-", ": ", "  ", ", "]))
def test_case_and_punctuation_are_ignored(words, between):
    one, other = " ".join(words), between.join(words).upper() + "."
    assert title_key(title_words(one)) == title_key(title_words(other))


@given(WORDS, st.data())
def test_titles_with_a_typo_match(words, data):
    place = data.draw(st.integers(0, len(words) - 1))
    letter = data.draw(st.integers(1, len(words[place]) - 1))
    typo = [*words]
    typo[place] = words[place][:letter] + "z" + words[place][letter:]
    one, other = title_words(" ".join(words)), title_words(" ".join(typo))
    assert same_but_for_typos(one, other)
    assert same_but_for_typos(other, one)
    assert set(typo_keys(one)) & set(typo_keys(other))


@given(WORDS, st.integers(0, 99), st.integers(0, 99))
def test_a_number_is_never_a_typo(words, number, other):
    one, two = (title_words(" ".join([*words, str(n)])) for n in (number, other))
    assert (title_key(one) == title_key(two)) == (number == other)
    assert not same_but_for_typos(one, two) or number == other


@pytest.mark.parametrize(
    "spellings",
    [
        ["Ada Poe", "Poe, Ada", "ADA POE", "POE, ADA", "Poe, Ada, Jr."],
        ["A. B. Poe", "Poe AB", "Poe A.B.", "Poe, A. B.", "Poe, AB"],
        ["Ada van der Poe", "van der Poe, Ada"],
        ["José Núñez", "Jose Nunez", r"Jos{\'e} N{\'u}{\~n}ez", "Nunez, Jose"],
        ["Łukasz Kaiser", "Lukasz Kaiser", r"{\L}ukasz Kaiser"],
        ["李 明", "李 明 "],
    ],
)
def test_one_name_in_many_forms_has_one_key(spellings):
    assert len({parse_name(name).key for name in spellings}) == 1


@pytest.mark.parametrize("name", ["", " ", ".", "Anonymous", "et al.", "12"])
def test_placeholders_are_not_names(name):
    assert parse_name(name) is None


@given(st.text("AaBbé ,.-'\\{}", max_size=20))
def test_any_name_is_parsed_and_matches_itself(text):
    name = parse_name(text)
    assert name is None or (name.surname and may_be_one_person(name, name))
