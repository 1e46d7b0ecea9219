"""Writing a trained pipeline to a directory, complete or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from spacy.language import Language

from litloom.errors import InputError, ModelError
from litloom.extractors.evaluation.scoring import Evaluation
from litloom.extractors.model_files import META, read_meta, seal
from litloom.extractors.training.recipe import Recipe
from litloom.support.folders import remove_tree

_SPACY: Final = ">=3.8.7,<3.9.0"
_FIGURES: Final = ("papers", "strict", "by_name", "introduces")
_OWN: Final = frozenset({META, "config.cfg", "tokenizer"})


def model_folder(output: Path) -> Path:
    """Return the directory that a model is to be written to, symbolic links resolved.

    Raises
    ------
    InputError
        If anything but a model, which would be replaced, is there.
    """
    folder = Path(os.path.realpath(output))
    if folder.is_symlink():
        raise InputError(output, "is a symbolic link that leads nowhere")
    if not folder.exists():
        return folder
    if not folder.is_dir():
        raise InputError(output, "is no directory; name another one for the model")
    if any(folder.iterdir()) and not _is_model(folder):
        raise InputError(output, "is a directory of something else; choose another or empty it")
    return folder


def _is_model(folder: Path) -> bool:
    try:
        read_meta(folder)
    except ModelError:
        return False
    return all(entry.name in _OWN or entry.name.startswith("litloom_") for entry in folder.iterdir())


def save(
    nlp: Language, recipe: Recipe, output: Path, papers: int, held_out: Evaluation | None = None
) -> None:
    """Write a pipeline to a directory, which is replaced as a whole; see `model_folder`.

    The number of annotated papers and the figures on held-out ones are noted in ``meta.json``.
    """
    about: dict[str, Any] = {"papers": papers, "seed": recipe.seed}
    if held_out is not None:
        figures = held_out.as_dict()
        about["held_out"] = {key: figures[key] for key in _FIGURES}
    nlp.meta.update(
        name=recipe.name,
        version=recipe.version,
        description="Finds the concepts of papers; trained by litloom.",
        litloom=about,
    )
    output = model_folder(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    fresh = output.with_name(f".{output.name}.new")
    remove_tree(fresh)
    try:
        fresh.mkdir()
        # The vocabulary of the training texts is not needed to process others.
        nlp.to_disk(fresh, exclude=["vocab"])
        meta = json.loads((fresh / META).read_text(encoding="utf-8"))
        meta["spacy_version"] = _SPACY
        (fresh / META).write_text(json.dumps(meta), encoding="utf-8")
        seal(fresh)
        remove_tree(model_folder(output))
        fresh.rename(output)
    finally:
        remove_tree(fresh)
