"""Training of encoders: needs PyTorch, which the tests otherwise do without."""

import json

import numpy as np
import pytest
import spacy

from litloom.errors import InputError
from litloom.extractors import Extractor, train
from litloom.extractors.components.encoder import WINDOW, EncoderRecogniser
from litloom.extractors.components.wordpiece import MAX_PIECES, WordPiece
from litloom.extractors.evaluation.gold import GoldPaper
from litloom.extractors.training import encoder as encoder_training
from tests.extractors.interrupting import Interrupting
from tests.extractors.small_encoder import HEADS, VOCABULARY, small_weights

torch = pytest.importorskip("torch", reason='needs PyTorch: pip install -e ".[train]"')

from litloom.extractors.training.torch_encoder import Transformer, example_of  # noqa: E402

PAPERS = [
    GoldPaper(
        id="1", title="LoRA", abstract="We propose LoRA, on large GPUs.", mentions=(("LoRA", "Method"),)
    ),
    GoldPaper(id="2", title="A", abstract=""),
    GoldPaper(id="3", title="Long", abstract="word after word " * 30),
]


@pytest.mark.parametrize("relative", [False, True])
def test_what_is_trained_is_what_runs(relative):
    nlp = spacy.blank("en")
    recogniser = EncoderRecogniser("encoder", heads=HEADS)
    recogniser.set_weights(small_weights(relative=relative), VOCABULARY)
    weights = {name: torch.from_numpy(values) for name, values in recogniser.model.weights.items()}
    network = Transformer(weights, heads=HEADS)
    examples = [example_of(nlp, recogniser.wordpiece, paper) for paper in PAPERS]
    for number, predicted in network.predict(examples):
        doc = recogniser(nlp.make_doc(PAPERS[number].text))
        ran = np.column_stack([np.exp(doc._.tag_scores[0]), doc._.intro_scores[0]])
        np.testing.assert_allclose(predicted, ran, atol=3e-3)


def test_of_a_long_paper_the_first_window_is_learnt_from():
    nlp = spacy.blank("en")
    paper = GoldPaper(id="4", title="Long", abstract="word after word " * 200)
    example = example_of(nlp, WordPiece(VOCABULARY), paper)
    assert WINDOW - MAX_PIECES < len(example.ids) - 2 <= WINDOW
    assert len(example.targets) == len(example.first) == len(example.last)


def test_an_unknown_precision_is_reported():
    with pytest.raises(InputError, match="float32, bfloat16"):
        Transformer({}, heads=1, precision="float8")


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_teacher_is_distilled_into_both_recognisers(
    precision, annotated, unannotated, tmp_path, monkeypatch
):
    monkeypatch.setattr(
        encoder_training, "base_weights", lambda seed, base: (small_weights(seed), VOCABULARY)
    )
    training = f'epochs = 4, batch_size = 4, learning_rate = 0.003, dropout = 0.0, precision = "{precision}"'
    config = tmp_path / "recipe.toml"
    config.write_text(
        f"held_out = 12\n[teacher]\nheads = {HEADS}\ntraining = {{ {training} }}\n"
        "[pseudo_labels]\npapers = 20\ngold = 2\nto_finish = 5\n"
        f'[[recogniser]]\nfactory = "litloom_encoder"\nsettings = {{ heads = {HEADS} }}\n'
        f"training = {{ {training} }}\nfinish = {{ epochs = 1 }}\n"
        '[[recogniser]]\nfactory = "litloom_cnn"\nsettings = { width = 32, depth = 1, rows = 300 }\n'
        "training = { epochs = 3, batch_size = 4, learning_rate = 0.01, dropout = 0.1 }\n",
        encoding="utf-8",
    )
    progress = Interrupting("never")
    trained = train(
        annotated, tmp_path / "model", dev=annotated, config=config, unlabelled=unannotated, progress=progress
    )
    assert trained.dev.strict["All"].f1 > 0.7
    students = [("train encoder", 4 * 24), ("train cnn", 3 * 24)]
    last = [("train encoder", 14), ("train cnn", 3 * 30)]
    assert progress.begun == [("train encoder", 40), ("soft labels", 20), *students, ("judge", 12), *last]
    about = json.loads((tmp_path / "model" / "meta.json").read_text(encoding="utf-8"))
    assert about["litloom"]["held_out"]["papers"] == 12
    assert Extractor(tmp_path / "model").name.startswith("custom-")
