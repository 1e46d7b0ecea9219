"""What a person sees while litloom works."""

import gzip
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from litloom import Paper, build, read_papers
from litloom.cli.stages import WHAT, bars
from litloom.progress import Advance, Progress
from tests.command import start
from tests.test_pipeline import write_jsonl

pytestmark = pytest.mark.slow

MANY = tuple(Paper(title=f"Title {number}", abstract="On looms. " * 60) for number in range(2000))
LINE = re.compile(r"([a-z][a-z ]*?) +[━╸╺ ]+ +([\d?]+)/([\d?]+)(?: +([\d,.]+/s))? ")


@pytest.mark.parametrize("packed", [False, True])
def test_the_share_of_files_that_was_read_is_told(tmp_path: Path, packed: bool) -> None:
    names = [tmp_path / "one.jsonl", tmp_path / "other.jsonl"]
    for name in names:
        write_jsonl(name, MANY)
        if packed:
            name.write_bytes(gzip.compress(name.read_bytes()))
    shares: list[float] = []
    halfway = [
        shares[-1] for number, _ in enumerate(read_papers(names, on_share=shares.append)) if number == 1999
    ]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert 0.4 < halfway[0] < 0.6


def test_the_number_of_all_is_estimated_by_the_share(capsys: pytest.CaptureFixture[str]) -> None:
    with bars() as progress, progress.stage("read") as advance:
        for done in range(1, 101):
            advance(1, share=done / 200)
    ((what, count, total, _),) = LINE.findall(capsys.readouterr().err)
    assert (what, count, total) == ("reading papers", "100", "100")


def test_every_stage_counts_all_that_it_has(tmp_path: Path) -> None:
    counted: dict[str, tuple[int | None, int]] = {}

    class Counts(Progress):
        @contextmanager
        def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
            counts: list[int] = []
            yield lambda count, **_: counts.append(count)
            counted[name] = total, sum(counts)

    store = tmp_path / "g.lbug"
    build(MANY[:3], store, model="fast").close()
    build(MANY[2:7], store, model="fast", progress=Counts()).close()
    rows = counted.pop("load")
    assert rows[0] == rows[1] > 7
    assert counted == {
        "read": (None, 5),
        "merge": (5, 5),
        "recall": (3, 3),
        "extract": (4, 4),
        "resolve": (7, 7),
        "link": (7, 7),
    }
    assert counted.keys() | {"load"} <= WHAT.keys()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of the POSIX kind")
def test_at_a_terminal_each_stage_has_a_bar_with_its_rate(tmp_path: Path) -> None:
    import pty

    write_jsonl(tmp_path / "papers.jsonl", MANY[:30])
    ours, theirs = pty.openpty()
    command = ("build", "papers.jsonl", "--model", "fast")
    environment = {**os.environ, "COLUMNS": "120", "TERM": "xterm"}
    with start(*command, folder=tmp_path, environment=environment, stderr=theirs) as running:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # how Linux says that the other side is closed
            while some := os.read(ours, 4096):
                shown += some
        assert running.wait() == 0
    os.close(ours)
    text = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", shown.decode())
    last = {what.strip(): (count, total, rate) for what, count, total, rate in LINE.findall(text)}
    assert last["finding concepts"][:2] == last["linking papers"][:2] == ("30", "30")
    assert last.keys() == {WHAT[stage] for stage in ("read", "merge", "extract", "resolve", "link", "load")}
    assert last["finding concepts"][2]
    assert text.count("finding concepts") > 2, "the bar moves"
