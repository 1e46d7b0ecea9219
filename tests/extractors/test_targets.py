import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from litloom.extractors.components.cnn import OUTPUTS, CnnRecogniser
from litloom.extractors.components.encoder import distance_buckets
from litloom.extractors.evaluation.gold import GoldPaper
from litloom.extractors.evidence.span_decoding import OUTSIDE, TAG_COUNT
from litloom.extractors.training.cnn import train_cnn
from litloom.extractors.training.targets import SoftLabelledPaper, targets_of
from litloom.progress import Progress

pytestmark = pytest.mark.slow

RECIPE = {"batch_size": 4, "learning_rate": 0.01, "dropout": 0.0, "seed": 1, "progress": Progress()}
GOLD = GoldPaper(
    id="1",
    title="LoRA",
    abstract="We propose LoRA, on large GPUs.",
    mentions=(("LoRA", "Method"), ("GPUs", "Hardware")),
    introduces=("LoRA",),
)


@pytest.fixture(scope="module")
def nlp():
    return spacy.blank("en")


def test_targets_of_annotated_papers_are_0_or_1(nlp):
    doc = nlp.make_doc(GOLD.text)
    targets = targets_of(doc, GOLD)
    assert targets.shape == (len(doc), OUTPUTS)
    assert set(targets.flatten().tolist()) == {0.0, 1.0}
    assert (targets[:, :TAG_COUNT].sum(axis=1) == 1).all()
    inside = [doc[at].text for at in np.flatnonzero(targets[:, OUTSIDE] == 0)]
    assert inside == ["LoRA", "LoRA", "GPUs"]
    assert [doc[at].text for at in np.flatnonzero(targets[:, TAG_COUNT])] == ["LoRA", "LoRA"]


def test_a_student_learns_the_probabilities_of_its_teacher(nlp):
    """The student reaches the teacher's probabilities; tokens without targets teach nothing."""
    text = "LoRA\nfast and small"
    targets = np.zeros((1, OUTPUTS), dtype=np.float16)
    targets[0, [OUTSIDE, 4, TAG_COUNT]] = 0.3, 0.7, 0.6
    student = CnnRecogniser(nlp, "cnn", width=32, depth=1, rows=100)
    train_cnn(nlp, student, [SoftLabelledPaper(text, targets)], epochs=300, **RECIPE)
    doc = student(nlp.make_doc(text))
    predicted = np.exp(doc._.tag_scores[0][0])
    assert predicted[4] == pytest.approx(0.7, abs=0.05)
    assert predicted[OUTSIDE] == pytest.approx(0.3, abs=0.05)
    assert doc._.intro_scores[0][0] == pytest.approx(0.6, abs=0.05)


@given(st.integers(1, 300))
def test_ranges_of_distance_grow_and_tell_the_direction(length):
    ranges = distance_buckets(length)
    assert (np.diag(ranges) == 0).all()
    assert (np.diff(ranges[0]) >= 0).all()
    assert (np.diff(ranges[-1]) <= 0).all()
    after, before = ranges[np.triu_indices(length, 1)], ranges.T[np.triu_indices(length, 1)]
    assert (after == before + 16).all()
    assert ranges.max() < 32
