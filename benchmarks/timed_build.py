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
            progress=timed(progress),
        )
    print(json.dumps({"built": time.time()}), flush=True)
    with graph:
        print(json.dumps({"graph": dict(graph.stats().values)}))


def timed(shown: Progress) -> Progress:
    """Return what tells `shown` of each stage, and prints when it began and ended, and what it took itself.

    A stage that goes on while another one begins and ends within it does not count the other's time. It
    tells which processes there were as it began: in the first stage, those that read papers.
    """
    others = [0.0]

    @contextmanager
    def stage(name: str, total: int | None) -> Iterator[Advance]:
        processes = [process.pid for process in multiprocessing.active_children()]
        begin = time.time()
        others.append(0.0)
        with shown(name, total) as advance:
            yield advance
        end = time.time()
        took = end - begin
        own = took - others.pop()
        others[-1] += took
        told = {"stage": name, "begin": begin, "end": end, "seconds": own, "processes": processes}
        print(json.dumps(told), flush=True)

    return stage


if __name__ == "__main__":
    main()
