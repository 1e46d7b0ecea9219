"""Training recipes: what a model is made of and how it is trained, as a TOML file.

::

    name = "fast"
    version = "1.0.0"
    seed = 1
    held_out = 300            # papers that the recognisers do not see while the judge learns from them
    least_common = 3          # names in fewer papers of the unlabelled corpus count as new

    [[recogniser]]
    factory = "litloom_cnn"
    settings = { width = 128, depth = 4, rows = 5000 }
    training = { epochs = 14, batch_size = 8, learning_rate = 0.0015, dropout = 0.25 }

    [silver]                  # papers without annotation, read by a model, whose findings are learnt from too
    papers = 6000
    model = "accurate"        # who reads them; without this, the model in training, as far as it is
    gold = 2                  # how often each annotated paper comes beside them

    [teacher]                 # instead: an encoder that is trained first, and teaches the others
    training = { base = "mpnet", epochs = 5, batch_size = 8, learning_rate = 8e-5, dropout = 0.1 }

    [judge]                   # arguments of `judge.train_judge`
    units = 48

    [introduces]              # the first network of `introduces`: how names are written
    units = 32

    [weighs]                  # the second one, which weighs that beside the recognisers
    units = 16
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from litloom.errors import InputError

DEFAULT_TRAINING: Final[Mapping[str, Any]] = {
    "epochs": 14,
    "batch_size": 8,
    "learning_rate": 1.5e-3,
    "dropout": 0.25,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecogniserRecipe:
    """One recogniser.

    Parameters
    ----------
    factory, settings
        Its spaCy factory, and the settings of that.
    training
        The arguments of its training.
    again
        Where it goes on training once the model in training has read papers without annotation, on these and
        the annotated ones: what differs then.
    finish
        Where it goes on training on all papers, instead of beginning anew: what differs then.
    """

    factory: str = "litloom_cnn"
    settings: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=lambda: dict(DEFAULT_TRAINING))
    again: Mapping[str, Any] = field(default_factory=dict)
    finish: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SilverRecipe:
    """Papers without annotation, whose concepts a model finds, to learn from.

    Parameters
    ----------
    papers
        How many are read.
    model
        The name or directory of the model that reads them: recognisers then learn from them from the start.
        Without one, the model in training reads them, and recognisers go on with them as `again` says.
    to_finish
        How many of them stay for the last training on all annotated papers, where that goes on.
    gold
        How often each annotated paper comes beside them in one pass.
    """

    papers: int = 0
    model: str | None = None
    to_finish: int = 0
    gold: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TeacherRecipe:
    """An encoder that reads the papers without annotation, and from whose doubts recognisers learn.

    Parameters
    ----------
    heads
        The number of its attention heads.
    training
        The arguments of `encoder_training.train_encoder`.
    """

    heads: int = 12
    training: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A model: its name, its recognisers, and how the parts that weigh their evidence are trained."""

    name: str = "custom"
    version: str = "1.0.0"
    seed: int = 1
    held_out: int = 300
    least_common: int = 3
    recognisers: tuple[RecogniserRecipe, ...] = (RecogniserRecipe(),)
    silver: SilverRecipe = SilverRecipe()
    teacher: TeacherRecipe | None = None
    judge: Mapping[str, Any] = field(default_factory=dict)
    introduces: Mapping[str, Any] = field(default_factory=dict)
    weighs: Mapping[str, Any] = field(default_factory=dict)


def read_recipe(path: str | Path | None, *, seed: int | None = None) -> Recipe:
    """Read a recipe; without a path, return the default one.

    Parameters
    ----------
    path
        A TOML file as the module describes.
    seed
        Replaces the recipe's seed.

    Raises
    ------
    InputError
        Where the file is no recipe.
    """
    recipe = Recipe() if path is None else _parse(Path(path))
    return recipe if seed is None else replace(recipe, seed=seed)


def _parse(path: Path) -> Recipe:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(path, f"is no training recipe: {error}") from error
    try:
        parts = values.pop("recogniser", None)
        if parts is not None:
            values["recognisers"] = tuple(RecogniserRecipe(**part) for part in parts)
        values["silver"] = SilverRecipe(**values.get("silver", {}))
        if "teacher" in values:
            values["teacher"] = TeacherRecipe(**values["teacher"])
        return Recipe(**values)
    except (TypeError, AttributeError) as error:
        raise InputError(path, f"is no training recipe: {error}") from error
