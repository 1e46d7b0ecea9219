import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from litloom.graph.grouped import distinct
from litloom.graph.vocabulary import Vocabulary

words = st.text("abc", max_size=3)


@given(st.lists(words, unique=True, max_size=200), st.lists(words, max_size=12))
def test_strings_are_found_by_their_number_however_few_are_sought(known, sought):
    vocabulary = Vocabulary()
    vocabulary.add(known)
    expected = [known.index(word) if word in known else -1 for word in sought]
    assert vocabulary.find(sought).tolist() == expected


@given(st.lists(st.integers(-5, 5)))
def test_distinct_numbers_are_those_of_a_set(numbers):
    assert distinct(np.array(numbers, dtype=np.int64)).tolist() == sorted(set(numbers))
