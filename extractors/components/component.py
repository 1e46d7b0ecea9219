"""What the components with files of their own share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Self


class StoredComponent:
    """A component that a model folder has a subfolder for; spaCy calls `to_disk` and `from_disk`."""

    name: str

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the component to a folder, which is made if need be."""
        Path(path).mkdir(parents=True, exist_ok=True)
        self.save(Path(path))

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:
        """Read what `to_disk` wrote."""
        self.load(Path(path))
        return self

    def save(self, folder: Path) -> None:
        """Write the files of the component."""
        raise NotImplementedError

    def load(self, folder: Path) -> None:
        """Read what `save` wrote; a `ModelError` names a file that is missing or damaged."""
        raise NotImplementedError
