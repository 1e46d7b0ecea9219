import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from litloom.cli.app import app
from litloom.errors import InputError
from litloom.extractors import Extractor, train
from litloom.extractors.components.lexicon import Lexicon
from litloom.extractors.evaluation.gold import read_gold
from litloom.extractors.training.pseudo_labels import pseudo_labels, sample
from litloom.extractors.training.recipe import Recipe, read_recipe
from litloom.progress import Progress
from litloom.records import Paper
from tests.extractors.interrupting import Interrupting

pytestmark = pytest.mark.slow


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
    trained = train(annotated, tmp_path / "model", dev=annotated, config=recipe)
    assert trained.dev is not None
    assert trained.dev.strict["All"].f1 > 0.8
    assert trained.dev.introduces.recall > 0.7
    assert Extractor(tmp_path / "model").name.startswith("tiny-1.0.0+")


def test_held_out_papers_tell_how_good_a_model_is(annotated, recipe, tmp_path):
    held_out, dev = train(annotated, tmp_path / "model", config=recipe)
    assert dev is None
    assert held_out.papers == 12
    assert held_out.strict["All"].gold == sum(len(paper.spans) for paper in read_gold(annotated)) * 12 // 50
    assert held_out.strict["All"].f1 > 0.5
    meta = json.loads((tmp_path / "model" / "meta.json").read_text(encoding="utf-8"))
    assert meta["litloom"]["held_out"]["introduces"] == held_out.introduces.as_dict()


def test_the_command_prints_held_out_figures_and_those_on_other_papers(annotated, recipe, tmp_path):
    command = ["train", str(annotated), "-o", str(tmp_path / "model"), "--config", str(recipe)]
    result = CliRunner().invoke(app, [*command, "--dev", str(annotated)])
    assert result.exit_code == 0, result.output
    held_out, dev = result.stdout.split(f"\n{annotated}:\n")
    assert held_out.startswith(f"Held out of {annotated}, cross-validated:\n")
    assert "12 papers" in held_out
    assert "50 papers" in dev


def test_held_out_figures_are_of_papers_that_the_judge_did_not_learn_from(annotated, recipe, tmp_path):
    """Types drawn by lot can be learnt by heart, but not foreseen."""
    lines = [json.loads(line) for line in annotated.read_text(encoding="utf-8").splitlines()]
    kinds, chance = ["Method", "Dataset", "Task", "Hardware"], random.Random(0)
    for line in lines:
        line["mentions"] = [[name, chance.choice(kinds)] for name, _ in line["mentions"]]
    drawn = tmp_path / "drawn.jsonl"
    drawn.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert train(drawn, tmp_path / "model", config=recipe).held_out.strict["All"].f1 < 0.5


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


def with_pseudo_labels(recipe, path, labels, part=""):
    text = recipe.read_text(encoding="utf-8")
    path.write_text(f"{text}{part}\n[pseudo_labels]\n{labels}\n", encoding="utf-8")
    return path


AGAIN = "again = { epochs = 2, learning_rate = 0.005 }\n"
FINISH = "finish = { epochs = 1, learning_rate = 0.005 }\n"


def test_a_model_learns_from_what_it_reads_itself(annotated, recipe, unannotated, tmp_path):
    config = with_pseudo_labels(recipe, tmp_path / "self.toml", "papers = 20\nto_finish = 5", AGAIN + FINISH)
    progress = Interrupting("never")
    trained = train(
        annotated, tmp_path / "model", dev=annotated, config=config, unlabelled=unannotated, progress=progress
    )
    assert trained.dev.strict["All"].f1 > 0.8
    stages = [("train cnn", 80), ("judge", 12), ("pseudo-labels", 20)]
    again, finish = ("train cnn", 2 * 15), ("train cnn", 14)
    assert progress.begun == [*stages, again, ("judge", 12), finish]


def test_a_model_learns_from_what_another_reads(annotated, recipe, unannotated, tmp_path):
    train(annotated, tmp_path / "teacher", config=recipe)
    config = with_pseudo_labels(
        recipe, tmp_path / "student.toml", f'papers = 20\nmodel = "{tmp_path / "teacher"}"'
    )
    progress = Interrupting("never")
    train(annotated, tmp_path / "student", config=config, unlabelled=unannotated, progress=progress)
    names = [name for name, _ in progress.begun]
    assert names == ["pseudo-labels", "train cnn", "judge", "train cnn"]
    assert [total for name, total in progress.begun if name == "train cnn"] == [8 * 15, 8 * 18]


@pytest.mark.parametrize(
    ("stage", "times", "left"),
    [("pseudo-labels", 1, 2), ("train cnn", 2, 2), ("judge", 2, 1), ("train cnn", 3, 1)],
)
def test_an_interrupted_training_goes_on(annotated, recipe, unannotated, tmp_path, stage, times, left):
    config = with_pseudo_labels(recipe, tmp_path / "self.toml", "papers = 20\nto_finish = 5", AGAIN + FINISH)
    train(annotated, tmp_path / "whole", config=config, unlabelled=unannotated)
    with pytest.raises(KeyboardInterrupt):
        train(
            annotated,
            tmp_path / "model",
            config=config,
            unlabelled=unannotated,
            progress=Interrupting(stage, times),
        )
    assert not (tmp_path / "model").exists()
    rest = Interrupting("never")
    train(annotated, tmp_path / "model", config=config, unlabelled=unannotated, progress=rest)
    assert sum(name == "train cnn" for name, _ in rest.begun) == left
    assert Extractor(tmp_path / "model").name == Extractor(tmp_path / "whole").name
    assert {path.name for path in tmp_path.iterdir()} == {"self.toml", "model", "whole"}


def test_another_recipe_takes_nothing_over(annotated, recipe, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train(annotated, tmp_path / "model", config=recipe, progress=Interrupting("judge"))
    begun = Interrupting("judge")
    with pytest.raises(KeyboardInterrupt):
        train(annotated, tmp_path / "model", config=recipe, seed=2, progress=begun)
    assert [name for name, _ in begun.begun] == ["train cnn", "judge"]


def test_what_a_model_found_is_written_line_by_line(annotated, recipe, tmp_path):
    train(annotated, tmp_path / "model", config=recipe)
    papers = [replace(gold.paper, id=f"n{gold.id}") for gold in read_gold(annotated)[:8]]
    whole, path = tmp_path / "whole.jsonl", tmp_path / "pseudo-labels.jsonl"
    found = pseudo_labels(papers, tmp_path / "model", whole, Progress())
    assert [(gold.id, gold.text) for gold in found] == [(paper.id, paper.text) for paper in papers]
    assert any(gold.mentions for gold in found)
    path.write_bytes(whole.read_bytes()[:-300])  # as if it had been killed while writing
    progress = Interrupting("never")
    assert pseudo_labels(papers, tmp_path / "model", path, progress) == found
    assert 0 < progress.begun[0][1] < 8
    assert path.read_bytes() == whole.read_bytes()


@given(st.integers(0, 40), st.integers(0, 40), st.integers())
def test_papers_are_drawn_once_each(there, count, seed):
    papers = [Paper(id=str(n), title=str(n), abstract="x" * (n % 3)) for n in range(there)]
    usable = [paper for paper in papers if paper.abstract]
    if count > len(usable):
        with pytest.raises(InputError, match="without annotation"):
            sample(papers, count, seed)
    else:
        drawn = sample(papers, count, seed)
        assert len({paper.id for paper in drawn}) == count == len(drawn)
        assert all(paper in usable for paper in drawn)
        assert drawn == sample(iter(papers), count, seed)


def test_other_directories_are_left_alone(annotated, recipe, tmp_path):
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(InputError, match="something else"):
        train(annotated, tmp_path, config=recipe)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_too_few_papers_are_reported(annotated, tmp_path):
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(annotated.read_text(encoding="utf-8").split("\n")[:3]), encoding="utf-8")
    with pytest.raises(InputError, match="at least 10"):
        train(few, tmp_path / "model")


@pytest.mark.parametrize("text", ["name = ", "colour = 1", "recogniser = 3", '[[recogniser]]\nsize = "x"'])
def test_a_bad_recipe_is_reported(text, tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no training recipe"):
        read_recipe(path)


def test_without_a_recipe_there_is_a_default():
    assert read_recipe(None) == Recipe()
    assert read_recipe(None, seed=7).seed == 7
