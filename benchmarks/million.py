"""How weaving grows to a million papers: a collection several times over, woven by ``litloom weave``.

::

    litloom extract PAPERS.jsonl.gz -o parts/ --model fast
    python -m benchmarks.million parts/ --times 1 3 6 12 --memory 4000

Every copy of a paper has an id and a title of its own, and refers to copies. Each size is woven by one
command in a process of its own. Results are written to ``--results`` as soon as they are known, and are not
measured again.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import watched
from benchmarks.scale import Results
from litloom.extractions.partitions import (
    ExtractionSettings,
    Partition,
    read_partitions,
    write_manifest,
    write_partition,
)
from litloom.records import Extraction, Paper

COLUMNS = ("papers", "MENTIONS", "SHARES_CONCEPTS", "seconds", "processor s", "ms a paper", "peak, MiB")


def main() -> None:
    """Weave each size that is not in the results, and print the table."""
    parser = argparse.ArgumentParser(description="Weaving up to a million papers.")
    parser.add_argument("parts", type=Path, help="A folder that litloom extract wrote.")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 3, 6, 12], help="Copies of each paper.")
    parser.add_argument("--papers", type=int, help="The first papers of the folder only.")
    parser.add_argument("--memory", type=int, default=4000, help="MiB that litloom weave may use.")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument(
        "--folder", type=Path, default=Path("million"), help="Where copies and tables are written."
    )
    parser.add_argument("--results", type=Path, default=Path("million/results.json"))
    arguments = parser.parse_args()
    results = Results(arguments.results)
    for times in sorted(arguments.times):
        results.once(str(times), measure=partial(measure, arguments, times))
    print(f"| {' | '.join(COLUMNS)} |", "|" + " --- |" * len(COLUMNS), sep="\n")
    for _, row in sorted(results.found.items(), key=lambda item: int(item[0])):
        print(f"| {' | '.join(cells(row))} |")


def measure(arguments: argparse.Namespace, times: int) -> dict[str, Any]:
    """Weave so many copies, and return counts, time and memory."""
    parts = arguments.folder / f"parts-{times}"
    write_copies(arguments.parts, parts, times, arguments.papers)
    measured = weave(parts, arguments.folder / "tables", arguments.memory, arguments.processes)
    shutil.rmtree(parts)
    return measured


def write_copies(source: Path, target: Path, times: int, papers: int | None) -> None:
    """Write a folder of parts in which every paper of another folder is there several times."""
    reading, partitions = read_partitions(source)
    copies = [
        copy
        for number in range(times)
        for partition in islice(partitions, None if papers is None else -(-papers // partitions[0].papers))
        for copy in copied(partition, target, number, reading)
    ]
    write_manifest(target, copies, reading)


def copied(
    partition: Partition, target: Path, number: int, reading: ExtractionSettings
) -> Iterator[Partition]:
    """Write and yield a partition with copies of the papers of another one."""
    papers, found = zip(*(copy_of(*pair, number) for pair in partition.read()), strict=True)
    copy = write_partition(target, papers, reading)
    copy.write_extractions(found)
    yield copy


def copy_of(paper: Paper, found: Extraction, number: int) -> tuple[Paper, Extraction]:
    """Return a paper with another id and title, and its extraction; number 0 is the paper itself."""
    if not number:
        return paper, found
    mark = f" ({number})"
    identifier, ends = f"{paper.id}-{number}", len(paper.title)
    mentions = tuple(
        mention
        if mention.start < ends
        else replace(mention, start=mention.start + len(mark), end=mention.end + len(mark))
        for mention in found.mentions
    )
    references = tuple(f"{reference}-{number}" for reference in paper.references)
    copy = replace(paper, id=identifier, ids=(), doi="", title=paper.title + mark, references=references)
    return copy, replace(found, paper_id=identifier, mentions=mentions)


def weave(parts: Path, tables: Path, memory: int, processes: int) -> dict[str, Any]:
    """Weave a folder of parts, and return counts, time and memory."""
    command = [sys.executable, "-m", "litloom", "weave", str(parts), "-o", str(tables)]
    done = watched.run([*command, "--memory", str(memory), "--processes", str(processes)])
    rows = {name: count_rows(tables, name) for name in ("Paper", "MENTIONS", "SHARES_CONCEPTS")}
    shutil.rmtree(tables)
    return {**rows, "seconds": done.seconds, "processor": done.processor, "peak": done.peak()}


def count_rows(tables: Path, name: str) -> int:
    """Return the number of rows of the tables of a label or relationship type."""
    import pyarrow.parquet as pq

    files = [*tables.glob(f"nodes/{name}/*.parquet"), *tables.glob(f"edges/{name}-*/*.parquet")]
    return sum(pq.read_metadata(file).num_rows for file in files)


def cells(row: dict[str, Any]) -> Sequence[str]:
    """Return the cells of a row of the table."""
    return (
        *(f"{row[name]:,}" for name in ("Paper", "MENTIONS", "SHARES_CONCEPTS")),
        f"{row['seconds']:,.0f}",
        f"{row['processor']:,.0f}",
        f"{1000 * row['processor'] / row['Paper']:.2f}",
        f"{row['peak'] / 2**20:,.0f}",
    )


if __name__ == "__main__":
    main()
