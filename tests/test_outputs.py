"""Outputs that a user names: written whole or not at all, through links, into devices and pipes."""

import errno
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from litloom import InputError, Paper, build
from litloom.whole_file import output_file, own_folder, remove_tree, whole_file

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, devices and pipes are those of POSIX")

PAPERS = (
    {"id": "a", "title": "LoRA: Low-Rank Adaptation", "abstract": "We propose LoRA for GPUs."},
    {"id": "b", "title": "QLoRA", "abstract": "QLoRA trains LoRA adapters on GPUs."},
)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with papers, annotated papers and a graph."""
    folder = tmp_path_factory.mktemp("given")
    (folder / "papers.jsonl").write_text("\n".join(map(json.dumps, PAPERS)), encoding="utf-8")
    gold = {**PAPERS[0], "mentions": [["LoRA", "Method"]], "introduces": ["LoRA"]}
    (folder / "gold.jsonl").write_text(json.dumps(gold), encoding="utf-8")
    build([Paper(**paper) for paper in PAPERS], folder / "lit.lbug", model="fast").close()
    return folder


def litloom(folder: Path, *arguments: str, shell: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the command; `shell` is what follows it on a command line."""
    script = "import sys; sys.argv[0] = 'litloom'; from litloom.cli import main; main()"
    if not shell:
        command = [sys.executable, "-c", script, *arguments]
    else:
        command = ["bash", "-c", f'"$@" {shell}', "bash", sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def outputs(given: Path, output: str) -> dict[str, list[str]]:
    store = str(given / "lit.lbug")
    return {
        "concepts": ["concepts", "--store", store, "-o", output],
        "view": ["view", "map", "--store", store, "-o", output],
        "export": ["export", "--format", "graphml", "--store", store, "-o", output],
        "extract": ["extract", str(given / "papers.jsonl"), "--model", "fast", "-o", output],
        "parquet": [
            *["extract", str(given / "papers.jsonl"), "--model", "fast", "--format", "parquet"],
            *["-o", output],
        ],
        "evaluate": ["evaluate", str(given / "gold.jsonl"), "--model", "fast", "--errors", output],
    }


COMMANDS = tuple(outputs(Path(), ""))
BEGINS = {
    "concepts": b"#",
    "view": b"<!",
    "export": b"<?xml",
    "extract": b"{",
    "parquet": b"PAR1",
    "evaluate": b"<!",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_device_stays_a_device(given, tmp_path, command):
    ended = litloom(tmp_path, *outputs(given, "/dev/full")[command])
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("litloom: /dev/full: ")
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_link_is_followed_and_the_file_behind_it_keeps_its_permissions(given, tmp_path, command):
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "out", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to("middle")
    (tmp_path / "middle").symlink_to(target)
    ended = litloom(tmp_path, *outputs(given, "link")[command])
    assert ended.returncode == 0, ended.stderr
    assert link.is_symlink()
    assert target.read_bytes().startswith(BEGINS[command])
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(found.name for found in tmp_path.rglob("*")) == ["far", "link", "middle", "out"]


@pytest.mark.parametrize("command", COMMANDS)
def test_process_substitution_pipes_and_standard_output(given, tmp_path, command):
    ended = litloom(tmp_path, *outputs(given, "/dev/fd/7")[command], shell="7> >(cat > copy; echo > done)")
    assert ended.returncode == 0, ended.stderr
    while not (tmp_path / "done").exists():
        threading.Event().wait(0.01)
    assert (tmp_path / "copy").read_bytes().startswith(BEGINS[command])
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_bytes()))
    reader.start()
    ended = litloom(tmp_path, *outputs(given, "fifo")[command])
    reader.join()
    assert ended.returncode == 0, ended.stderr
    assert got[0] == (tmp_path / "copy").read_bytes()
    assert fifo.is_fifo()


@pytest.mark.parametrize("command", ["concepts", "view", "export", "extract", "parquet"])
@pytest.mark.parametrize("output", ["-", "/dev/stdout"])
def test_standard_output_gets_the_output_alone(given, tmp_path, command, output):
    first = litloom(tmp_path, *outputs(given, "file")[command])
    ended = litloom(tmp_path, *outputs(given, output)[command], shell="> out")
    assert (first.returncode, ended.returncode) == (0, 0), ended.stderr
    assert (tmp_path / "out").read_bytes() == (tmp_path / "file").read_bytes()
    ended = litloom(tmp_path, *outputs(given, output)[command], shell=">> out")
    assert (tmp_path / "out").read_bytes() == (tmp_path / "file").read_bytes() * 2


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("loop", "Too many levels of symbolic links"),
        ("to-folder", "Is a directory"),
        (".", "Is a directory"),
        ("none/out", "there is no folder none"),
        ("file/out", "Not a directory"),
        ("/dev/fd/99", "Bad file descriptor"),
    ],
)
@pytest.mark.parametrize("command", ["concepts", "export", "evaluate"])
def test_what_cannot_be_written_is_told_before_the_work(given, tmp_path, command, place, reason):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "to-folder").symlink_to(tmp_path)
    (tmp_path / "file").write_text("")
    before = sorted(tmp_path.rglob("*"))
    ended = litloom(tmp_path, *outputs(given, place)[command])
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == f"litloom: {place}: {reason}"
    assert "Traceback" not in ended.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_dangling_link_gets_its_file(tmp_path):
    (tmp_path / "far").mkdir()
    link = tmp_path / "link"
    link.symlink_to("far/new")
    with output_file(link) as unfinished:
        unfinished.write_text("new")
    assert link.is_symlink()
    assert (tmp_path / "far" / "new").read_text() == "new"


@pytest.mark.parametrize("writing", [whole_file, output_file])
@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError, OSError(errno.ENOSPC, "full")])
def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path, writing, failure):
    path = tmp_path / ("a" * 250)
    path.write_text("old")
    with pytest.raises(BaseException) as raised, writing(path) as unfinished:  # noqa: PT011, PT012
        unfinished.write_text("half")
        raise failure
    if isinstance(raised.value, OSError):
        assert (raised.value.filename, raised.value.errno) == (str(path), errno.ENOSPC)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_files_of_litloom_never_go_through_links(tmp_path):
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / "link").symlink_to(other)
    with whole_file(tmp_path / "link") as unfinished:
        unfinished.write_text("new")
    assert (other.read_text(), (tmp_path / "link").read_text()) == ("mine", "new")
    (tmp_path / "away").mkdir()
    (tmp_path / "folder").symlink_to(tmp_path / "away")
    with pytest.raises(InputError, match="is a symbolic link"):
        own_folder(tmp_path / "folder")
    remove_tree(tmp_path / "folder")
    assert not (tmp_path / "folder").is_symlink()
    assert (tmp_path / "away").is_dir()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("victim", ["lit.lbug", "lit.lbug.wal", "lit.lbug.extractions/x", "input", "link", "hard"])
def test_an_output_replaces_no_graph_and_no_input(given, tmp_path, command, victim):
    source = given / ("gold.jsonl" if command == "evaluate" else "papers.jsonl")
    if victim in ("input", "link", "hard"):
        if command in ("concepts", "view", "export"):
            pytest.skip("it reads no files")
        place = source
        if victim == "link":
            place = tmp_path / "link"
            place.symlink_to(source)
        elif victim == "hard":
            place = tmp_path / "hard"
            place.hardlink_to(source)
    elif command in ("extract", "parquet", "evaluate") and victim != "lit.lbug":
        pytest.skip("it knows of no store")
    else:
        place = given / victim
    before = {file: file.read_bytes() for file in given.rglob("*") if file.is_file()}
    ended = litloom(tmp_path, *outputs(given, str(place))[command])
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert "name another file" in ended.stderr
    assert {file: file.read_bytes() for file in given.rglob("*") if file.is_file()} == before


def test_the_list_of_what_was_left_out_goes_where_it_should(given, tmp_path):
    (tmp_path / "bad.jsonl").write_text('{"title": "A"}\n{"abstract": "x"}\n')
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "skipped.tsv").symlink_to("mine")
    base = ["extract", "bad.jsonl", "--model", "fast", "-o", "out.jsonl", "--skip-bad"]
    ended = litloom(tmp_path, *base)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "mine").read_text() == "mine"
    assert (tmp_path / "skipped.tsv").read_text().startswith("source\t")
    ended = litloom(tmp_path, *base, "--skipped", "/dev/full")
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == "litloom: /dev/full: No space left on device"
    ended = litloom(tmp_path, *base, "--skipped", "-")
    assert ended.stdout.startswith("source\t")
    ended = litloom(tmp_path, *base, "--skipped", "bad.jsonl")
    assert (ended.returncode, "is read by this command" in ended.stderr) == (2, True)


def test_a_full_disk_leaves_nothing(given, tmp_path):
    """A limit on the length of files stands for the disk."""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); "
    script = f"{limited}import sys; sys.argv[0] = 'litloom'; from litloom.cli import main; main()"
    for name in ("view", "export", "extract", "parquet", "evaluate"):
        (tmp_path / "out").write_text("old")
        command = [sys.executable, "-c", script, *outputs(given, "out")[name]]
        if name in ("extract", "parquet"):
            command.append(str(given / "gold.jsonl"))
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        if name in ("extract", "parquet") and ended.returncode == 0:
            continue  # short enough
        assert ended.returncode == 2, (name, ended.stderr)
        assert ended.stderr.splitlines()[-1].startswith("litloom: out: "), (name, ended.stderr)
        assert (tmp_path / "out").read_text() == "old"
        assert [found.name for found in tmp_path.iterdir()] == ["out"]
