"""Processes that help the one that started them, and are of no use without it."""

from __future__ import annotations

import os
import time
from collections.abc import Sized
from threading import Thread
from typing import Final

_LOOKS_AFTER: Final = 0.5
"""Seconds after which a process looks whether the one that started it is still there."""

_PAPERS_PER_PROCESS: Final = 30
"""Fewer than this are read sooner by one process than by starting another."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes_for(papers: Sized) -> int:
    """Return how many processes read so many papers soonest."""
    return max(1, min(cores(), len(papers) // _PAPERS_PER_PROCESS))


def end_with_parent() -> None:
    """Let this process end soon after its parent, which may be killed without a chance to say so."""
    Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_AFTER)
    os._exit(1)
