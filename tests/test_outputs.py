"""Outputs that a user names: written whole or not at all, through links, into devices and pipes."""

import errno
import json
import os
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from litloom import Extraction, InputError, Paper, build
from litloom.cli import main
from litloom.extractors import write_extractions
from litloom.support.atomic_file import atomic_file
from litloom.support.folders import own_folder, remove_tree
from litloom.support.output_file import output_file

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="links, devices and pipes are those of POSIX"),
]

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


class Ended(NamedTuple):
    returncode: int
    stdout: bytes
    stderr: str

    @property
    def told(self) -> str:
        """The last line on standard error, which must be the only one of an error."""
        return self.stderr.splitlines()[-1] if self.stderr else ""


@pytest.fixture
def litloom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Ended]:
    """Run the command in an empty folder."""

    def run(*arguments: str) -> Ended:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.argv", ["litloom", *arguments])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfdbinary.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, out, err.decode())

    return run


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
def test_a_device_stays_a_device(given, tmp_path, litloom, command):
    ended = litloom(*outputs(given, "/dev/full")[command])
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("litloom: /dev/full: ")
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_link_is_followed_and_the_file_behind_it_keeps_its_permissions(given, tmp_path, litloom, command):
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "out", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to("middle")
    (tmp_path / "middle").symlink_to(target)
    ended = litloom(*outputs(given, "link")[command])
    assert ended.returncode == 0, ended.stderr
    assert link.is_symlink()
    assert target.read_bytes().startswith(BEGINS[command])
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(found.name for found in tmp_path.rglob("*")) == ["far", "link", "middle", "out"]


@pytest.mark.parametrize("command", COMMANDS)
def test_pipes_get_the_whole_output_and_stay(given, tmp_path, litloom, command):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_bytes()))
    reader.start()
    ended = litloom(*outputs(given, "fifo")[command])
    reader.join()
    assert ended.returncode == 0, ended.stderr
    assert got[0].startswith(BEGINS[command])
    assert fifo.is_fifo()
    with (tmp_path / "copy").open("wb") as file:
        ended = litloom(*outputs(given, f"/dev/fd/{file.fileno()}")[command])
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "copy").read_bytes() == got[0]


@pytest.mark.parametrize("command", ["concepts", "view", "export", "extract", "parquet"])
def test_standard_output_gets_the_output_alone(given, tmp_path, litloom, command):
    assert litloom(*outputs(given, "file")[command]).returncode == 0
    for name in ("-", "/dev/stdout"):
        ended = litloom(*outputs(given, name)[command])
        assert ended.returncode == 0, ended.stderr
        assert ended.stdout == (tmp_path / "file").read_bytes()


def test_a_shell_may_substitute_redirect_and_append(given, tmp_path):
    script = "import sys; sys.argv[0] = 'litloom'; from litloom.cli import main; main()"
    run = [sys.executable, "-c", script, *outputs(given, "-")["concepts"][:-1]]
    shell = 'true >> out; "$@" /dev/stdout >> out; "$@" - >> out; "$@" >(cat > copy; echo > done)'
    subprocess.run(["bash", "-c", shell, "bash", *run], cwd=tmp_path, check=True)
    while not (tmp_path / "done").exists():
        threading.Event().wait(0.01)
    assert (tmp_path / "copy").read_bytes().startswith(b"#")
    assert (tmp_path / "out").read_bytes() == (tmp_path / "copy").read_bytes() * 2


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("loop", "Too many levels of symbolic links"),
        ("to-folder", "Is a directory"),
        (".", "Is a directory"),
        ("none/out", "No such file or directory"),
        ("file/out", "Not a directory"),
        ("/dev/fd/99", "Bad file descriptor"),
    ],
)
@pytest.mark.parametrize("command", ["concepts", "evaluate"])
def test_what_cannot_be_written_is_told_before_the_work(given, tmp_path, litloom, command, place, reason):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "to-folder").symlink_to(tmp_path)
    (tmp_path / "file").write_text("")
    before = sorted(tmp_path.rglob("*"))
    ended = litloom(*outputs(given, place)[command])
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


@pytest.mark.parametrize("writing", [atomic_file, output_file])
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
    with atomic_file(tmp_path / "link") as unfinished:
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
@pytest.mark.parametrize(
    "victim",
    [
        "lit.lbug",
        "lit.lbug.wal",
        "lit.lbug.damaged",
        "lit.lbug.extractions/x",
        "lit.lbug.tables/x",
        "input",
        "link",
        "hard",
    ],
)
def test_an_output_replaces_no_graph_and_no_input(given, tmp_path, litloom, command, victim):
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
    ended = litloom(*outputs(given, str(place))[command])
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert "name another file" in ended.stderr
    assert {file: file.read_bytes() for file in given.rglob("*") if file.is_file()} == before


def test_the_list_of_what_was_left_out_goes_where_it_should(given, tmp_path, litloom):
    (tmp_path / "bad.jsonl").write_text('{"title": "A"}\n{"abstract": "x"}\n')
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "skipped.tsv").symlink_to("mine")
    base = ["extract", "bad.jsonl", "--model", "fast", "-o", "out.jsonl", "--skip-bad"]
    ended = litloom(*base)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "mine").read_text() == "mine"
    assert (tmp_path / "skipped.tsv").read_text().startswith("source\t")
    ended = litloom(*base, "--skipped", "/dev/full")
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == "litloom: /dev/full: No space left on device"
    ended = litloom(*base, "--skipped", "-")
    assert ended.stdout.startswith(b"source\t")
    ended = litloom(*base, "--skipped", "bad.jsonl")
    assert (ended.returncode, "is read by this command" in ended.stderr) == (2, True)


@contextmanager
def full_disk(size: int = 100) -> Iterator[None]:
    """A limit on the length of files stands for the disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("command", ["concepts", "view", "export", "evaluate"])
def test_a_full_disk_leaves_nothing(given, tmp_path, litloom, command):
    (tmp_path / "out").write_text("old")
    # The captured messages are in a file, too; those of evaluate have a line more.
    with full_disk(500 if command == "evaluate" else 100):
        ended = litloom(*outputs(given, "out")[command])
    assert (ended.returncode, ended.told) == (2, "litloom: out: File too large")
    assert (tmp_path / "out").read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_full_disk_leaves_no_extractions(tmp_path, form):
    with full_disk(), pytest.raises(InputError, match="out: cannot be written: File too large"):
        write_extractions([Extraction(paper_id=str(number)) for number in range(100)], tmp_path / "out", form)
    assert list(tmp_path.iterdir()) == []


def planted(folder: Path, *names: str) -> Path:
    """Plant links of these names that lead to a file of somebody's, and return that."""
    victim = folder / "victim"
    victim.write_text("mine")
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(victim)
    return victim


def test_import_files_replace_links(given, tmp_path, litloom):
    victim = planted(tmp_path, "bulk/paper.csv", "bulk/import.sh", "bulk/cites.csv")
    ended = litloom("export", "neo4j-import", "bulk", "--store", str(given / "lit.lbug"))
    assert ended.returncode == 0, ended.stderr
    assert victim.read_text() == "mine"
    assert not any(file.is_symlink() for file in (tmp_path / "bulk").iterdir())
    assert not any(file.name.startswith(".") for file in (tmp_path / "bulk").iterdir())


def test_import_files_are_all_there_or_none(given, tmp_path, litloom):
    (tmp_path / "bulk" / "method.csv").mkdir(parents=True)
    with full_disk():
        ended = litloom("export", "neo4j-import", "bulk", "--store", str(given / "lit.lbug"))
    assert ended.returncode == 2
    assert ended.told == "litloom: bulk: File too large"
    assert [entry.name for entry in (tmp_path / "bulk").iterdir()] == ["method.csv"]
    ended = litloom("export", "neo4j-import", "bulk", "--store", str(given / "lit.lbug"))
    assert (ended.returncode, ended.told) == (2, "litloom: bulk/method.csv: Is a directory")
    assert not (tmp_path / "bulk" / "import.sh").exists()


@pytest.mark.parametrize("name", ["papers", "extractions"])
def test_folders_of_parts_are_no_links(given, tmp_path, litloom, name):
    (tmp_path / "away").mkdir()
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / name).symlink_to(tmp_path / "away")
    ended = litloom("extract", str(given / "papers.jsonl"), "--model", "fast", "-o", "parts/")
    assert ended.returncode == 2
    assert ended.told.startswith("litloom: ")
    assert "is a symbolic link" in ended.told
    assert list((tmp_path / "away").iterdir()) == []


def test_parts_and_tables_replace_links(given, tmp_path, litloom):
    victim = planted(tmp_path, "parts/parts.json", "tables/tables.json")
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "mine").write_text("mine")
    (tmp_path / "tables" / "nodes").symlink_to(tmp_path / "away")
    assert litloom("extract", str(given / "papers.jsonl"), "--model", "fast", "-o", "parts/").returncode == 0
    ended = litloom("weave", "parts", "-o", "tables")
    assert ended.returncode == 0, ended.stderr
    assert victim.read_text() == "mine"
    assert [file.name for file in (tmp_path / "away").iterdir()] == ["mine"]
    assert not (tmp_path / "tables" / "nodes").is_symlink()


def test_the_cache_is_not_kept_behind_links(given, tmp_path, litloom):
    command = ["build", str(given / "papers.jsonl"), "--model", "fast", "--store"]
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "mine").mkdir()
    (tmp_path / "a.lbug.extractions").symlink_to(tmp_path / "away")
    ended = litloom(*command, "a.lbug")
    assert ended.returncode == 2
    assert "a.lbug.extractions: is a symbolic link" in ended.told
    assert litloom(*command, "b.lbug").returncode == 0
    cache = tmp_path / "b.lbug.extractions"
    victim = planted(cache, "woven-0.arrow", ".papers.parquet.x")
    (cache / "papers.parquet").unlink()
    (cache / "papers.parquet").symlink_to(victim)
    (model,) = cache.glob("fast-*")
    (cache / "other-1").symlink_to(tmp_path / "away")
    ended = litloom(*command, "b.lbug", "--model", "fast")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "away" / "mine").is_dir()
    assert victim.read_text() == "mine"
    model.rename(tmp_path / "model")
    model.symlink_to(tmp_path / "model")
    before = sorted((tmp_path / "model").iterdir())
    assert litloom(*command, "b.lbug").returncode == 2
    assert sorted((tmp_path / "model").iterdir()) == before


def test_parts_are_not_written_among_the_files_of_a_graph(given, tmp_path, litloom):
    beside = given / "lit.lbug.extractions"
    before = sorted(beside.rglob("*"))
    ended = litloom("extract", str(given / "papers.jsonl"), "--model", "fast", "-o", f"{beside}/")
    assert (ended.returncode, "belongs to a graph" in ended.told) == (2, True)
    assert sorted(beside.rglob("*")) == before
