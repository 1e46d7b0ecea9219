import numpy as np
import pytest

from litloom.extractors import Extractor
from litloom.extractors.components.abbreviations import counterparts, find_abbreviations
from litloom.extractors.components.introduces import group_offsets
from litloom.extractors.components.lexicon import Lexicon, NameCounts
from litloom.extractors.evaluation.gold import occurrences
from litloom.extractors.evidence.commonness import count_runs
from litloom.extractors.evidence.introduction_cues import cues
from litloom.extractors.evidence.introduction_features import (
    combined_features,
    related_names,
    wording_features,
)
from litloom.records import KINDS, Paper

TEXT = (
    "Weft: fast joins\nWe propose Weft, a novel engine built on BERT. Weft outperforms BERT on GLUE. "
    "Its core is loom hashing (LH)."
)
NAMES = (
    ("Weft", "Method"),
    ("BERT", "Method"),
    ("GLUE", "Dataset"),
    ("loom hashing", "Method"),
    ("LH", "Method"),
)


@pytest.fixture(scope="module")
def names():
    return group_offsets(TEXT, occurrences(TEXT, NAMES))


@pytest.fixture(scope="module")
def partner():
    return counterparts(find_abbreviations(TEXT))


def row_of(name, text=TEXT):
    return cues(text, text.find("\n"), name, [at for at in range(len(text)) if text.startswith(name, at)])


def test_a_proposed_name_is_written_otherwise_than_a_used_one():
    assert row_of("Weft") != row_of("BERT")
    proposed, used = "T\nWe propose Alpha for joins.", "T\nWe start from Alpha for joins."
    differing = np.flatnonzero(np.asarray(row_of("Alpha", proposed)) != np.asarray(row_of("Alpha", used)))
    assert len(differing)


def test_every_name_has_the_same_evidence(names, partner):
    rows = wording_features(TEXT, names, partner, Lexicon())
    assert rows.shape[0] == len(names)
    assert np.isfinite(rows).all()
    assert wording_features(TEXT, [], {}, Lexicon()).shape == (0, 0)


def test_a_paper_of_the_lexicon_is_taken_out_of_its_counts(names, partner):
    lexicon = Lexicon()
    lexicon.names = {"weft": NameCounts(1.0, (1.0, 0.0, 0.0, 0.0, 0.0))}
    own = wording_features(TEXT, names, partner, lexicon, counted=True)
    assert np.array_equal(own, wording_features(TEXT, names, partner, Lexicon()))
    assert not np.array_equal(own, wording_features(TEXT, names, partner, lexicon))


def test_common_names_show(names, partner):
    lexicon = Lexicon()
    before = wording_features(TEXT, names, partner, lexicon)
    lexicon.common = count_runs(["BERT"] * 8)
    after = wording_features(TEXT, names, partner, lexicon)
    changed = {
        name for (name, _, _), a, b in zip(names, before, after, strict=True) if not np.array_equal(a, b)
    }
    assert changed == {"BERT"}


def test_the_second_rows_hold_what_the_recognisers_say(names):
    written = np.linspace(0.1, 0.9, len(names)).astype(np.float32)
    silent = {name: 0.0 for name, _, _ in names}
    rows = [
        combined_features(names, written, [likely, likely], {}, {}, Lexicon(), TEXT.find("\n"))
        for likely in (silent, {**silent, "Weft": 0.9})
    ]
    assert rows[0].shape == rows[1].shape
    assert not np.array_equal(rows[0][0], rows[1][0])


def test_related_names_are_found_in_any_case_and_by_whole_words():
    names = [(name, KINDS[0], [0]) for name in ("Mamba", "graph mamba", "Mambas", "MAMBA")]
    assert related_names(names)["Mamba"] == ["graph mamba", "MAMBA"]


@pytest.mark.parametrize("model", ["fast", "accurate"])
def test_what_is_proposed_is_introduced_and_what_is_known_is_not(model):
    paper = Paper(
        title="LoomNet: Sparse Attention for Long Documents",
        abstract="We propose LoomNet, a novel transformer that reads long documents. LoomNet outperforms "
        "BERT and Longformer on GLUE. LoomNet reduces memory usage on GPUs.",
    )
    (extraction,) = Extractor(model).extract([paper])
    assert "LoomNet" in extraction.introduces
    assert not {"BERT", "Longformer", "GLUE", "GPUs"} & set(extraction.introduces)


@pytest.mark.parametrize("model", ["fast", "accurate"])
def test_a_survey_introduces_nothing(model):
    paper = Paper(
        title="A Survey of Graph Neural Networks",
        abstract="Graph neural networks are popular for node classification. This survey reviews graph "
        "convolutional networks and graph attention networks, and compares them on Cora by accuracy.",
    )
    (extraction,) = Extractor(model).extract([paper])
    assert extraction.introduces == ()
    assert extraction.mentions
