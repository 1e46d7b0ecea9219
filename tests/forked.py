"""Asks a `tests.forker` for a process; as a program it is a ``litloom`` command that starts in no time."""

from __future__ import annotations

import json
import os
import socket
import sys

MAIN = "from litloom.cli import main; main()"


def ask(
    place: str, arguments: list[str], files: list[int], environment: dict[str, str], **more: object
) -> tuple[int, int]:
    """Return the number of a new process with three standard streams, and a pipe that tells how it ends."""
    request = {"code": MAIN, "new_session": False, "folder": os.getcwd(), **more}  # noqa: PTH109
    status, told = os.pipe()
    written = os.memfd_create("request")
    with open(written, "w", encoding="utf-8") as file, socket.socket(socket.AF_UNIX) as asking:  # noqa: PTH123
        json.dump({**request, "arguments": arguments, "environment": environment}, file)
        file.flush()
        asking.connect(place)
        socket.send_fds(asking, [b"fork"], [written, *files, told])
        os.close(told)
        return int(asking.recv(100)), status


if __name__ == "__main__":
    _, ends = ask(sys.argv[1], sys.argv[2:], [0, 1, 2], dict(os.environ))
    ended = int(os.read(ends, 100))
    if ended < 0:
        os.kill(os.getpid(), -ended)
    sys.exit(ended)
