"""A folder of papers and of what was found in them, cut into partitions: what work past one machine reads.

::

    parts.json                which partitions there are, in their order, and which model read them
    papers/NAME.parquet       the papers of one partition
    extractions/NAME.parquet  what was found in them, once somebody has read them

The name of a partition follows from its papers and from what reads them, so that a file under that name is
right if it is whole; and it is, since it gets its name when it is complete.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from litloom.errors import InputError
from litloom.extractors import read_extractions
from litloom.graph.nodes import paper_from_properties, paper_properties
from litloom.graph.tables import node_table
from litloom.records import Extraction, Paper
from litloom.whole_file import whole_file

MANIFEST: Final = "parts.json"
FORMAT: Final = 1
UNFINISHED: Final = "run the same litloom extract again, which goes on where it stopped"


@dataclass(frozen=True, slots=True)
class Reading:
    """What reads the papers: the same reading of the same papers finds the same."""

    litloom: str
    model: str
    min_confidence: float


@dataclass(frozen=True, slots=True)
class Partition:
    """Some papers, and what was found in them.

    Parameters
    ----------
    folder
        The folder of all partitions.
    name
        The name of its files.
    papers
        How many papers it has.
    """

    folder: Path
    name: str
    papers: int

    @property
    def papers_file(self) -> Path:
        """Where its papers are."""
        return self.folder / "papers" / f"{self.name}.parquet"

    @property
    def extractions_file(self) -> Path:
        """Where what was found in them is, or will be."""
        return self.folder / "extractions" / f"{self.name}.parquet"

    @property
    def is_read(self) -> bool:
        """Whether all its extractions are there."""
        return _rows(self.extractions_file) == self.papers

    def read_papers(self) -> list[Paper]:
        """Return its papers."""
        try:
            rows = pq.read_table(self.papers_file).to_pylist()
        except (pa.ArrowException, OSError) as error:
            raise InputError(self.papers_file, f"cannot be read as papers ({_first_line(error)})") from error
        return [paper_from_properties(row) for row in rows]

    def read_extractions(self) -> list[Extraction]:
        """Return what was found in its papers, in their order."""
        found = list(read_extractions(self.extractions_file))
        if len(found) != self.papers:
            raise InputError(self.extractions_file, f"has {len(found)} of {self.papers} papers; {UNFINISHED}")
        return found


def write_partition(folder: Path, papers: Sequence[Paper], reading: Reading) -> Partition:
    """Write the papers of a partition, unless they are there, and return it."""
    partition = Partition(folder, _name(papers, reading), len(papers))
    if _rows(partition.papers_file) != len(papers):
        partition.papers_file.parent.mkdir(parents=True, exist_ok=True)
        table = node_table("Paper", map(paper_properties, papers))
        with whole_file(partition.papers_file) as unfinished:
            pq.write_table(table, unfinished, compression="zstd")
    return partition


def write_manifest(folder: Path, partitions: Iterable[Partition], reading: Reading) -> None:
    """Note which partitions the folder is made of."""
    parts = [{"name": partition.name, "papers": partition.papers} for partition in partitions]
    with whole_file(folder / MANIFEST) as unfinished:
        unfinished.write_text(
            json.dumps({"format": FORMAT, **asdict(reading), "parts": parts}, indent=1) + "\n",
            encoding="utf-8",
        )


def read_manifest(folder: Path) -> tuple[Reading, list[Partition]]:
    """Return what a folder is made of.

    Raises
    ------
    InputError
        If it is no such folder, or of another version of litloom's.
    """
    file = folder / MANIFEST
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise InputError(file, f"has format {told['format']}, and this litloom reads {FORMAT}")
        reading = Reading(told["litloom"], told["model"], told["min_confidence"])
        return reading, [Partition(folder, part["name"], part["papers"]) for part in told["parts"]]
    except FileNotFoundError:
        raise InputError(folder, f"holds no {MANIFEST}; such folders are made by litloom extract") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(file, f"cannot be read ({_first_line(error)})") from error


def read_partitions(folder: Path) -> tuple[Reading, list[Partition]]:
    """Return what a folder is made of, where all its papers have been read.

    Raises
    ------
    InputError
        If some have not.
    """
    reading, partitions = read_manifest(folder)
    unread = sum(not partition.is_read for partition in partitions)
    if unread:
        raise InputError(folder, f"{unread} of {len(partitions)} parts are not read yet; {UNFINISHED}")
    return reading, partitions


def cut(papers: Iterable[Paper], size: int) -> Iterator[list[Paper]]:
    """Yield the papers in lists of at most `size`, each of one file.

    Examples
    --------
    >>> papers = [Paper(title=str(n), sources=("ab"[n > 2],)) for n in range(5)]
    >>> [[paper.title for paper in partition] for partition in cut(papers, 2)]
    [['0', '1'], ['2'], ['3', '4']]
    """
    partition: list[Paper] = []
    for paper in papers:
        if partition and (len(partition) == size or paper.sources != partition[0].sources):
            yield partition
            partition = []
        partition.append(paper)
    if partition:
        yield partition


def _name(papers: Sequence[Paper], reading: Reading) -> str:
    digest = hashlib.sha256(repr(reading).encode())
    for paper in papers:
        digest.update(repr(paper).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def _rows(file: Path) -> int:
    """Return how many rows a Parquet file has; -1 where there is none that can be read."""
    try:
        return int(pq.read_metadata(file).num_rows)
    except (pa.ArrowException, OSError):
        return -1


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
