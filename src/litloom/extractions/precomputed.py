"""Extractions that were made elsewhere: a folder of parts takes the place of reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from litloom.errors import InputError
from litloom.extractions.cache import Reader
from litloom.extractions.partitions import Partition, read_manifest
from litloom.papers.paper_index import text_digest
from litloom.records import Extraction, Paper
from litloom.support.notices import counted, notice


def precomputed(folder: str | Path, model: str, read: Reader) -> Reader:
    """Return a reader that takes from a folder of parts what is there, and reads the rest.

    Parameters
    ----------
    folder
        What ``litloom extract PAPERS -o FOLDER/`` wrote; it may be unfinished.
    model
        The name and version of the model that is to have read them.
    read
        Reads papers whose text is not in the folder.

    Raises
    ------
    InputError
        If it is no such folder, or another model read its papers, or it lacks what that was not sure of.
    """
    folder = Path(folder)
    reading, partitions = read_manifest(folder)
    if reading.model != model:
        raise InputError(
            folder, f"was read by model {reading.model}, and this is {model}: name that one with --model"
        )
    if reading.min_confidence > 0:
        raise InputError(
            folder,
            f"lacks mentions less sure than {reading.min_confidence}: extract without --min-confidence",
        )

    def taken_or_read(unread: list[Paper]) -> Iterator[Extraction]:
        digests = [text_digest(paper) for paper in unread]
        wanted = frozenset(digests)
        taken = {
            digest: extraction
            for paper, extraction in _undamaged(folder, partitions, model)
            if (digest := text_digest(paper)) in wanted
        }
        rest = iter(read([p for digest, p in zip(digests, unread, strict=True) if digest not in taken]))
        for digest, paper in zip(digests, unread, strict=True):
            yield replace(taken[digest], paper_id=paper.id) if digest in taken else next(rest)

    return taken_or_read


def _undamaged(
    folder: Path, partitions: Iterable[Partition], model: str
) -> Iterator[tuple[Paper, Extraction]]:
    """Yield the papers of a folder with what a model found in them, and tell of parts that are damaged."""
    damaged: list[Partition] = []
    for partition in partitions:
        if not partition.extractions_file.exists():
            continue
        try:
            pairs = partition.read()
        except InputError:
            pairs = []
        if pairs and all(found.model == model for _, found in pairs):
            yield from pairs
        else:
            damaged.append(partition)
    if damaged:
        notice(
            f"{folder}: {counted(len(damaged), 'part')} damaged; "
            f"{counted(sum(part.papers for part in damaged), 'paper')} will be processed again"
        )
