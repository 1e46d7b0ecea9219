"""The spaCy pipeline: its parts, and where models are found.

Importing this module registers every component, so that `spacy.load` of a model directory works.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

import spacy
from spacy.language import Language

from litloom.errors import ModelError

# Importing these modules registers their components.
from litloom.extractors import abbreviations, cnn, concepts, encoder, introduces, lexicon, naming

COMPONENT_MODULES: Final = (abbreviations, cnn, concepts, encoder, introduces, lexicon, naming)
MODELS: Final = Path(__file__).parent / "models"
ALIASES: Final = {"default": "accurate"}
DECIDERS: Final = (
    "litloom_abbreviations",
    "litloom_lexicon",
    "litloom_concepts",
    "litloom_introduces",
    "litloom_naming",
)
"""What follows the recognisers, in order."""


def blank_pipeline(recognisers: dict[str, dict[str, int]]) -> Language:
    """Return an untrained pipeline.

    Parameters
    ----------
    recognisers
        Factory name to its settings, such as ``{"litloom_cnn": {"width": 96}}``.

    Examples
    --------
    >>> blank_pipeline({"litloom_cnn": {"width": 32, "depth": 1, "rows": 100}}).pipe_names[0]
    'litloom_cnn'
    """
    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    for factory, settings in recognisers.items():
        nlp.add_pipe(factory, config=settings)
    for name in DECIDERS:
        nlp.add_pipe(name)
    return nlp


def model_path(model: str | Path) -> Path:
    """Return the directory of a model.

    Parameters
    ----------
    model
        The name of a model that comes with litloom, or a directory.

    Raises
    ------
    ModelError
        Where there is no such model.
    """
    bundled = MODELS / ALIASES.get(str(model), str(model))
    for path in (bundled, Path(model)):
        if (path / "meta.json").is_file():
            return path
    known = ", ".join(sorted({*ALIASES, *(path.parent.name for path in MODELS.glob("*/meta.json"))}))
    raise ModelError(
        f"{model}: no such model; give a directory that `litloom train` wrote, or one of {known}"
    )


def load_pipeline(path: Path) -> Language:
    """Load a model directory.

    Raises
    ------
    ModelError
        Where the directory holds no model that this version reads.
    """
    try:
        nlp = spacy.load(path)
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{path}: cannot be loaded as a model ({reason})") from error
    nlp.max_length = 10**9
    return nlp


def model_name(path: Path) -> str:
    """Return name, version and content hash of the model in a directory: the same for the same model only."""
    meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    return f"{meta['name']}-{meta['version']}+{fingerprint(path)}"


def fingerprint(path: Path) -> str:
    """Return a short hash of all that is in a model directory."""
    digest = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        digest.update(file.relative_to(path).as_posix().encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
