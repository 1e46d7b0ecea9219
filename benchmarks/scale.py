"""A field's worth of papers: how fast concepts are found, and how a build grows, beside what is aimed at.

Run it from the repository's root, on a machine that does nothing else, after
``pip install -e ".[benchmarks]"``::

    taskset -c 0,1 python -m benchmarks.scale PAPERS.jsonl.gz

Each result is written to ``--results`` as soon as it is known: a run that was interrupted goes on where it
was, and ``--only`` picks steps. Papers of the smaller builds are spread evenly over the file; those that are
added to the largest graph are halves of two of its papers each. Builds run in processes of their own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import portions, recognition, watched
from benchmarks.growth_plot import draw
from benchmarks.scale_table import STAGES, machine, tables
from litloom.readers import read_papers
from litloom.records import Paper
from litloom.support.atomic_file import atomic_file

STEPS = ("extraction", "build", "growth", "adding")
SIZES = (1_000, 3_000, 10_000, 30_000)
ADDED = 100
WIDTH = 150


def main() -> None:
    """Measure what is not in the results yet, and print the tables."""
    parser = argparse.ArgumentParser(description="A field's worth of papers.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--only", default=",".join(STEPS), help=f"Steps, of {','.join(STEPS)}.")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="Builds of a part of the papers.")
    parser.add_argument("--model", default="fast")
    parser.add_argument("--extraction-papers", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3, help="Rounds of the comparison of extraction.")
    parser.add_argument("--results", type=Path, default=Path("scale/results.json"))
    parser.add_argument("--folder", type=Path, default=Path("scale"), help="Where graphs are built.")
    parser.add_argument("--plot", type=Path, default=Path("scale/growth.png"))
    arguments = parser.parse_args()
    only = arguments.only.split(",")
    if unknown := set(only) - set(STEPS):
        parser.error(f"--only: no such step: {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}")
    scale = Scale(arguments.path, arguments.folder, arguments.model, Results(arguments.results))
    # In a file, the tables are not to be folded.
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    if "extraction" in only:
        scale.extraction(arguments.extraction_papers, arguments.rounds)
    if {"build", "growth"} & set(only):
        scale.build(None)
    if "adding" in only:
        scale.adding()
    for size in sorted(arguments.sizes) if "growth" in only else ():
        scale.build(size)
    builds = sorted(scale.results.found.get("builds", {}).values(), key=lambda build: build["papers"])
    if len(builds) > 1:
        draw(builds, STAGES, arguments.plot)
        console.print(f"{arguments.plot}: time and memory by the number of papers", highlight=False)
    console.print(*tables(scale.results.found), sep="\n")


class Results:
    """What was measured so far, kept in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}

    def once(self, *keys: str, measure: Callable[[], Any]) -> None:
        """Measure what is not there, and write it down."""
        place = self.found
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        if keys[-1] not in place:
            place[keys[-1]] = measure()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(self._path) as unfinished:
                unfinished.write_text(json.dumps(self.found, indent=1))


class Scale:
    """Takes the measures.

    Parameters
    ----------
    path
        The papers.
    folder
        Where graphs and parts of the papers are written; removed as far as they are not needed further.
    model
        The recognition model.
    results
        What is known already.
    """

    def __init__(self, path: Path, folder: Path, model: str, results: Results) -> None:
        self.results = results
        self._path, self._folder, self._model = path, folder, model
        folder.mkdir(parents=True, exist_ok=True)
        results.once("of", measure=lambda: {"file": path.name, "papers": len(self._papers), "model": model})
        results.once("machine", measure=machine)
        of = results.found["of"]
        if (of["file"], of["model"]) != (path.name, model):
            raise SystemExit(f"these results are of {of['file']} and {of['model']}; name others by --results")

    @cached_property
    def _papers(self) -> list[Paper]:
        return list(read_papers([self._path]))

    @property
    def _largest(self) -> Path:
        return self._folder / "all.lbug"

    def extraction(self, count: int, rounds: int) -> None:
        """Measure how many papers a second are read, beside spaCy's pipelines."""

        def measure() -> dict[str, Any]:
            papers = recognition.read(self._path, count)
            only = (recognition.FLOOR, f"litloom {self._model}", recognition.FULL)
            found = recognition.speeds(papers, rounds=rounds, only=only)
            return {"papers": len(papers), "speeds": {name: one._asdict() for name, one in found.items()}}

        self.results.once("extraction", measure=measure)

    def build(self, size: int | None) -> None:
        """Build a graph of so many papers, or of all, and note seconds by stage, and memory."""
        if size is not None and size >= self.results.found["of"]["papers"]:
            return

        def measure() -> dict[str, Any]:
            source, store = self._path, self._largest
            if size is not None:
                source, store = self._folder / f"{size}.jsonl", self._folder / f"{size}.lbug"
                portions.write(source, portions.spread(self._papers, size))
            _remove(store)
            noted = self._timed_build(source, store)
            if size is not None:
                _remove(store)
                source.unlink()
            return noted

        self.results.once("builds", "all" if size is None else str(size), measure=measure)

    def adding(self) -> None:
        """Add papers to the largest graph, then remove them."""

        def add() -> dict[str, Any]:
            if not self._largest.exists():
                self._timed_build(self._path, self._largest)
            source = self._folder / "added.jsonl"
            portions.write(source, portions.made_up(self._papers, ADDED))
            return self._timed_build(source, self._largest)

        def remove() -> dict[str, Any]:
            ids = [paper.id for paper in portions.made_up(self._papers, ADDED)]
            litloom = [sys.executable, "-m", "litloom"]
            done = watched.run([*litloom, "remove", *ids, "--yes", "--store", str(self._largest)])
            return {"papers": len(ids), "seconds": done.seconds, "peak": done.peak()}

        self.results.once("adding", measure=add)
        self.results.once("removing", measure=remove)

    def _timed_build(self, source: Path, store: Path) -> dict[str, Any]:
        print(f"{time.strftime('%H:%M:%S')} {store.name} from {source.name}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "benchmarks.timed_build", str(source), "--store", str(store)]
        done = watched.run([*command, "--model", self._model])
        lines = [json.loads(line) for line in done.output.splitlines()]
        stages = [line for line in lines if "stage" in line]
        reading = next((line for line in stages if line["stage"] == "extract"), {"begin": 0.0, "end": 0.0})
        seconds: Counter[str] = Counter()
        for line in stages:
            seconds[line["stage"]] += line["seconds"]
        built = next(line["built"] for line in lines if "built" in line)
        graph = next(line["graph"] for line in lines if "graph" in line)
        readers = min(stages, key=lambda line: line["begin"])["processes"]
        held = done.held_by_children(readers, reading["begin"], reading["end"])
        return {
            "papers": self.results.found["of"]["papers"] if source == self._path else _count(source),
            "seconds": built - done.began,
            "stages": seconds,
            "peak": done.peak(),
            "peak in": _stage_at(done.peak_at(), stages),
            "workers": max((one.resident for one in held), default=0),
            "workers by tenth": watched.tenths([one.resident for one in held]),
            "workers' own by tenth": watched.tenths([one.own for one in held]),
            "graph": graph,
            "when": time.strftime("%Y-%m-%d %H:%M"),
        }


def _stage_at(moment: float, stages: Sequence[Mapping[str, Any]]) -> str:
    """Return the stage that a moment was in: the one that began last, as stages may lie within others."""
    around = [stage for stage in stages if stage["begin"] <= moment <= stage["end"]]
    return str(max(around, key=lambda stage: stage["begin"])["stage"]) if around else "between stages"


def _count(source: Path) -> int:
    return sum(1 for _ in source.open("rb"))


def _remove(store: Path) -> None:
    for path in store.parent.glob(f"{store.name}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{' '.join(error.cmd[:6])} … failed with status {error.returncode}") from error
