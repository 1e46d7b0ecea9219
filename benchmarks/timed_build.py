"""Builds a graph as ``litloom build`` does, and prints what each stage took, a JSON object a line.

Run it as ``python -m benchmarks.timed_build PAPERS.jsonl --store lit.lbug --model fast``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager

from litloom import build
from litloom.cli.stages import bars
from litloom.progress import Advance, Progress


def main() -> None:
    """Build, with bars on the error stream and times on the output."""
    parser = argparse.ArgumentParser(description="Build a graph, and print what each stage took.")
    parser.add_argument("path")
    parser.add_argument("--store", required=True)
    parser.add_argument("--model", default="fast")
    parser.add_argument("--processes", type=int, help="As many as litloom takes, if not given.")
    arguments = parser.parse_args()
    with bars() as progress:
        graph = build(
            arguments.path,
            arguments.store,
            model=arguments.model,
            processes=arguments.processes,
            progress=Timed(progress),
        )
    print(json.dumps({"built": time.time()}), flush=True)
    with graph:
        print(json.dumps({"graph": dict(graph.stats().values)}))


class Timed(Progress):
    """Progress that also prints when each stage began and ended, how long it took, and the child processes.

    The time of a stage that runs inside another one is not counted in the outer one.
    """

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._inner = [0.0]

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Time a stage."""
        processes = [process.pid for process in multiprocessing.active_children()]
        begin = time.time()
        self._inner.append(0.0)
        with self._shown.stage(name, total) as advance:
            yield advance
        end = time.time()
        own = end - begin - self._inner.pop()
        self._inner[-1] += end - begin
        times = {"stage": name, "begin": begin, "end": end, "seconds": own, "processes": processes}
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
