"""Model folders that are damaged, incomplete or hostile: one clear error, never another model."""

import gzip
import io
import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import spacy
import srsly

from litloom import InputError, ModelError, Paper
from litloom.cli import main
from litloom.extractors import Extractor, train
from litloom.extractors.model_files import MODELS, seal
from litloom.extractors.pipeline import blank_pipeline, load_pipeline
from litloom.extractors.training.checkpoints import Checkpoints
from litloom.extractors.training.recipe import Recipe
from litloom.extractors.training.save import save

pytestmark = pytest.mark.slow

PAPER = Paper(title="QLoRA", abstract="We propose QLoRA, which trains LoRA adapters on ImageNet with GPUs.")
FILES = sorted(
    file.relative_to(MODELS / "fast").as_posix() for file in (MODELS / "fast").rglob("*") if file.is_file()
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODELS / "fast", tmp_path / "model"))


@pytest.fixture
def old_model(model: Path) -> Path:
    """A model as the version without digests wrote it."""
    meta = json.loads((model / "meta.json").read_text())
    del meta["litloom"]["files"], meta["litloom"]["digest"]
    (model / "meta.json").write_text(json.dumps(meta))
    return model


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "missing": lambda data: None,
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "longer": lambda data: data + b"\n ",
    "first": lambda data: flipped(data, 0),
    "middle": lambda data: flipped(data, len(data) // 2, 2),
    "last": lambda data: flipped(data, -1, 5),
    "text": lambda data: b"[1, 2]",
    "number": lambda data: b"3",
    "zeros": lambda data: bytes(len(data)),
}


def damage(file: Path, how: str) -> None:
    data = DAMAGES[how](file.read_bytes())
    if data is None:
        file.unlink()
    else:
        file.write_bytes(data)


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named(model, name, how):
    damage(model / name, how)
    if name == "meta.json" and how == "longer":  # white space
        assert Extractor(model).name == Extractor("fast").name
        return
    with pytest.raises(ModelError) as raised:
        Extractor(model)
    named = str(model) if (name, how) == ("meta.json", "missing") else str(model / name)
    assert str(raised.value).startswith(f"{named}: ")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("how", ["missing", "empty", "half", "middle", "text"])
@pytest.mark.parametrize("name", FILES)
def test_without_digests_a_damaged_file_is_an_error_or_does_no_harm(old_model, name, how):
    damage(old_model / name, how)
    message = None
    try:
        list(Extractor(old_model).extract([PAPER]))
    except ModelError as error:
        message = str(error)
    if message is None:
        assert how == "middle"
    else:
        assert message.startswith(str(old_model))
        assert "\n" not in message


def test_a_model_of_the_version_before_loads_and_finds_the_same(old_model):
    old, new = Extractor(old_model), Extractor("fast")
    assert old.name != new.name
    (mine,), (other,) = old.extract([PAPER]), new.extract([PAPER])
    assert mine.mentions == other.mentions


def test_it_finds_what_spacy_would_find_with_the_same_folder(model):
    ours, theirs = load_pipeline(model), spacy.load(model)
    text = PAPER.text
    assert [(e.start, e.end, e.label) for e in ours(text).ents] == [
        (e.start, e.end, e.label) for e in theirs(text).ents
    ]
    assert ours.tokenizer.to_bytes(exclude=["vocab"]) == theirs.tokenizer.to_bytes(exclude=["vocab"])


@pytest.mark.parametrize("name", ["meta.json", "tokenizer", "litloom_cnn/weights.npz"])
def test_the_command_says_so_in_one_line(model, tmp_path, name, capsys, monkeypatch):
    (tmp_path / "papers.jsonl").write_text('{"title": "LoRA"}')
    (model / name).write_bytes(b"\x00{")
    monkeypatch.chdir(tmp_path)
    for command in (["build", "--store", "lit.lbug"], ["extract", "-o", "out"]):
        arguments = ["litloom", command[0], "papers.jsonl", *command[1:], "--model", "model"]
        monkeypatch.setattr("sys.argv", arguments)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        err = capsys.readouterr().err
        assert err.splitlines()[-1].startswith(f"litloom: model/{name}: "), err
        assert "Traceback" not in err
    assert not (tmp_path / "lit.lbug").exists()
    assert not (tmp_path / "out").exists()


class Runs:
    """Leaves a mark where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):  # type: ignore[no-untyped-def]
        return Path.touch, (self.mark,)


def test_no_pickle_is_run(old_model, tmp_path):
    mark = tmp_path / "ran"
    objects = np.empty(1, dtype=object)
    objects[0] = Runs(mark)
    archive = io.BytesIO()
    np.savez(archive, weight=objects)
    array = {b"nd": True, b"kind": b"O", b"type": "|O", b"shape": (1,), b"data": pickle.dumps(Runs(mark))}
    payloads = {
        "litloom_cnn/weights.npz": archive.getvalue(),
        "litloom_lexicon/common.npz": pickle.dumps(Runs(mark)),
        "tokenizer": srsly.msgpack.packb({"exceptions": {}, "x": array}),
    }
    for name, payload in payloads.items():
        whole = (old_model / name).read_bytes()
        (old_model / name).write_bytes(payload)
        with pytest.raises(ModelError, match=name):
            Extractor(old_model)
        (old_model / name).write_bytes(whole)
    assert not mark.exists()
    Extractor(old_model)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('factory = "litloom_naming"', 'factory = "sentencizer"'),
        ('"litloom_naming"]', '"litloom_naming", "entity_ruler"]'),
        ('"litloom_naming"]', "]"),
        ("width = 128", "width = 100000000"),
        ("width = 128", 'width = {"@misc": "spacy.ngram_suggester.v1"}'),
        ("width = 128", "width = true"),
        ("width = 128", "width = 64"),
        ("threshold = 0.4\n", "threshold = 4\n"),
        ("threshold = 0.4\n", 'threshold = 0.4\npath = "/etc/passwd"\n'),
    ],
)
def test_a_configuration_names_nothing_but_litloom_s_own_components(old_model, old, new):
    file = old_model / "config.cfg"
    config = file.read_text()
    assert old in config
    file.write_text(config.replace(old, new))
    with pytest.raises(ModelError, match=r"config\.cfg"):
        Extractor(old_model)


def test_callbacks_of_a_configuration_are_not_called(old_model, tmp_path):
    called = []
    spacy.registry.callbacks("litloom_test_callback", func=lambda: called.append)
    file = old_model / "config.cfg"
    text = file.read_text().replace("before_creation = null\n", "")
    file.write_text(f'{text}\n\n[nlp.before_creation]\n@callbacks = "litloom_test_callback"\n')
    Extractor(old_model)
    assert called == []


@pytest.mark.skipif(os.name != "posix", reason="links and pipes are those of POSIX")
@pytest.mark.parametrize("digests", [True, False])
@pytest.mark.parametrize("name", ["meta.json", "tokenizer", "litloom_lexicon/names.tsv.gz", "litloom_cnn"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_links_and_pipes_are_not_read(model, tmp_path, request, digests, name, kind):
    if not digests:
        request.getfixturevalue("old_model")
    place = model / name
    place.rename(tmp_path / "elsewhere")
    if kind == "link":
        place.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(place)
    with pytest.raises(
        ModelError, match="may not hold" if (name, kind) != ("meta.json", "pipe") else "no such"
    ):
        Extractor(model)


def test_a_file_that_was_added_is_reported(model):
    (model / "README.md").write_text("My model.")
    (model / ".DS_Store").write_text("")
    (model / "litloom_cnn" / ".DS_Store").write_text("")
    assert Extractor(model).name == Extractor("fast").name
    (model / "litloom_cnn" / "more.npz").write_text("")
    with pytest.raises(ModelError, match=r"litloom_cnn/more\.npz: cannot be loaded: it does not belong"):
        Extractor(model)


@pytest.mark.parametrize("name", ["litloom_lexicon/names.tsv.gz", "litloom_cnn/weights.npz"])
def test_bombs_are_refused(model, name, monkeypatch):
    monkeypatch.setattr("litloom.extractors.model_files.MOST_BYTES", 50_000_000)
    with (model / name).open("wb") as file:
        if name.endswith(".gz"):
            file.write(gzip.compress(bytes(60_000_000)))
        else:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("1.weight.npy", bytes(60_000_000))
    seal(model)
    with pytest.raises(ModelError, match=f"{name}: cannot be loaded: it is too large"):
        Extractor(model)


def test_numbers_that_are_none_are_refused(old_model):
    file = old_model / "litloom_concepts" / "judge.npz"
    with np.load(file) as arrays:
        judge = {name: arrays[name] for name in arrays.files}
    for wrong in (
        {"mean": judge["mean"] * np.nan},
        {"mean": judge["mean"][1:]},
        {"mean": judge["mean"].astype(str)},
        {"strange": judge["mean"]},
    ):
        np.savez(file, **{**judge, **wrong})
        with pytest.raises(ModelError, match=r"judge\.npz"):
            Extractor(old_model)


def written(output: Path) -> None:
    nlp = blank_pipeline({"litloom_cnn": {"width": 32, "depth": 1, "rows": 100}})
    save(nlp, Recipe(name="tiny"), output, papers=1)


def test_a_written_model_is_whole_and_replaces_only_models(tmp_path):
    written(tmp_path / "model")
    meta = json.loads((tmp_path / "model" / "meta.json").read_text())
    assert "litloom_cnn/weights.npz" in meta["litloom"]["files"]
    (tmp_path / "link").symlink_to("model")
    written(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "model" / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match="is a directory of something else"):
        written(tmp_path / "model")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "meta.json").write_text("{}")
    with pytest.raises(InputError, match="is a directory of something else"):
        train(tmp_path / "none", tmp_path / "site")  # before anything is read
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="is no directory"):
        written(tmp_path / "file")
    names = {"model", "link", "site", "file"}
    assert {entry.name for entry in tmp_path.iterdir()} == names
    assert (tmp_path / "model" / "thesis.tex").exists()


def test_training_does_not_write_through_planted_links(tmp_path):
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "mine").write_text("mine")
    for name in (".model.new", ".model.training"):
        (tmp_path / name).symlink_to("victim")
    written(tmp_path / "model")
    Checkpoints(tmp_path / ".model.training", "this run")
    assert [entry.name for entry in (tmp_path / "victim").iterdir()] == ["mine"]
    assert not (tmp_path / ".model.training").is_symlink()
