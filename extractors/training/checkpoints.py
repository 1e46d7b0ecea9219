"""Checkpoints: the finished stages of a training run, kept beside the model until it is written."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from litloom.extractors.components.cnn import CnnRecogniser
from litloom.extractors.components.encoder import EncoderRecogniser
from litloom.support.atomic_file import atomic_file
from litloom.support.folders import remove_tree
from litloom.support.sealed_file import digest

_RUN: Final = "of"
Arrays = Mapping[str, NDArray[Any]]


class Checkpoints:
    """The finished stages of one training run, in a folder.

    `run` stands for all that the run depends on: checkpoints of another run are removed.
    """

    def __init__(self, folder: Path, run: str) -> None:
        self.folder = folder
        marker = folder / _RUN
        if folder.is_symlink() or not marker.is_file() or marker.read_text(encoding="utf-8") != run:
            remove_tree(folder)
            folder.mkdir(parents=True)
            with atomic_file(marker) as unfinished:
                unfinished.write_text(run, encoding="utf-8")

    def once(
        self, stage: str, recogniser: CnnRecogniser | EncoderRecogniser, train: Callable[[], None]
    ) -> None:
        """Train a recogniser, or restore its weights if that has been done."""
        path = self.folder / f"{stage}.npz"
        weights = load_checkpoint(path)
        if weights is not None:
            recogniser.restore(weights)
        else:
            train()
            save_checkpoint(path, recogniser.exact_weights())

    def remove(self) -> None:
        """Remove all checkpoints."""
        remove_tree(self.folder)


def save_checkpoint(path: Path, arrays: Arrays) -> None:
    """Write arrays to a NumPy archive, and its digest to a second file."""
    with atomic_file(path) as unfinished:
        with unfinished.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        of_file = digest(unfinished.read_bytes())
    with atomic_file(_digest_file(path)) as unfinished:
        unfinished.write_bytes(of_file)


def load_checkpoint(path: Path) -> dict[str, NDArray[Any]] | None:
    """Return what `save_checkpoint` wrote; ``None`` if it is missing or damaged."""
    try:
        content = path.read_bytes()
        if _digest_file(path).read_bytes() != digest(content):
            return None
    except FileNotFoundError:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files}


def _digest_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.digest")
