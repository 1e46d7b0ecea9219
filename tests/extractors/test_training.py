import json

import pytest

from litloom.errors import InputError
from litloom.extractors import Extractor, train
from litloom.extractors.lexicon import Lexicon
from litloom.extractors.recipe import Recipe, read_recipe

NAMES = ("Alpha", "Bravo", "Carol", "Delta", "Eagle", "Frost", "Gamma", "Hydra", "Indigo", "Juno")


@pytest.fixture(scope="module")
def annotated(tmp_path_factory):
    path = tmp_path_factory.mktemp("gold") / "train.jsonl"
    records = [
        {
            "id": str(number),
            "title": f"{name}Net: a fast model",
            "abstract": f"We propose {name}Net, which reaches high accuracy on {other}Set with GPUs.",
            "mentions": [
                [f"{name}Net", "Method"],
                ["accuracy", "Metric"],
                [f"{other}Set", "Dataset"],
                ["GPUs", "Hardware"],
            ],
            "introduces": [f"{name}Net"],
        }
        for number, (name, other) in enumerate((a, b) for a in NAMES for b in NAMES[:5])
    ]
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    path = tmp_path_factory.mktemp("recipe") / "tiny.toml"
    path.write_text(
        'name = "tiny"\nheld_out = 12\n[[recogniser]]\nfactory = "litloom_cnn"\n'
        "settings = { width = 32, depth = 1, rows = 300 }\n"
        "training = { epochs = 8, batch_size = 4, learning_rate = 0.01, dropout = 0.1 }\n",
        encoding="utf-8",
    )
    return path


def test_a_model_is_trained_and_used(annotated, recipe, tmp_path):
    evaluation = train(annotated, tmp_path / "model", dev=annotated, config=recipe)
    assert evaluation is not None
    assert evaluation.strict["All"].f1 > 0.8
    assert evaluation.introduces.recall > 0.7
    assert Extractor(tmp_path / "model").name.startswith("tiny-1.0.0+")


def test_the_same_seed_gives_the_same_model(annotated, recipe, tmp_path):
    for name in ("one", "two"):
        train(annotated, tmp_path / name, config=recipe)
    names = {Extractor(tmp_path / name).name for name in ("one", "two")}
    assert len(names) == 1


def test_papers_without_annotation_tell_what_is_common(annotated, recipe, tmp_path):
    papers = tmp_path / "papers.jsonl"
    known = "AlphaNet: a fast model"  # the title of an annotated paper
    titles = (known, known, known, "Of lasers", "More lasers", "A laser")
    lines = [{"id": str(n), "title": title, "abstract": "x"} for n, title in enumerate(titles)]
    papers.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    train(annotated, tmp_path / "model", config=recipe, unlabelled=papers)
    common = Lexicon().from_disk(tmp_path / "model" / "litloom_lexicon").common
    assert common.of("laser")[0] > 0
    assert common.of("AlphaNet")[0] == 0


def test_other_directories_are_left_alone(annotated, recipe, tmp_path):
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(InputError, match="something else"):
        train(annotated, tmp_path, config=recipe)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_too_few_papers_are_told(annotated, tmp_path):
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(annotated.read_text(encoding="utf-8").split("\n")[:3]), encoding="utf-8")
    with pytest.raises(InputError, match="at least 10"):
        train(few, tmp_path / "model")


@pytest.mark.parametrize("text", ["name = ", "colour = 1", "recogniser = 3", '[[recogniser]]\nsize = "x"'])
def test_a_bad_recipe_is_told(text, tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no training recipe"):
        read_recipe(path)


def test_without_a_recipe_there_is_a_default():
    assert read_recipe(None) == Recipe()
    assert read_recipe(None, seed=7).seed == 7
