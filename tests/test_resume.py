"""What others do or leave behind while a build is under way; `tests.campaign.test_kills` kills it."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from litloom import Paper, build
from litloom.extractors import read_extractions
from tests.command import Running, start
from tests.test_pipeline import write_jsonl
from tests.test_removal import everything

OLD = 20
ALL = 110
EXTRACTED = re.compile(r"finding concepts.*?(\d+)/(\d+)")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills processes the POSIX way"),
]


def short_papers(count: int) -> tuple[Paper, ...]:
    draw = random.Random(7)
    first, second = ("Loom", "Yarn", "Weft", "Silk", "Felt"), ("Net", "Former", "GAN", "Bench", "Attention")
    names = [f"{one}{other}-{size}" for one in first for other in second for size in ("7B", "13B", "XL")]

    def paper(number: int) -> Paper:
        one, other, third = draw.sample(names, 3)
        cited = (f"p{draw.randrange(number)}",) if number else ()
        abstract = (
            f"We propose {one}, which is faster than {other} on an NVIDIA A{draw.choice((10, 40, 100))} GPU. "
            f"It is trained on ImageNet and has {draw.randrange(60, 99)}% accuracy in image classification "
            f"against {third}."
        )
        return Paper(id=f"p{number}", title=f"{one} for number {number}", abstract=abstract, references=cited)

    return tuple(map(paper, range(count)))


@dataclass
class Place:
    """A folder with files of papers, and perhaps a graph."""

    folder: Path
    processes: int

    @property
    def store(self) -> Path:
        return self.folder / "g.lbug"

    def start(self) -> Running:
        """Start the build of all papers, by the command line."""
        (self.folder / "tmp").mkdir(exist_ok=True)
        environment = {**os.environ, "TMPDIR": str(self.folder / "tmp"), "COLUMNS": "200"}
        options = ["--store", "g.lbug", "--model", "fast", "--processes", self.processes]
        return start("build", "all.jsonl", *options, folder=self.folder, environment=environment)

    def finish(self) -> int:
        """Run the build to its end, and return how many papers it extracted."""
        running = self.start()
        _, told = running.communicate()
        assert running.returncode == 0, told
        counted = EXTRACTED.search(told)
        return int(counted[1]) if counted else 0

    def kept(self) -> int:
        """Return how many extractions are on the disk; a part that cannot be read would be an error."""
        parts = (self.folder / "g.lbug.extractions").glob("*-*/*.parquet")
        return len({found.paper_id for part in parts for found in read_extractions(part)})

    def copy_to(self, folder: Path, processes: int) -> Place:
        shutil.copytree(self.folder, folder)
        return Place(folder, processes)


@dataclass(frozen=True)
class Undisturbed:
    """A graph of the old papers, and what the build of all makes of it."""

    old: Place
    before: dict[str, list[str]]
    after: dict[str, list[str]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    old = Place(tmp_path_factory.mktemp("resume") / "old", 1)
    old.folder.mkdir()
    papers = short_papers(ALL)
    write_jsonl(old.folder / "all.jsonl", papers)
    build(write_jsonl(old.folder / "old.jsonl", papers[:OLD]), old.store, model="fast").close()
    new = old.copy_to(old.folder.with_name("new"), 1)
    running = new.start()
    before, seen = everything(old.store), []
    while running.poll() is None:
        # Whoever reads meanwhile has a whole graph, the old one or the new one.
        seen.append(everything(new.store))
        time.sleep(0.1)
    running.communicate()
    after = everything(new.store)
    assert running.returncode == 0
    assert len(before["Paper"]) == OLD
    assert len(after["Paper"]) == ALL
    assert all(graph in (before, after) for graph in seen)
    assert seen[0] == before
    return Undisturbed(old, before, after)


def test_a_second_build_is_refused_while_the_first_lives(undisturbed: Undisturbed, tmp_path: Path) -> None:
    place = undisturbed.old.copy_to(tmp_path / "both", processes=1)
    first = place.start()
    while first.poll() is None and not is_locked(place):
        time.sleep(0.01)
    first.send_signal(signal.SIGSTOP)
    try:
        second = place.start()
        _, told = second.communicate()
        assert second.returncode == 2
        assert told.splitlines()[-1].startswith("litloom: g.lbug: another build is writing it")
        assert everything(place.store) == undisturbed.before
    finally:
        first.send_signal(signal.SIGCONT)
    first.communicate()
    assert first.returncode == 0
    assert everything(place.store) == undisturbed.after


def is_locked(place: Place) -> bool:
    try:
        with FileLock(place.folder / "g.lbug.extractions" / ".lock", timeout=0):
            return False
    except Timeout:
        return True


def test_what_others_left_behind_is_no_hindrance(undisturbed: Undisturbed, tmp_path: Path) -> None:
    place = undisturbed.old.copy_to(tmp_path / "strewn", processes=1)
    (model,) = (place.folder / "g.lbug.extractions").glob("fast-*")
    (part,) = model.glob("*.parquet")
    whole_part = part.read_bytes()
    (model / "cut.parquet").write_bytes(whole_part[: len(whole_part) // 2])
    (model / "headless.parquet").write_bytes(whole_part[4:])
    (model / "empty.parquet").touch()
    (model / ".cut.parquet.x1y2z3").write_bytes(whole_part[:100])
    (place.folder / "g.lbug.building").mkdir()
    (place.folder / "g.lbug.building" / "graph.lbug").write_bytes(place.store.read_bytes()[:5000])
    (place.folder / "g.lbug.building" / "graph.lbug.wal").write_bytes(b"\x01\x02")
    (place.folder / ".g.lbug.tables.new" / "nodes").mkdir(parents=True)
    left_over = place.folder / "tmp" / "litloom-left-over"
    left_over.mkdir(parents=True)
    (place.folder / "tmp" / "litloom-left-over.lock").touch()
    (left_over / "table.parquet").write_bytes(b"PAR1")
    (place.folder / "tmp" / "litloom-of-somebody").mkdir()
    assert place.finish() == ALL - OLD
    assert everything(place.store) == undisturbed.after
    assert place.kept() == ALL
    assert len(list(model.iterdir())) == 1
    assert not (place.folder / "g.lbug.building").exists()
    assert not (place.folder / ".g.lbug.tables.new").exists()
    assert [entry.name for entry in (place.folder / "tmp").iterdir()] == ["litloom-of-somebody"]
