"""Extractions computed before: a folder of parts takes the place of a model."""

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
    """Return a function that takes extractions from a folder of parts, and extracts the rest.

    Parameters
    ----------
    folder
        Written by ``litloom extract PAPERS -o FOLDER/``; it may be incomplete.
    model
        The name and version of the model that must have been used.
    read
        Extracts from papers whose text is not in the folder.

    Raises
    ------
    InputError
        If it is no such folder, or was extracted by another model or with a minimum confidence.
    """
    folder = Path(folder)
    settings, partitions = read_manifest(folder)
    if settings.model != model:
        raise InputError(
            folder, f"was extracted by model {settings.model}, and this is {model}: use that one with --model"
        )
    if settings.min_confidence > 0:
        raise InputError(
            folder,
            f"lacks mentions below confidence {settings.min_confidence}: extract without --min-confidence",
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
    """Yield the papers and extractions of intact parts."""
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
