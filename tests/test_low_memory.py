"""Too little memory, and processes that are killed, end a command in one line; nothing waits for ever."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import litloom
from litloom import Paper
from litloom.errors import EngineError
from litloom.support.low_memory import is_low_memory
from litloom.support.pools import Pool
from tests.command import start

pytestmark = pytest.mark.slow
ONLY_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of address space are Linux'")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("low")
    papers = [
        Paper(
            title=f"LoRA {i}", abstract=f"We propose LoRA{i} to fine-tune GPT-{i} on ImageNet with V100 GPUs."
        )
        for i in range(400)
    ]
    lines = (json.dumps({"title": paper.title, "abstract": paper.abstract}) for paper in papers)
    (folder / "papers.jsonl").write_text("\n".join(lines), encoding="utf-8")
    litloom.build(papers[:3], folder / "lit.lbug", model="fast").close()
    return folder


def limited(megabytes: int, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    script = (
        f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({megabytes << 20},) * 2)\n"
        "from litloom.cli import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=folder, capture_output=True, text=True, timeout=120
    )


def check_one_line(status: int, err: str, says: str) -> None:
    assert status == 2, err
    assert "Traceback" not in err
    (line,) = (line for line in err.splitlines() if line.startswith("litloom: "))
    assert says in line
    assert err.splitlines()[-1] == line


@ONLY_LINUX
@pytest.mark.parametrize("megabytes", [100, 300, 500, 700, 1000, 1100, 2000, 4000])
def test_stats_work_within_a_limit_or_say_too_little_memory(folder: Path, megabytes: int) -> None:
    ended = limited(megabytes, "stats", "--store", "lit.lbug", folder=folder)
    if megabytes < 2000 and ended.returncode:
        check_one_line(ended.returncode, ended.stderr, "too little memory")
    else:
        assert (ended.returncode, ended.stderr) == (0, "")


@ONLY_LINUX
@pytest.mark.parametrize("megabytes", [300, 700])
def test_a_build_within_a_limit_says_too_little_memory(folder: Path, tmp_path: Path, megabytes: int) -> None:
    store = tmp_path / "new.lbug"
    ended = limited(
        megabytes, "build", "papers.jsonl", "--store", str(store), "--model", "fast", folder=folder
    )
    check_one_line(ended.returncode, ended.stderr, "too little memory")
    assert "litloom graph" not in ended.stderr
    assert not store.exists()


@ONLY_LINUX
def test_a_build_works_within_an_address_space_of_4_gb(folder: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "new.lbug")
    ended = limited(4000, "build", "papers.jsonl", "--store", store, "--model", "fast", folder=folder)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("arguments", [("build", "--store", "new.lbug"), ("extract", "-o", "out.jsonl")])
def test_a_worker_that_is_killed_ends_the_command_in_one_line(
    folder: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    command = (arguments[0], folder / "papers.jsonl", *arguments[1:], "--processes", "2")
    with start(*command, folder=tmp_path) as started:
        parent = psutil.Process(started.pid)
        while not (workers := parent.children()):
            assert started.poll() is None
            time.sleep(0.01)
        os.kill(workers[-1].pid, signal.SIGKILL)
        _, err = started.communicate(timeout=120)
    check_one_line(started.returncode, err, "a process was ended from outside")
    assert not any(worker.is_running() for worker in workers)
    assert {path.name for path in tmp_path.iterdir()} <= {"new.lbug.extractions"}


@ONLY_LINUX
def test_a_crash_within_a_limit_is_one_line(folder: Path) -> None:
    script = (
        "import ctypes, resource; resource.setrlimit(resource.RLIMIT_AS, (2000 << 20,) * 2)\n"
        "import litloom.api; litloom.api.open_graph = lambda *_, **__: ctypes.string_at(0)\n"
        "from litloom.cli import main; main()"
    )
    command = [sys.executable, "-c", script, "stats", "--store", "lit.lbug"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    check_one_line(ended.returncode, ended.stderr, "too little memory")


def _fail() -> None:
    raise MemoryError


def _wait() -> None:
    time.sleep(600)


def _nothing() -> None:
    pass


def test_a_pool_whose_processes_cannot_begin_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    pool = Pool(2, _fail)
    with pytest.raises(EngineError, match="ended from outside"):
        pool.result(pool.submit(_nothing))
    pool.end()
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_pool_without_a_thread_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that hands out tasks dies where the one that it needs cannot be started."""
    from multiprocessing.queues import Queue

    def no_thread(queue: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Queue, "_start_thread", no_thread)
    others = psutil.Process().children()
    pool = Pool(2, _nothing)
    with pytest.raises(EngineError, match="want of memory"):
        pool.result(pool.submit(_nothing))
    pool.end()
    assert set(psutil.Process().children()) <= set(others)


def test_results_come_as_they_are_ready_and_what_waits_is_killed_with_its_pool() -> None:
    others = psutil.Process().children()
    pool = Pool(2, _nothing)
    slow, quick = pool.submit(_wait), pool.submit(_nothing)
    assert next(iter(pool.results([slow, quick]))) is None
    pool.end()
    assert set(psutil.Process().children()) <= set(others)


def test_every_way_of_saying_that_memory_is_short_is_known() -> None:
    import pyarrow as pa

    for error in (
        MemoryError(),
        MemoryError("std::bad_alloc"),
        pa.ArrowMemoryError("malloc of size 64 failed"),
        OSError(12, "Cannot allocate memory"),
        RuntimeError("can't start new thread"),
        RuntimeError("Buffer manager exception: Unable to allocate memory! The buffer pool is full"),
        ImportError("x.so: failed to map segment from shared object"),
    ):
        assert is_low_memory(error)
    half_read = ValueError("half read")
    half_read.__cause__ = MemoryError()
    assert is_low_memory(half_read)
    assert not is_low_memory(ValueError("out of range"))


def test_reading_a_sealed_file_starts_no_thread_that_may_outlive_the_interpreter(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; import psutil, pyarrow as pa; from litloom.support import sealed_file\n"
        "file = Path('n.parquet')\n"
        "sealed_file.write_parquet(pa.table({name: list(range(10_000)) for name in 'abcdefgh'}), file)\n"
        "before = psutil.Process().num_threads()\n"
        "assert sealed_file.read_parquet(file).num_rows == 10_000\n"
        "assert psutil.Process().num_threads() == before, 'a thread of Arrow holds the bytes'\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
