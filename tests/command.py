"""The command in processes that are forked from one which has imported it, so that each costs little.

What a process of its own has to start from nothing for, such as the time or the memory of a start, is tested
with `subprocess`.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO

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
        import select

        if select.select([self._status], [], [], timeout)[0]:
            told = os.read(self._status, 100)
            os.close(self._status)
            assert told, "the process that commands are forked from has died"
            self.returncode = int(told)
        return self.returncode


def start(
    *arguments: object,
    folder: Path,
    code: str = "from litloom.cli import main; main()",
    stdin: File | None = None,
    stdout: File | None = None,
    stderr: File | None = None,
    environment: dict[str, str] | None = None,
    new_session: bool = False,
) -> Running:
    """Start the command, or other code; its output is kept where it is not to go elsewhere."""
    words = [*map(str, arguments)]
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed when they are read
    status, told = os.pipe()
    with Path(os.devnull).open("rb") as nothing:
        files = [_number(stdin or nothing), _number(stdout or out), _number(stderr or err), told]
        request = {
            "arguments": words,
            "code": code,
            "folder": str(folder),
            "environment": dict(os.environ) if environment is None else environment,
            "new_session": new_session,
        }
        pid = _forker().fork(request, files)
    os.close(told)
    return Running(["litloom", *words], pid, status, out, err)


def run(
    *arguments: object,
    folder: Path,
    code: str = "from litloom.cli import main; main()",
    given: str = "",
    timeout: float = 200,
    **environment: str,
) -> Ended:
    """Run the command, or other code, to its end, with a text as its standard input."""
    with tempfile.TemporaryFile() as stdin:
        stdin.write(given.encode())
        stdin.seek(0)  # which flushes as well
        running = start(
            *arguments, folder=folder, code=code, stdin=stdin, environment={**os.environ, **environment}
        )
        try:
            out, err = running.communicate(timeout)
        except subprocess.TimeoutExpired:
            running.kill()
            raise
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


class _Forker:
    """The process that has imported the command."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.forker", str(theirs.fileno())],
                cwd=Path(__file__).parents[1],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        atexit.register(self.close)

    def fork(self, request: dict[str, object], files: list[int]) -> int:
        """Let it fork a process that does what is asked, and return the number of the process."""
        with tempfile.TemporaryFile() as written:
            written.write(json.dumps(request).encode())
            written.flush()
            socket.send_fds(self._socket, [b"fork"], [written.fileno(), *files])
            return int(self._socket.recv(100))

    def close(self) -> None:
        self._socket.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)


@cache
def _forker() -> _Forker:
    return _Forker()
