"""A folder of papers and of what was found in them, cut into partitions: what work past one machine reads.

::

    parts.json                which partitions there are, in their order, and which model read them
    papers/NAME.parquet       the papers of one partition
    extractions/NAME.parquet  what was found in them, once somebody has read them

The name of a partition follows from its papers and from what reads them. Its files get their names when they
are complete, and are sealed (`litloom.support.sealed_file`): one that is damaged, or of another partition, is
noticed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from litloom.errors import InputError
from litloom.extractors.files import read_part, write_part
from litloom.graph.nodes import paper_from_properties, paper_properties
from litloom.graph.tables import node_table
from litloom.records import Extraction, Paper
from litloom.support.atomic_file import own_folder
from litloom.support.sealed_file import (
    DamagedError,
    parquet_table,
    read_json,
    read_sealed,
    write_json,
    write_parquet,
)

MANIFEST: Final = "parts.json"
FORMAT: Final = 2
UNFINISHED: Final = "run the same litloom extract again, which goes on where it stopped"
ANEW: Final = "run the same litloom extract again, which makes it anew"
_NAME: Final = re.compile(r"[0-9a-f]{32}")


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
        """Whether all its extractions are there, and undamaged."""
        return _rows(self.extractions_file, *self._of) == self.papers

    def paper_ids(self) -> list[str]:
        """Return the ids of its papers, in their order."""
        ids: list[str] = parquet_table(_content(self.papers_file, self.name), ["id"])["id"].to_pylist()
        return ids

    def read_papers(self) -> list[Paper]:
        """Return its papers."""
        table = parquet_table(_content(self.papers_file, self.name))
        return [paper_from_properties(row) for row in table.to_pylist()]

    def read_extractions(self) -> list[Extraction]:
        """Return what was found in its papers, in their order."""
        try:
            found = read_part(_content(self.extractions_file, *self._of))
        except ValueError as error:
            raise InputError(self.extractions_file, f"holds no extractions ({_first_line(error)})") from error
        if len(found) != self.papers:
            raise InputError(self.extractions_file, f"has {len(found)} of {self.papers} papers; {UNFINISHED}")
        return found

    def read(self) -> list[tuple[Paper, Extraction]]:
        """Return its papers, each with what was found in it."""
        pairs = list(zip(self.read_papers(), self.read_extractions(), strict=True))
        if any(paper.id != found.paper_id for paper, found in pairs):
            raise InputError(self.extractions_file, f"is not of the papers in {self.papers_file}; {ANEW}")
        return pairs

    def write_extractions(self, found: Iterable[Extraction]) -> int:
        """Write what was found in its papers, in their order, and return of how many."""
        own_folder(self.extractions_file.parent)
        return write_part(found, self.extractions_file, self.name)

    @property
    def _of(self) -> tuple[str, str]:
        """What the file of its extractions may be of; nothing, where `litloom extract -o FILE` wrote it."""
        return self.name, ""


def write_partition(folder: Path, papers: Sequence[Paper], reading: Reading) -> Partition:
    """Write the papers of a partition, unless they are there, and return it."""
    partition = Partition(folder, _name(papers, reading), len(papers))
    if _rows(partition.papers_file, partition.name) != len(papers):
        own_folder(partition.papers_file.parent, parents=True)
        table = node_table("Paper", map(paper_properties, papers))
        write_parquet(table, partition.papers_file, partition.name)
    return partition


def write_manifest(folder: Path, partitions: Iterable[Partition], reading: Reading) -> None:
    """Note which partitions the folder is made of."""
    parts = [{"name": partition.name, "papers": partition.papers} for partition in partitions]
    write_json(folder / MANIFEST, {"format": FORMAT, **asdict(reading), "parts": parts})


def read_manifest(folder: Path) -> tuple[Reading, list[Partition]]:
    """Return what a folder is made of.

    Raises
    ------
    InputError
        If it is no such folder, or of another version of litloom's.
    """
    file = folder / MANIFEST
    try:
        told = read_json(file)
        if told.get("format") != FORMAT:
            raise InputError(file, f"has another format than this litloom reads; {ANEW}")
        reading = Reading(told["litloom"], told["model"], told["min_confidence"])
        parts = [Partition(folder, part["name"], part["papers"]) for part in told["parts"]]
        if strange := [part.name for part in parts if not _NAME.fullmatch(part.name)]:
            raise InputError(file, f"names a part {strange[0]!r}, unlike litloom does")
        return reading, parts
    except FileNotFoundError:
        raise InputError(folder, f"holds no {MANIFEST}; such folders are made by litloom extract") from None
    except DamagedError as error:
        raise InputError(file, f"is damaged, or of an earlier litloom ({error}); {ANEW}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(file, f"cannot be read ({_first_line(error)})") from error


def read_partitions(folder: Path) -> tuple[Reading, list[Partition]]:
    """Return what a folder is made of, where all its papers have been read.

    Raises
    ------
    InputError
        If some have not, or a file is damaged.
    """
    reading, partitions = read_manifest(folder)
    unread = [partition for partition in partitions if not partition.is_read]
    if unread:
        damaged = [part.extractions_file for part in unread if part.extractions_file.exists()]
        which = f" (damaged: {damaged[0]})" if damaged else ""
        raise InputError(
            folder, f"{len(unread)} of {len(partitions)} parts are not read yet; {UNFINISHED}{which}"
        )
    for partition in partitions:
        _content(partition.papers_file, partition.name)
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


def _content(file: Path, *of: str) -> bytes:
    try:
        return read_sealed(file, *of)
    except FileNotFoundError:
        raise InputError(file, f"is missing; {ANEW}") from None
    except DamagedError as error:
        raise InputError(file, f"is damaged ({error}); {ANEW}") from error


def _rows(file: Path, *of: str) -> int:
    """Return how many rows a sealed file has; -1 where there is none, or it is damaged."""
    try:
        return int(pq.read_metadata(pa.BufferReader(read_sealed(file, *of))).num_rows)
    except (DamagedError, FileNotFoundError):
        return -1


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
