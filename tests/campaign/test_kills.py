"""A command may be killed at any moment: the same command again makes the graph that it makes undisturbed.

Until then a file holds the graph before or the graph after; so does a server, or its graph says that it is
unfinished.
"""

from __future__ import annotations

import random
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

import litloom
from litloom.extractors import read_extractions
from tests.campaign import scale
from tests.campaign.place import Place, kill, write_papers
from tests.neo4j_server import TestServer
from tests.test_removal import PILE, everything
from tests.test_resume import short_papers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(scale.TIMEOUT),
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills processes the POSIX way"),
]

Graph = dict[str, list[str]]

PAPERS = (*short_papers(40), *PILE)
OLD = PAPERS[:-3]
EXTRACTED = re.compile(r"finding concepts.*?(\d+)/(\d+)")
CORRECTIONS = "drop: [ImageNet]\nsame:\n- [LoomNet-7B, LoomNet-13B]\n"
NOTHING: Graph = {}
DONE = "the graph holds none of these papers"


@dataclass(frozen=True)
class Command:
    """A command that changes a graph."""

    name: str
    arguments: tuple[str, ...]
    before: tuple[litloom.Paper, ...] = PAPERS
    """The papers that the graph has before."""


COMMANDS = (
    Command("build", ("build", "all.jsonl", "--model", "fast"), before=()),
    Command("add", ("build", "all.jsonl", "--model", "fast"), before=OLD),
    Command("remove", ("remove", "--from", "new.jsonl", "--yes")),
    Command("corrections", ("build", "all.jsonl", "--model", "fast", "--concepts", "mine.yaml")),
)
ON_SERVER = COMMANDS if scale.FULL else COMMANDS[1:3]


def each(commands: tuple[Command, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("command", commands, ids=[command.name for command in commands])


class Store(Protocol):
    """Where the graph is."""

    location: str

    def graph(self, place: Place) -> Graph | None:
        """Return all rows of the graph; ``None`` where it says that it is unfinished."""

    def prepare(self, place: Place, command: Command) -> None:
        """Make the graph before the command, as it was in the place that `place` is a copy of."""


class FileStore:
    """A LadybugDB file in the place."""

    location = "g.lbug"

    def graph(self, place: Place) -> Graph | None:
        file = place.work / self.location
        return everything(file) if file.exists() else NOTHING

    def prepare(self, place: Place, command: Command) -> None:
        return


class ServerStore:
    """A database that each trial begins with anew."""

    def __init__(self, server: TestServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.location = server.uri
        self._server = server
        self._environment = monkeypatch

    def graph(self, place: Place) -> Graph | None:
        self._settled()
        noted = [record["l"] for record in self._server.run("MATCH (l:Litloom) RETURN properties(l) AS l")]
        if not noted:
            assert self._server.run("MATCH (n) RETURN count(n) AS n")[0]["n"] == 0
            return NOTHING
        return None if "loading" in noted[0] else everything(self.location)

    def prepare(self, place: Place, command: Command) -> None:
        self._settled()
        self._server.empty()
        self._environment.setenv("XDG_CACHE_HOME", place.environment["XDG_CACHE_HOME"])
        if command.before:
            litloom.build(command.before, self.location, model="fast").close()

    def _settled(self) -> None:
        """Wait until the server has done, or undone, what a client that was killed had asked for."""
        while len(self._server.run("SHOW TRANSACTIONS YIELD transactionId")) > 1:
            time.sleep(0.05)


@each(COMMANDS)
def test_kills_with_a_file(tmp_path: Path, command: Command) -> None:
    try_kills(command, FileStore(), tmp_path, scale.KILLS)


@each(ON_SERVER)
@pytest.mark.integration
def test_kills_with_a_server(
    server: TestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    try_kills(command, ServerStore(server, monkeypatch), tmp_path, scale.SERVER_KILLS)


def try_kills(command: Command, store: Store, folder: Path, trials: int) -> None:
    """Kill the command once or twice in each trial, and let the same command finish what it began."""
    draw = random.Random(f"{scale.SEED} {command.name}")
    old = Place(folder / "old")
    old.environment  # noqa: B018 - makes the folders
    write_papers(old.work / "all.jsonl", PAPERS)
    write_papers(old.work / "new.jsonl", PAPERS[len(OLD) :])
    (old.work / "mine.yaml").write_text(CORRECTIONS, encoding="utf-8")
    if command.before and isinstance(store, FileStore):
        litloom.build(command.before, old.work / store.location, model="fast").close()
    whole = undisturbed(command, store, old, folder / "undisturbed")
    print(f"{command.name} in {store.location}: {whole.seconds:.2f} s undisturbed, seed {scale.SEED}")
    ends = []
    for trial, moments in enumerate(moments_of(trials, draw)):
        processes = 1 + trial % 2
        place = old.copy_to(folder / f"trial-{trial}")
        store.prepare(place, command)
        for moment in moments:
            seconds = moment * whole.seconds
            running = place.start(*command.arguments, "--store", store.location, "--processes", processes)
            time.sleep(seconds)
            kill(running)
            graph = store.graph(place)
            ends.append(
                "before" if graph == whole.before else "after" if graph == whole.after else "unfinished"
            )
            print(f"trial {trial}: killed after {seconds:.3f} s, the graph is {ends[-1]}")
            if graph is None:
                assert not isinstance(store, FileStore)
            else:
                assert graph in (whole.before, whole.after)
        finish(command, store, place, ends[-1] == "after")
        assert store.graph(place) == whole.after
        assert place.names() == whole.names, "nothing is left behind"
    print(f"{command.name}: {len(ends)} kills, { ({end: ends.count(end) for end in ends}) }")


def moments_of(trials: int, draw: random.Random) -> Iterator[list[float]]:
    """Yield for each trial one or two moments, as shares of the time that the command takes.

    The first moments of all trials are spread evenly over that time.
    """
    for trial in draw.sample(range(trials), trials):
        first = (trial + draw.random()) / trials
        yield [first, *([] if trial % 2 else [draw.random()])]


@dataclass(frozen=True)
class Undisturbed:
    """What a command makes of a graph when nothing disturbs it."""

    before: Graph
    after: Graph
    names: list[str]
    seconds: float


def undisturbed(command: Command, store: Store, old: Place, folder: Path) -> Undisturbed:
    place = old.copy_to(folder)
    store.prepare(place, command)
    before = store.graph(place)
    start = time.monotonic()
    place.done(*command.arguments, "--store", store.location, "--processes", 1)
    seconds = time.monotonic() - start
    after = store.graph(place)
    assert before is not None
    assert after is not None
    assert before != after
    return Undisturbed(before, after, place.names(), seconds)


def finish(command: Command, store: Store, place: Place, done: bool) -> None:
    """Run the command again, which extracts no paper whose extraction was kept."""
    kept = kept_extractions(place)
    ended = place.run(*command.arguments, "--store", store.location)
    if command.name == "remove" and done:
        assert (ended.returncode, DONE in ended.stderr) in ((2, True), (0, False)), ended.stderr
        return
    assert ended.returncode == 0, ended.stderr
    counted = EXTRACTED.search(ended.stderr)
    expected = 0 if done or command.name == "remove" else len(PAPERS) - kept
    assert (int(counted[1]) if counted else 0) == expected, "nothing that was kept is extracted again"


def kept_extractions(place: Place) -> int:
    """Return how many extractions are on the disk; a file that cannot be read would be an error."""
    files = (file for name in ("cwd", "cache") for file in (place.folder / name).rglob("*.parquet"))
    parts = [file for file in files if ".tables" not in str(file.parent) and file.name != "papers.parquet"]
    return len({found.paper_id for part in parts for found in read_extractions(part)})
