"""Training recipes: what a model consists of and how it is trained, as a TOML file.

::

    name = "fast"
    version = "1.0.0"
    seed = 1
    held_out = 300            # papers that train the judges, and no recogniser before the last stage
    least_common = 3          # names in fewer papers of the unlabelled corpus count as new

    [[recogniser]]
    factory = "litloom_cnn"
    settings = { width = 128, depth = 4, rows = 5000 }
    training = { epochs = 14, batch_size = 8, learning_rate = 0.0015, dropout = 0.25 }

    [pseudo_labels]           # papers without annotation, labelled by a model, as further training data
    papers = 6000
    model = "accurate"        # labels them; without this and [teacher], the model in training
    gold = 2                  # how often each annotated paper comes in one pass beside them

    [teacher]                 # instead of `model`: an encoder that is trained first and gives soft labels
    training = { base = "mpnet", epochs = 5, batch_size = 8, learning_rate = 8e-5, dropout = 0.1 }

    [judge]                   # arguments of `judge.train_judge`, for litloom_concepts
    units = 48

    [introduces]              # those for the first judge of litloom_introduces: wording
    units = 32

    [weighs]                  # those for the second one: wording and recognisers combined
    units = 16
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from litloom.errors import InputError

Arguments: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecogniserRecipe:
    """One recogniser: its spaCy factory, the settings of that, and the arguments of its training.

    `again` and `finish` are arguments that differ where training continues: on the pseudo-labels of the model
    in training, and on all annotated papers instead of starting over. Without them, it does not.
    """

    factory: str = "litloom_cnn"
    settings: Arguments = field(default_factory=dict)
    training: Arguments = field(
        default_factory=lambda: {"epochs": 14, "batch_size": 8, "learning_rate": 1.5e-3, "dropout": 0.25}
    )
    again: Arguments = field(default_factory=dict)
    finish: Arguments = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PseudoLabelRecipe:
    """Papers without annotation, labelled by a model or a teacher; see the module.

    Of them, `to_finish` remain for recognisers that `finish`.
    """

    papers: int = 0
    model: str | None = None
    to_finish: int = 0
    gold: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TeacherRecipe:
    """The teacher: its number of attention heads, and the arguments of `train_encoder`."""

    heads: int = 12
    training: Arguments = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A model; see the module for the fields."""

    name: str = "custom"
    version: str = "1.0.0"
    seed: int = 1
    held_out: int = 300
    least_common: int = 3
    recognisers: tuple[RecogniserRecipe, ...] = (RecogniserRecipe(),)
    pseudo_labels: PseudoLabelRecipe = PseudoLabelRecipe()
    teacher: TeacherRecipe | None = None
    judge: Arguments = field(default_factory=dict)
    introduces: Arguments = field(default_factory=dict)
    weighs: Arguments = field(default_factory=dict)


def read_recipe(path: str | Path | None, *, seed: int | None = None) -> Recipe:
    """Read a recipe, or return the default one without a path; `seed` replaces its seed.

    Raises
    ------
    InputError
        If the file is no recipe.
    """
    recipe = Recipe() if path is None else _parse(Path(path))
    return recipe if seed is None else replace(recipe, seed=seed)


def _parse(path: Path) -> Recipe:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        if "recogniser" in values:
            values["recognisers"] = tuple(RecogniserRecipe(**part) for part in values.pop("recogniser"))
        if "pseudo_labels" in values:
            values["pseudo_labels"] = PseudoLabelRecipe(**values["pseudo_labels"])
        if "teacher" in values:
            values["teacher"] = TeacherRecipe(**values["teacher"])
        return Recipe(**values)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, AttributeError) as error:
        raise InputError(path, f"is no training recipe: {error}") from error
