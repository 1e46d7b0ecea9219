"""What is remembered of a name in one paper is what would be worked out anew in another."""

from hypothesis import given
from hypothesis import strategies as st

from litloom.graph.names.abbreviations import Meanings, short_key
from litloom.graph.names.identity import Writing, written_out
from litloom.graph.names.normalize import name_words

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
def test_names_are_written_out_alike_whatever_was_written_out_before(
    definitions: list[tuple[str, str]], papers: list[tuple[str, dict[str, str], frozenset[str]]]
) -> None:
    meanings = Meanings(definitions)
    writing = Writing(meanings)
    for name, defined, company in papers:
        own = {short_key(short): name_words(full) for short, full in defined.items()}
        assert writing.of(name, own, lambda seen=company: seen) == written_out(name, own, meanings, company)
