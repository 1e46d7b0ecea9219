"""A folder of papers and their extractions, in partitions: the input of work on several machines.

::

    parts.json                the partitions in their order, and the model
    papers/NAME.parquet       the papers of one partition
    extractions/NAME.parquet  their extractions, when a worker has made them

The name of a partition is a digest of its papers and of the extraction settings. Files are sealed
(`litloom.support.sealed_file`), so that one that is damaged, or of another partition, is noticed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from litloom.errors import InputError
from litloom.extractors.files import read_part, write_part
from litloom.graph.nodes import paper_from_properties, paper_properties
from litloom.graph.tables import node_table
from litloom.records import Extraction, Paper
from litloom.support.folders import own_folder
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
RESUME: Final = "run the same litloom extract again, which goes on where it stopped"
REPEAT: Final = "run the same litloom extract again, which makes it anew"
_NAME: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class ExtractionSettings:
    """Versions and settings that an extraction depends on, besides the text."""

    litloom: str
    model: str
    min_confidence: float


@dataclass(frozen=True, slots=True)
class Partition:
    """Some papers and their extractions: the name of the files in `folder`, and the number of papers."""

    folder: Path
    name: str
    papers: int

    @property
    def papers_file(self) -> Path:
        """The file of its papers."""
        return self.folder / "papers" / f"{self.name}.parquet"

    @property
    def extractions_file(self) -> Path:
        """The file of its extractions."""
        return self.folder / "extractions" / f"{self.name}.parquet"

    @property
    def is_extracted(self) -> bool:
        """Whether its extractions are complete and intact."""
        return _row_count(self.extractions_file, *self._seals) == self.papers

    def read_papers(self) -> list[Paper]:
        """Return the papers."""
        table = parquet_table(_content(self.papers_file, self.name))
        return [paper_from_properties(row) for row in table.to_pylist()]

    def read_extractions(self) -> list[Extraction]:
        """Return the extractions, in the order of the papers."""
        try:
            found = read_part(_content(self.extractions_file, *self._seals))
        except ValueError as error:
            raise InputError(self.extractions_file, f"holds no extractions ({_first_line(error)})") from error
        if len(found) != self.papers:
            raise InputError(self.extractions_file, f"has {len(found)} of {self.papers} papers; {RESUME}")
        return found

    def read(self) -> list[tuple[Paper, Extraction]]:
        """Return each paper with its extraction."""
        pairs = list(zip(self.read_papers(), self.read_extractions(), strict=True))
        if any(paper.id != found.paper_id for paper, found in pairs):
            raise InputError(self.extractions_file, f"is not of the papers in {self.papers_file}; {REPEAT}")
        return pairs

    def write_extractions(self, found: Iterable[Extraction]) -> int:
        """Write the extractions, in the order of the papers, and return their number."""
        own_folder(self.extractions_file.parent)
        return write_part(found, self.extractions_file, self.name)

    @property
    def _seals(self) -> tuple[str, str]:
        """The possible seals of its extractions; ``""`` is that of `litloom extract -o FILE`."""
        return self.name, ""


def write_partition(folder: Path, papers: Sequence[Paper], settings: ExtractionSettings) -> Partition:
    """Write the papers of a partition, unless they exist, and return it."""
    partition = Partition(folder, _name(papers, settings), len(papers))
    if _row_count(partition.papers_file, partition.name) != len(papers):
        own_folder(partition.papers_file.parent, parents=True)
        table = node_table("Paper", map(paper_properties, papers))
        write_parquet(table, partition.papers_file, partition.name)
    return partition


def write_manifest(folder: Path, partitions: Iterable[Partition], settings: ExtractionSettings) -> None:
    """Write the manifest of a folder."""
    parts = [{"name": partition.name, "papers": partition.papers} for partition in partitions]
    write_json(folder / MANIFEST, {"format": FORMAT, **asdict(settings), "parts": parts})


def read_manifest(folder: Path) -> tuple[ExtractionSettings, list[Partition]]:
    """Return the settings and partitions of a folder.

    Raises
    ------
    InputError
        If it has no manifest, or that of another version.
    """
    file = folder / MANIFEST
    try:
        manifest = read_json(file)
        if manifest.get("format") != FORMAT:
            raise InputError(file, f"has another format than this litloom reads; {REPEAT}")
        settings = ExtractionSettings(manifest["litloom"], manifest["model"], manifest["min_confidence"])
        parts = [Partition(folder, part["name"], part["papers"]) for part in manifest["parts"]]
        if strange := [part.name for part in parts if not _NAME.fullmatch(part.name)]:
            raise InputError(file, f"names a part {strange[0]!r}, unlike litloom does")
        return settings, parts
    except FileNotFoundError:
        raise InputError(folder, f"holds no {MANIFEST}; such folders are made by litloom extract") from None
    except DamagedError as error:
        raise InputError(file, f"is damaged, or of an earlier litloom ({error}); {REPEAT}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(file, f"cannot be read ({_first_line(error)})") from error


def read_partitions(folder: Path) -> tuple[ExtractionSettings, list[Partition]]:
    """Return the settings and partitions of a complete folder.

    Raises
    ------
    InputError
        If extractions are missing, or a file is damaged.
    """
    settings, partitions = read_manifest(folder)
    missing = [partition for partition in partitions if not partition.is_extracted]
    if missing:
        damaged = [part.extractions_file for part in missing if part.extractions_file.exists()]
        which = f" (damaged: {damaged[0]})" if damaged else ""
        raise InputError(
            folder, f"{len(missing)} of {len(partitions)} parts are not extracted yet; {RESUME}{which}"
        )
    for partition in partitions:
        _content(partition.papers_file, partition.name)
    return settings, partitions


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


def _name(papers: Sequence[Paper], settings: ExtractionSettings) -> str:
    digest = hashlib.sha256(repr(astuple(settings)).encode())
    for paper in papers:
        digest.update(repr(paper).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def _content(file: Path, *of: str) -> bytes:
    try:
        return read_sealed(file, *of)
    except FileNotFoundError:
        raise InputError(file, f"is missing; {REPEAT}") from None
    except DamagedError as error:
        raise InputError(file, f"is damaged ({error}); {REPEAT}") from error


def _row_count(file: Path, *of: str) -> int:
    """Return the number of rows of a sealed file; -1 if it is missing or damaged."""
    try:
        return int(pq.read_metadata(pa.BufferReader(read_sealed(file, *of))).num_rows)
    except (DamagedError, FileNotFoundError):
        return -1


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
