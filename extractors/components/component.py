"""What components share: files of their own, and access to each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Self, TypeVar

from spacy.language import Language

T = TypeVar("T")


class StoredComponent(ABC):
    """A component that a model folder has a subfolder for; spaCy calls `to_disk` and `from_disk`."""

    name: str

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the component to a folder, which is made if need be."""
        Path(path).mkdir(parents=True, exist_ok=True)
        self.save(Path(path))

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:
        """Read what `to_disk` wrote; a `ModelError` names a file that is missing or damaged."""
        self.load(Path(path))
        return self

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write the files of the component."""

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Read the files that `save` wrote."""


def component_of(nlp: Language, name: str, kind: type[T]) -> T:
    """Return a component of a pipeline, checked to be of a type."""
    component = nlp.get_pipe(name)
    assert isinstance(component, kind)
    return component
