"""What is remembered of a name in one paper is what would be worked out anew in another."""

from hypothesis import given
from hypothesis import strategies as st

from litloom.graph.names.abbreviations import Meanings
from litloom.graph.names.expansion import NameExpander, expand
from litloom.graph.names.normalize import name_words, spelling_key

DEFINED = [
    ("QA", "question answering"),
    ("QA", "quality assurance"),
    ("PC", "point cloud"),
    ("PC", "predictive coding"),
]
FULL_NAMES = st.sampled_from(["question answering", "quality assurance", "point cloud", "quiet answer"])
NAMES = st.lists(
    st.sampled_from(["QA", "QAs", "PC", "GAN", "LoRA", "2", "of", "training", "loss"]), min_size=1, max_size=3
)
PAPERS = st.tuples(
    NAMES.map(" ".join),
    st.dictionaries(st.sampled_from(["QA", "PC", "GAN"]), FULL_NAMES, max_size=2),
    st.frozensets(st.sampled_from(["question", "answer", "quality", "point", "cloud", "code", "answering"])),
)


@given(st.lists(st.sampled_from(DEFINED), max_size=8), st.lists(PAPERS, max_size=12))
def test_names_are_expanded_alike_whatever_was_expanded_before(
    definitions: list[tuple[str, str]], papers: list[tuple[str, dict[str, str], frozenset[str]]]
) -> None:
    meanings = Meanings(definitions)
    expander = NameExpander(meanings)
    for name, defined, context in papers:
        own = {spelling_key(short): name_words(full) for short, full in defined.items()}
        assert expander.expand(name, own, lambda seen=context: seen) == expand(name, own, meanings, context)
