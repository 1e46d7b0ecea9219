"""Runs a command, and sees how much memory it and the processes that it starts hold meanwhile."""

from __future__ import annotations

import resource
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


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds, in bytes.

    Parameters
    ----------
    resident
        All its pages that are in memory (RSS), those too that it shares with other processes.
    own
        Those that it does not share (USS). A page that a forked process shares with the one that started it
        becomes its own when either of them changes it: so this grows by what the other one does, too.
    part
        Its own, and its part of those that it shares (PSS).
    """

    resident: int = 0
    own: int = 0
    part: int = 0

    def __add__(self, other: Held) -> Held:
        """Return what two processes hold."""
        return Held(self.resident + other.resident, self.own + other.own, self.part + other.part)


class Look(NamedTuple):
    """What was held at a moment (seconds since the epoch): bytes by all, and by each child."""

    at: float
    total: int
    children: dict[int, Held]


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
    processor
        Seconds of processor time, of all its processes.
    looks
        Its memory over time.
    """

    output: str
    began: float
    seconds: float
    processor: float
    looks: list[Look] = field(repr=False)

    def peak(self) -> int:
        """Return the most that all processes held together."""
        return self._highest().total

    def peak_at(self) -> float:
        """Return when that was (seconds since the epoch)."""
        return self._highest().at

    def _highest(self) -> Look:
        return max(self.looks, key=lambda look: look.total, default=Look(self.began, 0, {}))

    def held_by_children(self, pids: Collection[int], begin: float, end: float) -> list[Held]:
        """Return what these children held together at each look between two moments."""
        return [
            sum((held for pid, held in look.children.items() if pid in pids), Held())
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
    began, begin, used = time.time(), time.perf_counter(), _processor_seconds()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        watcher = threading.Thread(target=_watch, args=(process.pid, looks, ended), daemon=True)
        watcher.start()
        output, _ = process.communicate()
        seconds = time.perf_counter() - begin
    ended.set()
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), output)
    return Watched(output, began, seconds, _processor_seconds() - used, looks)


def _processor_seconds() -> float:
    """Return the processor time of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(pid: int, looks: list[Look], ended: threading.Event) -> None:
    try:
        parent = psutil.Process(pid)
        while not ended.is_set():
            children = {child.pid: _held(child) for child in parent.children(recursive=True)}
            total = sum((held.part for held in children.values()), _held(parent).part)
            looks.append(Look(time.time(), total, children))
            ended.wait(PAUSE)
    except psutil.NoSuchProcess:
        return


def _held(process: psutil.Process) -> Held:
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return Held()
    return Held(int(memory.rss), int(memory.uss), int(getattr(memory, "pss", memory.rss)))
