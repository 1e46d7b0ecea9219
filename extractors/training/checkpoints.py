"""What a training run has finished so far, kept beside the model: an interrupted run goes on from there."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from litloom.support.atomic_file import atomic_file
from litloom.support.folders import remove_tree
from litloom.support.sealed_file import digest

_OF: Final = "of"


class Trainable(Protocol):
    """A recogniser whose weights can be taken out and put back unchanged."""

    def exact_weights(self) -> dict[str, NDArray[Any]]:
        """Return the weights, not rounded."""

    def restore(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take over what `exact_weights` returned."""


class Stages:
    """Finished stages of one training run.

    Parameters
    ----------
    folder
        Where they are kept.
    of
        What the run depends on: stages of another run are removed.
    """

    def __init__(self, folder: Path, of: str) -> None:
        self.folder = folder
        marker = folder / _OF
        if folder.is_symlink() or not marker.is_file() or marker.read_text(encoding="utf-8") != of:
            remove_tree(folder)
            folder.mkdir(parents=True)
            with atomic_file(marker) as unfinished:
                unfinished.write_text(of, encoding="utf-8")

    def once(self, name: str, recogniser: Trainable, train: Callable[[], None]) -> None:
        """Train a recogniser, or restore it where that has been done."""
        path = self.folder / f"{name}.npz"
        weights = kept(path)
        if weights is not None:
            recogniser.restore(weights)
            return
        train()
        keep(path, recogniser.exact_weights())

    def remove(self) -> None:
        """Remove all stages."""
        remove_tree(self.folder)


def keep(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays to a NumPy archive, and beside it the digest by which `kept` knows it."""
    with atomic_file(path) as unfinished:
        with unfinished.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        of_file = digest(unfinished.read_bytes())
    with atomic_file(_beside(path)) as unfinished:
        unfinished.write_bytes(of_file)


def kept(path: Path) -> dict[str, NDArray[Any]] | None:
    """Return the arrays that `keep` wrote; ``None`` if there are none, or they are damaged."""
    try:
        content = path.read_bytes()
        if _beside(path).read_bytes() != digest(content):
            return None
    except FileNotFoundError:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files}


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.digest")
