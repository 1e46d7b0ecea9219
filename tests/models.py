"""Loads each model that comes with litloom once a process, since its files stay as they are."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from litloom.extractors import extractor
from litloom.extractors.model_files import MODELS

if TYPE_CHECKING:
    from spacy import Language


def load_once() -> None:
    """Let extractors of one model share what was loaded, as one extractor does for all of its papers."""
    load = extractor.load_pipeline
    kept = cache(load)

    def loaded(path: Path) -> Language:
        return kept(path) if path.parent == MODELS else load(path)

    extractor.load_pipeline = loaded
