"""What weaving in pieces costs, compared with weaving all at once, on the same papers in one run.

    python -m benchmarks.weave_parts PAPERS.jsonl.gz --papers 2000 10000 --piece 1000

Names come from a dictionary (see `benchmarks.dictionary_graph`), and partitions have 1,000 papers each. The
figures are processor time, in milliseconds a paper, and seconds of wall time; each way runs in a process of
its own.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks import dictionary_graph
from litloom.engines import open_engine
from litloom.extractions.partitions import ExtractionSettings, cut, write_manifest, write_partition
from litloom.extractors import write_extractions
from litloom.graph.weave import weave
from litloom.records import Extraction, Paper
from litloom.weave_parts import PAPERS_PER_PIECE, weave_parts

SETTINGS = ExtractionSettings("benchmark", "dictionary", 0.0)
PARTITION = 1000


def main() -> None:
    """Print a table with a row a size."""
    parser = argparse.ArgumentParser(description="Weaving in pieces and at once.")
    parser.add_argument("papers_file", type=Path)
    parser.add_argument("--papers", type=int, nargs="+", default=[2000, 10_000])
    parser.add_argument("--piece", type=int, default=PAPERS_PER_PIECE, help="papers of a piece")
    arguments = parser.parse_args()
    print("| papers | in pieces, ms a paper | seconds | at once, ms a paper | seconds | ratio |")
    print("| --- | --- | --- | --- | --- | --- |")
    for size in arguments.papers:
        papers, found = extracted(arguments.papers_file, size)
        used, took = apart(weave_in_pieces, papers, found, arguments.piece)
        at_once, took_at_once = apart(weave_at_once, papers, found)
        of_paper, of_paper_at_once = (1000 * seconds / len(papers) for seconds in (used, at_once))
        print(
            f"| {len(papers):,} | {of_paper:.2f} | {took:.1f} | {of_paper_at_once:.2f} | {took_at_once:.1f} "
            f"| {used / at_once:.2f} |",
            flush=True,
        )


def extracted(path: Path, first: int) -> tuple[list[Paper], list[Extraction]]:
    """Return papers and what a dictionary finds in each."""
    papers, keywords = dictionary_graph.read(path, first)
    names = {**dict.fromkeys(keywords, "Task"), **dictionary_graph.lexicon_names()}
    coined = dictionary_graph.coined_names(papers)
    return papers, [dictionary_graph.extraction(paper, names, coined) for paper in papers]


def write_parts(papers: list[Paper], found: list[Extraction], folder: Path) -> None:
    """Write what ``litloom extract`` would."""
    (folder / "extractions").mkdir(parents=True)
    by_paper = {extraction.paper_id: extraction for extraction in found}
    partitions = []
    for some in cut(papers, PARTITION):
        partition = write_partition(folder, some, SETTINGS)
        write_extractions((by_paper[paper.id] for paper in some), partition.extractions_file, "parquet")
        partitions.append(partition)
    write_manifest(folder, partitions, SETTINGS)


def weave_in_pieces(papers: list[Paper], found: list[Extraction], piece: int) -> tuple[float, float]:
    """Weave parts in this process, and return what that took."""
    with tempfile.TemporaryDirectory() as folder, open_engine("local") as engine:
        write_parts(papers, found, Path(folder, "parts"))
        begin = times()
        weave_parts(Path(folder, "parts"), Path(folder, "tables"), engine=engine, papers_per_piece=piece)
        return since(begin)


def weave_at_once(papers: list[Paper], found: list[Extraction]) -> tuple[float, float]:
    """Weave all papers, and say what that took."""
    begin = times()
    weave(papers, found, about={})
    return since(begin)


def apart(work: Callable[..., tuple[float, float]], *arguments: object) -> tuple[float, float]:
    """Return what a function returns in a process of its own, which has nothing worked out already."""
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(work, *arguments).result()


def times() -> tuple[float, float]:
    """Return the seconds of processors that were used, other processes included, and the time."""
    return sum(os.times()[:4]), time.perf_counter()


def since(begin: tuple[float, float]) -> tuple[float, float]:
    """Return what was used, and what passed, since then."""
    used, passed = times()
    return used - begin[0], passed - begin[1]


if __name__ == "__main__":
    main()
