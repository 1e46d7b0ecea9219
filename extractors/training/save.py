"""Writing a trained pipeline to a directory, whole or not at all, with what it says about itself."""

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
    """Return the directory that a model is to be written to, the links of its name followed.

    Raises
    ------
    InputError
        If something else is there, which the model would replace.
    """
    folder = Path(os.path.realpath(output))
    if not folder.exists():
        if folder.is_symlink():
            raise InputError(output, "is a symbolic link that leads nowhere")
        return folder
    if not folder.is_dir():
        raise InputError(output, "is no directory; name another one for the model")
    if any(folder.iterdir()):
        try:
            read_meta(folder)
        except ModelError:
            strange = True
        else:
            strange = any(
                entry.name not in _OWN and not entry.name.startswith("litloom_") for entry in folder.iterdir()
            )
        if strange:
            raise InputError(output, "is a directory of something else; choose another or empty it")
    return folder


def save(
    nlp: Language, recipe: Recipe, output: Path, papers: int, held_out: Evaluation | None = None
) -> None:
    """Write a pipeline to a directory, which it replaces as a whole; see `model_folder`."""
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
        # The words of the training texts are of no use to those who read others.
        nlp.to_disk(fresh, exclude=["vocab"])
        meta = json.loads((fresh / META).read_text(encoding="utf-8"))
        meta["spacy_version"] = _SPACY
        (fresh / META).write_text(json.dumps(meta), encoding="utf-8")
        seal(fresh)
        remove_tree(model_folder(output))
        fresh.rename(output)
    finally:
        remove_tree(fresh)
