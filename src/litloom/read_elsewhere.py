"""Extractions that were made elsewhere: a folder of parts takes the place of reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from litloom.errors import InputError
from litloom.extraction_cache import Reader
from litloom.graph.partitions import read_manifest
from litloom.ledger import text_digest
from litloom.records import Extraction, Paper


def read_elsewhere(folder: str | Path, model: str, read: Reader) -> Reader:
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
            for partition in partitions
            if partition.is_read
            for paper, extraction in zip(partition.read_papers(), partition.read_extractions(), strict=True)
            if (digest := text_digest(paper)) in wanted
        }
        rest = iter(read([p for digest, p in zip(digests, unread, strict=True) if digest not in taken]))
        for digest, paper in zip(digests, unread, strict=True):
            yield replace(taken[digest], paper_id=paper.id) if digest in taken else next(rest)

    return taken_or_read
