"""A disk that fills up: one line says so, what was there stays, and with room the same command succeeds."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

import litloom
from tests.campaign import scale
from tests.campaign.place import Place, contents, write_papers
from tests.test_removal import everything
from tests.test_resume import short_papers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(scale.TIMEOUT),
    pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs"),
]

PAPERS = short_papers(48)
OLD = PAPERS[:40]
SIZE = 64 << 20
PAGE = 4096
FULL_DISK = re.compile(r"no space left|disk (is|may be) full", re.IGNORECASE)
UNTRUE = re.compile(r"durable|committed|recovered|restart|damaged", re.IGNORECASE)
BUILD = ("build", "all.jsonl", "--store", "g.lbug", "--model", "fast", "--processes", "1")
EXTRACT = ("extract", "all.jsonl", "--model", "fast", "-o")

COMMANDS: dict[str, tuple[str, ...]] = {
    "build": BUILD,
    "add": BUILD,
    "export-csv": ("export", "neo4j-import", "out", "--store", "g.lbug"),
    "view": ("view", "map", "--store", "g.lbug", "-o", "out.html"),
    "extract": (*EXTRACT, "out.jsonl"),
}
MORE: dict[str, tuple[str, ...]] = {
    "export": ("export", "--format", "graphml", "--store", "g.lbug", "-o", "out.graphml"),
    "remove": ("remove", "--from", "new.jsonl", "--yes", "--store", "g.lbug"),
    "corrections": (*BUILD, "--concepts", "mine.yaml"),
    "export-gexf": ("export", "--format", "gexf", "--store", "g.lbug", "-o", "out.gexf"),
    "export-cytoscape": ("export", "--format", "cytoscape", "--store", "g.lbug", "-o", "out.cyjs"),
    "export-node-link": ("export", "--format", "node-link", "--store", "g.lbug", "-o", "out.json"),
    "view-lineage": ("view", "lineage", "LoomNet-7B", "--store", "g.lbug", "-o", "out.html"),
    "extract-parquet": (*EXTRACT, "out.parquet", "--format", "parquet"),
    "extract-parts": (*EXTRACT, "out/", "--partition-size", "10"),
    "concepts": ("concepts", "--store", "g.lbug", "-o", "out.yaml"),
}
CHANGES = ("build", "add", "remove", "corrections")
ON_WORK = COMMANDS | MORE if scale.FULL else COMMANDS
ON_TEMPORARY = CHANGES if scale.FULL else ("add",)

Which = Literal["cwd", "tmp"]


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Place]:
    """Return the place in which a command begins."""
    folder = tmp_path_factory.mktemp("templates")
    made = {}
    for name, papers in {"none": (), "old": OLD, "all": PAPERS}.items():
        made[name] = place = Place(folder / name)
        place.environment  # noqa: B018 - makes the folders
        write_papers(place.work / "all.jsonl", PAPERS)
        write_papers(place.work / "new.jsonl", PAPERS[len(OLD) :])
        (place.work / "mine.yaml").write_text("drop: [ImageNet]\n", encoding="utf-8")
        if papers:
            litloom.build(papers, place.work / "g.lbug", model="fast").close()
    return lambda name: made[{"build": "none", "add": "old"}.get(name, "all")]


@dataclass(frozen=True)
class Disk:
    """A small disk of its own for one of the folders of a place."""

    place: Place
    folder: Path

    def leave(self, size: int) -> None:
        """Fill it up to so many bytes."""
        ballast = self.folder / "ballast"
        ballast.unlink(missing_ok=True)
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(PAGE, self._free() - size))

    def make_room(self) -> None:
        (self.folder / "ballast").unlink()

    @contextmanager
    def peak(self) -> Iterator[list[int]]:
        """Give a list that in the end holds the most bytes that were used at once, beside those before."""
        free, found, ended = self._free(), [0], threading.Event()

        def watch() -> None:
            while not ended.wait(0.001):
                found[0] = max(found[0], free - self._free())

        watching = threading.Thread(target=watch)
        watching.start()
        yield found
        ended.set()
        watching.join()

    def _free(self) -> int:
        status = os.statvfs(self.folder)
        return status.f_bavail * status.f_frsize


@contextmanager
def on_a_small_disk(template: Place, folder: Path, which: Which) -> Iterator[Disk]:
    """Give a copy of a place of which one folder is a small disk of its own."""
    mounted = folder / which
    mounted.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(mounted)]
    tried = subprocess.run(mount, capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"may not mount a tmpfs: {tried.stderr.strip()}")
    try:
        shutil.copytree(template.folder, folder, dirs_exist_ok=True)
        yield Disk(Place(folder), mounted)
    finally:
        subprocess.run(["umount", "--lazy", str(mounted)], check=True)
        shutil.rmtree(folder)


@pytest.mark.parametrize("name", ON_WORK)
def test_the_disk_of_the_graph_and_of_what_is_written_fills_up(
    templates: Callable[[str], Place], tmp_path: Path, name: str
) -> None:
    fill_up(templates(name), name, tmp_path, "cwd")


@pytest.mark.parametrize("name", ON_TEMPORARY)
def test_the_disk_of_temporary_files_fills_up(
    templates: Callable[[str], Place], tmp_path: Path, name: str
) -> None:
    fill_up(templates(name), name, tmp_path, "tmp")


def fill_up(template: Place, name: str, folder: Path, which: Which) -> None:
    command = (COMMANDS | MORE)[name]
    draw = random.Random(f"{scale.SEED} {name} {which}")
    with on_a_small_disk(template, folder / "undisturbed", which) as disk:
        with disk.peak() as most:
            disk.place.done(*command)
        whole_names, whole_result = disk.place.names(), result(disk.place)
    print(f"{name}: takes {most[0]} bytes of {which}, seed {scale.SEED}")
    assert most[0] > 0
    failed = 0
    for number in range(scale.DISK_SIZES):
        size = int((number + draw.random()) / scale.DISK_SIZES * most[0] * 0.9)
        if which == "tmp":
            size = max(size, PAGE)  # where nothing can be written, Python chooses another folder
        with on_a_small_disk(template, folder / f"full-{number}", which) as disk:
            place = disk.place
            before, old = contents(place.work), set(place.names())
            disk.leave(size)
            ended = place.run(*command)
            failed += ended.returncode != 0
            disk.make_room()
            print(f"{size} bytes free: {ended.stderr.splitlines()[-1]}")
            if ended.returncode:
                check_refusal(ended)
                after = contents(place.work)
                assert {path: after.get(path) for path in before if ".extractions" not in path} == {
                    path: digest for path, digest in before.items() if ".extractions" not in path
                }
                assert set(place.names()) <= old | set(whole_names), "nothing is left behind"
            place.done(*command)
            assert result(place) == whole_result
            assert place.names() == whole_names
    assert failed
    print(f"{name}: {failed} of {scale.DISK_SIZES} sizes were too little")


def check_refusal(ended: subprocess.CompletedProcess[str]) -> None:
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    (line,) = [line for line in ended.stderr.splitlines() if line.startswith("litloom: ")]
    assert FULL_DISK.search(line)
    assert not UNTRUE.search(line)
    assert re.search(r"g\.lbug|out|tmp", line), "it names the file or the folder"


def result(place: Place) -> object:
    """Return what a command made: the graph, and the files that it wrote."""
    written = sorted(path for path in place.work.glob("out*") if path.is_file())
    written += sorted((place.work / "out").glob("*.csv"))
    store = place.work / "g.lbug"
    return {path.name: path.read_bytes() for path in written}, everything(store) if store.exists() else None
