"""Writing a trained pipeline to a directory, whole or not at all, with what it says about itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

from spacy.language import Language

from litloom.errors import InputError
from litloom.extractors.evaluation import Evaluation
from litloom.extractors.recipe import Recipe

_SPACY: Final = ">=3.8.7,<3.9.0"
_FIGURES: Final = ("papers", "strict", "by_name", "introduces")


def save(
    nlp: Language, recipe: Recipe, output: Path, papers: int, held_out: Evaluation | None = None
) -> None:
    """Write a pipeline to a directory, which it replaces as a whole."""
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
    output.parent.mkdir(parents=True, exist_ok=True)
    fresh = output.with_name(f".{output.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    # The words of the training texts are of no use to those who read others.
    nlp.to_disk(fresh, exclude=["vocab"])
    meta = json.loads((fresh / "meta.json").read_text(encoding="utf-8"))
    meta["spacy_version"] = _SPACY
    (fresh / "meta.json").write_text(json.dumps(meta, indent=2), encoding="utf-8")
    if output.exists():
        if not (output / "meta.json").exists() and any(output.iterdir()):
            raise InputError(output, "is a directory of something else; choose another or empty it")
        shutil.rmtree(output)
    fresh.rename(output)
