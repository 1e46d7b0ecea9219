"""A process that has imported the command, and forks one for each run of it; see `tests.command`."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import sys
import tempfile
from typing import Any


def forked(client: socket.socket) -> dict[str, Any]:
    """Fork processes until the client is gone; return in each of them, with what it has to do."""
    waiting = selectors.DefaultSelector()
    waiting.register(client, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select():
            if key.fileobj is not client:
                waiting.unregister(key.fileobj)
                pid, told = key.data
                os.write(told, b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                os.close(told)
                os.close(key.fd)
                continue
            message, files, _, _ = socket.recv_fds(client, 100, 10)
            if not message:
                os._exit(0)
            *for_child, told = files
            pid = os.fork()
            if pid == 0:
                for number in (client.detach(), told, *others(waiting)):
                    os.close(number)
                return prepared(*for_child)
            for number in for_child:
                os.close(number)
            waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, told))
            client.send(b"%d" % pid)


def others(waiting: selectors.BaseSelector) -> list[int]:
    """Return the files that have to do with other processes."""
    keys = [key for key in waiting.get_map().values() if key.data]
    return [number for key in keys for number in (key.fd, key.data[1])]


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
    sys.argv = ["litloom", *asked["arguments"]]
    return asked


if __name__ == "__main__":
    import typer.rich_utils  # noqa: F401

    import litloom.api
    import litloom.build_graph
    import litloom.cli.app
    import litloom.extractors
    import litloom.graph.export.graph_formats
    import litloom.load_tables
    import litloom.queries.catalogue
    import litloom.remove_papers  # noqa: F401
    from litloom.extractors import Extractor
    from tests.models import load_once

    load_once()
    Extractor("fast")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    do = forked(socket.socket(fileno=int(sys.argv[1])))
    exec(do["code"], {"__name__": "__main__"})
