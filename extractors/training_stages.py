"""What a training run has finished so far, kept beside the model: an interrupted run goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from litloom.whole_file import remove_tree, whole_file

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
            with whole_file(marker) as unfinished:
                unfinished.write_text(of, encoding="utf-8")

    def once(self, name: str, recogniser: Trainable, train: Callable[[], None]) -> None:
        """Train a recogniser, or restore it where that has been done."""
        path = self.folder / f"{name}.npz"
        if path.exists():
            with np.load(path, allow_pickle=False) as arrays:
                recogniser.restore({key: arrays[key] for key in arrays.files})
            return
        train()
        with whole_file(path) as unfinished, unfinished.open("wb") as file:
            np.savez(file, **recogniser.exact_weights())  # type: ignore[arg-type]

    def remove(self) -> None:
        """Remove all stages."""
        remove_tree(self.folder)
