"""Runs a command, and sees how much memory it and the processes that it starts hold meanwhile."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import psutil

PAUSE = 1.0
"""Seconds between two looks."""


class Look(NamedTuple):
    """What was held at a moment (seconds since the epoch), in bytes: by all, and by each child of its own."""

    at: float
    total: int
    children: dict[int, int]


@dataclass(frozen=True, slots=True)
class Watched:
    """A command that has ended.

    Parameters
    ----------
    output
        What it printed.
    began
        When it was started (seconds since the epoch).
    seconds
        How long it ran.
    looks
        Its memory over time. In the total, pages that processes share count in parts (PSS); what the children
        hold are the pages of their own (USS), without those that they share with who started them.
    """

    output: str
    began: float
    seconds: float
    looks: list[Look] = field(repr=False)

    def peak(self) -> int:
        """Return the most that all processes held together."""
        return max((look.total for look in self.looks), default=0)

    def held_by_children(self, pids: Collection[int], begin: float, end: float) -> list[int]:
        """Return what these children together held of their own at each look between two moments."""
        return [
            sum(own for pid, own in look.children.items() if pid in pids)
            for look in self.looks
            if begin <= look.at <= end
        ]


def tenths(held: Sequence[int]) -> list[int]:
    """Return the greatest number of each tenth of a row, or of each number where they are fewer than ten.

    Examples
    --------
    >>> tenths(range(20)), tenths([3, 1])
    ([1, 3, 5, 7, 9, 11, 13, 15, 17, 19], [3, 1])
    """
    parts = min(10, len(held))
    ends = [round(len(held) * part / parts) for part in range(parts + 1)] if parts else [0]
    return [max(held[low:high]) for low, high in pairwise(ends)]


def run(command: Sequence[str]) -> Watched:
    """Run a command to its end; its error stream stays the terminal's.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails.
    """
    looks: list[Look] = []
    ended = threading.Event()
    began, begin = time.time(), time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        watcher = threading.Thread(target=_watch, args=(process.pid, looks, ended), daemon=True)
        watcher.start()
        output, _ = process.communicate()
        seconds = time.perf_counter() - begin
    ended.set()
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), output)
    return Watched(output, began, seconds, looks)


def _watch(pid: int, looks: list[Look], ended: threading.Event) -> None:
    try:
        parent = psutil.Process(pid)
        while not ended.is_set():
            children = {child.pid: _held(child) for child in parent.children(recursive=True)}
            total = _held(parent)[0] + sum(shared for shared, _ in children.values())
            looks.append(Look(time.time(), total, {pid: own for pid, (_, own) in children.items()}))
            ended.wait(PAUSE)
    except psutil.NoSuchProcess:
        return


def _held(process: psutil.Process) -> tuple[int, int]:
    """Return the bytes that a process holds: shared pages in parts, and its own alone."""
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return 0, 0
    return int(getattr(memory, "pss", memory.rss)), int(memory.uss)
