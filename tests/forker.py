"""A process that has imported the command, and forks one for each run of it; see `tests.command`."""

from __future__ import annotations

import atexit
import gc
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from types import ModuleType
from typing import Any, NoReturn


def forked(place: str, client: int) -> dict[str, Any]:
    """Fork processes until the client is gone; return in each of them, with what it has to do."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(f"{place}.new")
    listening.listen()
    os.rename(f"{place}.new", place)  # noqa: PTH104
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until a process is ready for it
    waiting = selectors.DefaultSelector()
    waiting.register(listening, selectors.EVENT_READ)
    waiting.register(client, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select():
            if key.data:
                pid, told = key.data
                waiting.unregister(key.fd)
                os.write(told, b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                os.close(told)
                os.close(key.fd)
                continue
            if key.fd == client:
                os._exit(0)
            asking, _ = listening.accept()
            _, files, _, _ = socket.recv_fds(asking, 100, 10)
            *of_child, told = files
            pid = os.fork()
            if pid == 0:
                for file in (client, listening.detach(), asking.detach(), told, *others(waiting)):
                    os.close(file)
                return prepared(*of_child)
            for file in of_child:
                os.close(file)
            waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, told))
            asking.send(b"%d" % pid)
            asking.close()


def others(waiting: selectors.BaseSelector) -> list[int]:
    """Return the files that have to do with other processes."""
    keys = [key for key in waiting.get_map().values() if key.data]
    return [file for key in keys for file in (key.fd, key.data[1])]


def prepared(request: int, *streams: int) -> dict[str, Any]:
    """Make a forked process like one that was started, and return what it has to do."""
    with os.fdopen(request, "rb") as file:
        file.seek(0)
        asked: dict[str, Any] = json.load(file)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    if asked["new_session"]:
        os.setsid()
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    tempfile.tempdir = None
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    sys.argv = ["litloom", *asked["arguments"]]
    sys.orig_argv = [sys.executable, "-c", asked["code"], *asked["arguments"]]
    return asked


def warm_up() -> None:
    """Import what commands import, and load the small model."""
    import typer.rich_utils  # noqa: F401

    import litloom.api
    import litloom.build_graph
    import litloom.cli.app
    import litloom.graph.export.graph_formats
    import litloom.load_tables
    import litloom.queries.catalogue
    import litloom.remove_papers  # noqa: F401
    from litloom.extractors import Extractor
    from tests.models import load_once

    load_once()
    Extractor("fast")


def run(code: str) -> NoReturn:
    """Run code as the program of this process, and end without taking apart what it shares with others."""
    status: object = 0
    sys.modules["__main__"] = program = ModuleType("__main__")  # what it starts must not look for this file
    try:
        exec(code, program.__dict__)
    except SystemExit as ended:
        status = ended.code or 0
        if not isinstance(status, int):
            sys.stderr.write(f"{status}\n")
            status = 1
    except BaseException:
        traceback.print_exc()
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(int(status))


if __name__ == "__main__":
    warm_up()
    gc.freeze()  # what processes share is not looked at, and so not copied
    run(forked(sys.argv[1], int(sys.argv[2]))["code"])
