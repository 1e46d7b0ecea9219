"""Running in a child process where native code may crash for lack of memory."""

from __future__ import annotations

import os
import signal
from typing import Final

from litloom.support.low_memory import is_limited
from litloom.support.pools import end_with_parent

CRASHES: Final = (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGFPE, -signal.SIGILL, 127)
"""Exit statuses of a crash; 127 is glibc's where it has no memory for the data of a new thread."""


def go_apart() -> None:
    """Under a limit of address space, go on in a child process, and exit here with its status.

    Native libraries may crash where an allocation fails, and a process cannot report its own crash.

    Raises
    ------
    MemoryError
        In the parent, if the child crashed.
    """
    if not is_limited() or not hasattr(os, "fork"):
        return
    child = os.fork()
    if child == 0:
        end_with_parent()
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts both; the child reports it
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status in CRASHES:
        raise MemoryError
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)
