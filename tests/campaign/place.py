"""A folder in which the litloom command runs, with a home, a cache and temporary files of its own."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from litloom import Paper
from tests.command import Ended, Running, run_all, start

RANDOM = re.compile(r"[0-9a-f]{16}(-[0-9]+)?")
"""Digests and random names, with the number of rows after that of a part."""
TIMEOUT = 120


@dataclass(frozen=True)
class Place:
    """A folder, and where within it litloom's files go."""

    folder: Path

    @property
    def work(self) -> Path:
        """The current folder of the command."""
        return self.folder / "cwd"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the command; the folders that it names are made."""
        folders = {"HOME": "home", "XDG_CACHE_HOME": "cache", "TMPDIR": "tmp"}
        for name in ("cwd", *folders.values()):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        own = {variable: str(self.folder / name) for variable, name in folders.items()}
        return {**os.environ, **own, "COLUMNS": "200"}

    def start(self, *arguments: object) -> Running:
        """Start a command as the leader of its own process group."""
        return start(*arguments, folder=self.work, environment=self.environment, new_session=True)

    def run(self, *arguments: object) -> Ended:
        """Run a command to its end."""
        running = self.start(*arguments)
        try:
            out, told = running.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            kill(running)
            raise
        return subprocess.CompletedProcess(running.args, running.wait(), out, told)

    def done(self, *arguments: object) -> str:
        """Run a command that must succeed, and return what it printed on standard output."""
        ended = self.run(*arguments)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def refused(self, *arguments: object) -> str:
        """Run a command that must end in exit status 2 and one line of error, and return the line."""
        ended = self.run(*arguments)
        assert ended.returncode == 2, (ended.returncode, ended.stderr)
        return error_line(ended.stderr)

    def run_all(self, cases: Sequence[Sequence[str]]) -> list[Ended]:
        """Run many commands, one after another, in processes forked from one."""
        return run_all(cases, self.folder, TMPDIR=self.environment["TMPDIR"], COLUMNS="200")

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Make this process run in the place."""
        with pytest.MonkeyPatch.context() as patched:
            for name in ("HOME", "XDG_CACHE_HOME", "TMPDIR"):
                patched.setenv(name, self.environment[name])
            patched.chdir(self.work)
            yield

    def copy_to(self, folder: Path) -> Place:
        shutil.copytree(self.folder, folder, symlinks=True)
        return Place(folder)

    def names(self) -> list[str]:
        """Return the paths of all files and folders, with ``*`` for digests and random names."""
        return sorted(RANDOM.sub("*", name) for name in entries(self.folder))


def entries(folder: Path) -> list[str]:
    """Return the paths of all files and folders in a folder, relative to it."""
    return [str(path.relative_to(folder)) for path in folder.rglob("*")]


def contents(*folders: Path) -> dict[str, str]:
    """Return a digest of every file in some folders, by its path; a folder has none."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for folder in folders
        for path in folder.rglob("*")
    }


def error_line(told: str) -> str:
    """Return the one line of error in what a command wrote to standard error."""
    assert "Traceback" not in told
    lines = [line for line in told.splitlines() if line.startswith("litloom: ")]
    assert len(lines) == 1, told
    return lines[0]


def kill(running: Running) -> None:
    """Kill a process and all of its group, and wait for its end."""
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:  # it has no group of its own yet
        running.kill()
    running.communicate()


def write_papers(path: Path, papers: Iterable[Paper]) -> Path:
    """Write papers, with all that is known of them, to a JSON Lines file."""
    unset = (None, "", ())
    rows = [
        {name: value for name, value in asdict(paper).items() if value not in unset and name != "sources"}
        for paper in papers
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
