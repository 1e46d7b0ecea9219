"""The command in processes that are forked from one which has imported it, so that each costs little.

What a process of its own has to start from nothing for, such as the time or the memory of a start, is tested
with `subprocess`.
"""

from __future__ import annotations

import atexit
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import IO

from tests.forked import MAIN, ask

Ended = subprocess.CompletedProcess[str]
File = int | IO[bytes]


class Running:
    """A command that has been started, as `subprocess.Popen` shows one."""

    def __init__(self, arguments: list[str], pid: int, status: int, out: IO[bytes], err: IO[bytes]) -> None:
        self.args = arguments
        self.pid = pid
        self.returncode: int | None = None
        self._status = status
        self._out, self._err = out, err

    def poll(self) -> int | None:
        """Return how it ended, if it has."""
        return self.returncode if self.returncode is not None else self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended, when it has."""
        if self.returncode is None and self._ended(timeout) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Return what it wrote to standard output and to standard error, when it has ended."""
        self.wait(timeout)
        return _text(self._out), _text(self._err)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()

    def _ended(self, timeout: float | None) -> int | None:
        if select.select([self._status], [], [], timeout)[0]:
            told = os.read(self._status, 100)
            os.close(self._status)
            assert told, "the process that commands are forked from has died"
            self.returncode = int(told)
        return self.returncode


def start(
    *arguments: object,
    folder: Path,
    code: str = MAIN,
    stdin: File | None = None,
    stdout: File | None = None,
    stderr: File | None = None,
    environment: dict[str, str] | None = None,
    new_session: bool = False,
) -> Running:
    """Start the command, or other code; its output is kept where it is not to go elsewhere."""
    words = [*map(str, arguments)]
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed when they are read
    given = dict(os.environ) if environment is None else environment
    with Path(os.devnull).open("rb") as nothing:
        streams = [_number(stdin or nothing), _number(stdout or out), _number(stderr or err)]
        more = {"folder": str(folder), "code": code, "new_session": new_session}
        pid, status = ask(_forker().place, words, streams, given, **more)
    return Running(["litloom", *words], pid, status, out, err)


def run(
    *arguments: object,
    folder: Path,
    code: str = MAIN,
    given: str = "",
    **environment: str,
) -> Ended:
    """Run the command, or other code, to its end, with a text as its standard input."""
    with tempfile.TemporaryFile() as stdin:
        stdin.write(given.encode())
        stdin.seek(0)  # which flushes as well
        running = start(
            *arguments, folder=folder, code=code, stdin=stdin, environment={**os.environ, **environment}
        )
        out, err = running.communicate()
    return subprocess.CompletedProcess(running.args, running.wait(), out, err)


def run_all(cases: Sequence[Sequence[str]], folder: Path, **environment: str) -> list[Ended]:
    """Run the command with each of some lists of arguments, one after another, in ``folder/cwd``."""
    (folder / "cwd").mkdir(exist_ok=True)
    own = {"HOME": str(folder / "home"), "XDG_CACHE_HOME": str(folder / "cache"), **environment}
    return [run(*case, folder=folder / "cwd", **own) for case in cases]


def _number(file: File) -> int:
    return file if isinstance(file, int) else file.fileno()


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    with file:
        return file.read().decode(errors="replace")


def programs() -> Path:
    """Return a folder with the command as a program for shells, which starts in no time."""
    return _forker().folder


class _Forker:
    """The process that has imported the command."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="litloom-forker-"))
        self.place = str(self.folder / "socket")
        theirs, self._alive = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forker", self.place, str(theirs)],
            cwd=Path(__file__).parents[1],
            pass_fds=[theirs],
            stdin=subprocess.DEVNULL,
        )
        os.close(theirs)
        atexit.register(self.close)
        while not Path(self.place).exists():
            assert self._process.poll() is None
            time.sleep(0.02)
        program = self.folder / "litloom"
        asking = str(Path(__file__).with_name("forked.py"))
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -IS {asking} {self.place} "$@"\n')
        program.chmod(0o755)

    def close(self) -> None:
        os.close(self._alive)
        self._process.wait()
        shutil.rmtree(self.folder)


@cache
def _forker() -> _Forker:
    return _Forker()
