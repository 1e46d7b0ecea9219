"""What goes wrong with a graph file is said in plain words, whatever LadybugDB says."""

import os
import subprocess
import sys
from pathlib import Path

import ladybug
import pytest

from litloom.graph.stores.ladybug.database import open_database
from litloom.graph.stores.ladybug.errors import store_error

CUT_SHORT = (
    "Transaction committed successfully, but the post-commit checkpoint failed. The committed data is "
    "durable and will be recovered on restart: IO exception: Cannot read from file: lit.lbug.building/"
    "graph.lbug fileDescriptor: 5 numBytesRead: 0 numBytesToRead: 4096 position: 1159168"
)
FULL_DISK = (
    "Transaction committed successfully, but the post-commit checkpoint failed. The committed data is "
    "durable and will be recovered on restart: IO exception: Cannot write to file. path: /disk/lit.lbug "
    "fileDescriptor: 3 offsetToWrite: 3141632 numBytesToWrite: 4096 numBytesWritten: -1. Error: No space "
    "left on device"
)
OPEN = """
import sys
from litloom.graph.stores.ladybug.database import open_database
from litloom.graph.stores.ladybug.errors import store_error
try:
    open_database(sys.argv[1], read_only=sys.argv[2] == "read")
except (RuntimeError, MemoryError) as error:
    print(store_error(sys.argv[1], error))
"""


@pytest.fixture(scope="module")
def graph_bytes(tmp_path_factory):
    path = tmp_path_factory.mktemp("graph") / "small.lbug"
    _fill(path)
    return path.read_bytes()


def _fill(path, rows=10, **options):
    with ladybug.Database(str(path), **options) as database, ladybug.Connection(database) as connection:
        connection.execute("CREATE NODE TABLE Paper(id INT64 PRIMARY KEY, title STRING)")
        connection.execute(
            f"UNWIND range(1, {rows}) AS x CREATE (:Paper {{id: x, title: 'LoRA ' + string(x)}})"
        )
        connection.execute("CHECKPOINT")


def _told(path, **options):
    """Return what is said where LadybugDB cannot open a file."""
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        open_database(path, read_only=True, **options)
    told = str(store_error(path, caught.value))
    assert told.startswith(f"{path}: ")
    assert "\n" not in told
    assert "exception" not in told.lower()
    return told.removeprefix(f"{path}: ")


def test_what_is_no_graph_is_not_called_damaged(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("not a graph\n" * 1000)
    assert _told(text) == "not a litloom graph; give another file"
    assert _told(tmp_path) == "a folder, not a graph; give a file such as lit.lbug"
    assert _told(tmp_path / "none.lbug") == "not a litloom graph; give another file"


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_damaged(tmp_path, graph_bytes, share):
    path = tmp_path / "cut.lbug"
    path.write_bytes(graph_bytes[: int(len(graph_bytes) * share)])
    assert _told(path) == (
        f"the file is damaged; build it again: litloom build FILES --store {path} "
        f"(without {path}.tables, move the file away first)"
    )


def test_a_file_of_another_storage_version_names_both(tmp_path, graph_bytes):
    path = tmp_path / "other.lbug"
    path.write_bytes(graph_bytes[:4] + bytes([graph_bytes[4] + 1]) + graph_bytes[5:])
    ours = ladybug.Database.get_storage_version()
    assert f"this one reads {ours}" in _told(path)


def test_side_files_of_others_are_named(tmp_path, graph_bytes):
    path = tmp_path / "lit.lbug"
    path.write_bytes(graph_bytes)
    for side in (".wal", ".shadow"):
        beside = path.with_name(path.name + side)
        beside.write_bytes(b"other" * 2000)
        assert f"{path}.wal or {path}.shadow" in _told(path)
        beside.unlink()


def test_a_file_that_another_process_writes_is_locked_by_it(tmp_path):
    path = tmp_path / "lit.lbug"
    with ladybug.Database(str(path)) as database:
        ladybug.Connection(database).execute("CREATE NODE TABLE Paper(id INT64 PRIMARY KEY)")
        told = subprocess.run(
            [sys.executable, "-c", OPEN, path, "write"], capture_output=True, text=True
        ).stdout
    assert told.strip() == (
        f"{path}: another program (process {os.getpid()}) has it open for writing; wait until it ends"
    )


def test_too_little_memory_is_not_taken_for_damage(tmp_path, graph_bytes):
    path = tmp_path / "corrupted Permission denied.lbug"
    path.write_bytes(graph_bytes)
    with pytest.raises(RuntimeError) as caught:
        ladybug.Database(str(path), read_only=True, buffer_pool_size=1 << 16)
    assert str(store_error(path, caught.value)) == (
        f"{path}: too little memory; close other programs, or raise the memory limit (see: ulimit -v)"
    )
    with pytest.raises(RuntimeError) as caught:
        _fill(tmp_path / "big.lbug", rows=200_000, max_db_size=1 << 23)
    assert "cannot be written: too little memory" in str(store_error(path, caught.value, writing=True))


def test_a_damaged_file_may_ask_for_any_amount_of_memory():
    told = str(store_error("lit.lbug", MemoryError("std::bad_alloc")))
    assert "too little memory" in told
    assert "damaged" in told
    assert "damaged" not in str(store_error("lit.lbug", MemoryError("std::bad_alloc"), writing=True))


@pytest.mark.skipif(sys.platform != "linux", reason="limits of address space are Linux'")
@pytest.mark.parametrize("megabytes", [1000, 2000, 4000])
def test_a_small_graph_opens_within_a_limit_of_address_space(tmp_path, graph_bytes, megabytes):
    path = tmp_path / "lit.lbug"
    path.write_bytes(graph_bytes)
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({megabytes << 20},) * 2)\n{OPEN}"
    ended = subprocess.run(
        [sys.executable, "-c", limited, path, "read"], capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.skipif(sys.platform != "linux", reason="limits of file size are Linux'")
def test_a_file_that_may_not_grow_and_a_full_disk_are_not_called_durable(tmp_path):
    path = tmp_path / "lit.lbug"
    code = """
import resource, signal, sys, ladybug
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 17,) * 2)
try:
    connection = ladybug.Connection(ladybug.Database(sys.argv[1]))
    connection.execute("CREATE NODE TABLE Paper(id INT64 PRIMARY KEY)")
    connection.execute("UNWIND range(1, 50000) AS x CREATE (:Paper {id: x})")
    connection.execute("CHECKPOINT")
except RuntimeError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True).stdout
    assert "Cannot write to file" in said
    for text, words in (
        (said, "the disk may be full"),
        (CUT_SHORT, "the disk may be full"),
        (FULL_DISK, "the disk is full (No space left on device); free some space"),
    ):
        told = str(store_error(path, RuntimeError(text), writing=True))
        assert words in told
        assert "durable" not in told
        assert "damaged" not in told
    assert "the disk is full" in str(store_error(path, OSError(28, "No space left on device")))


@pytest.mark.skipif(sys.platform != "linux", reason="needs another user")
def test_a_file_that_may_not_be_read_is_not_called_no_graph(tmp_path, graph_bytes):
    path = tmp_path / "lit.lbug"
    path.write_bytes(graph_bytes)
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser may read anything
        told = str(
            store_error(path, RuntimeError(f"IO exception: Cannot open file {path}: Permission denied"))
        )
    else:
        told = f"{path}: {_told(path)}"
    assert told == f"{path}: no permission; change its mode or owner"


def test_what_is_unknown_is_passed_on_in_one_line():
    told = str(store_error(Path("lit.lbug"), RuntimeError("something new\nand more")))
    assert told == "lit.lbug: cannot be read: something new"
