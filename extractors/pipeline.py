"""The spaCy pipeline: its parts, and where models are found.

Importing this module registers every component, so that `spacy.load` of a model directory works.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import spacy
import srsly
from spacy.language import Language
from thinc.api import Config

from litloom.errors import ModelError

# Importing these modules registers their components.
from litloom.extractors.components import abbreviations, cnn, concepts, encoder, introduces, lexicon, naming
from litloom.extractors.model_files import META, MODELS, check_files, identity, is_sealed, read_meta, reading

COMPONENT_MODULES: Final = (abbreviations, cnn, concepts, encoder, introduces, lexicon, naming)
ALIASES: Final = {"default": "accurate"}
DECIDERS: Final = (
    "litloom_abbreviations",
    "litloom_lexicon",
    "litloom_concepts",
    "litloom_introduces",
    "litloom_naming",
)
"""What follows the recognisers, in order."""
SETTINGS: Final[Mapping[str, Mapping[str, float]]] = {
    "litloom_cnn": {"width": 4096, "depth": 64, "rows": 100_000},
    "litloom_encoder": {"heads": 256},
    "litloom_abbreviations": {},
    "litloom_lexicon": {},
    "litloom_concepts": {"threshold": 1.0},
    "litloom_introduces": {"threshold": 1.0},
    "litloom_naming": {},
}
"""The components of a model, and the most that each of their settings may be."""
CONFIG: Final = "config.cfg"
TOKENIZER: Final = "tokenizer"
TRIAL: Final = "QLoRA: Quantized LLMs\nWe propose QLoRA, which trains LoRA adapters on ImageNet with GPUs."
"""What a model without digests reads first, to see that its parts fit together."""


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
        if (path / META).is_file():
            return path
    known = ", ".join(sorted({*ALIASES, *(path.parent.name for path in MODELS.glob("*/meta.json"))}))
    raise ModelError(
        f"{model}: no such model; give a directory that `litloom train` wrote, or one of {known}"
    )


def load_pipeline(path: Path) -> Language:
    """Load a model directory; nothing that it holds is run.

    Raises
    ------
    ModelError
        Where the directory holds no model that this version reads, or a damaged one.
    """
    meta = read_meta(path)
    check_files(path, meta)
    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    parts = _parts(path / CONFIG)
    with reading(path / CONFIG):
        for name, settings in parts.items():
            nlp.add_pipe(name, config=settings)
    tokenizer: Any = nlp.tokenizer
    tokenizer.from_bytes(_tokenizer_rules(path / TOKENIZER), exclude=["vocab"])
    for name in parts:
        component: Any = nlp.get_pipe(name)
        if hasattr(component, "from_disk"):
            with reading(path / name):
                component.from_disk(path / name)
    if not is_sealed(meta):
        with reading(path):
            nlp(TRIAL)
    return nlp


def model_name(path: Path) -> str:
    """Return name, version and content hash of the model in a directory: the same for the same model only."""
    return identity(path)


def _parts(file: Path) -> dict[str, dict[str, float]]:
    """Return the components that a configuration names, in their order, with their settings.

    Nothing else of it is looked at: in spaCy, it may name any function that is registered.
    """
    with reading(file):
        config = Config().from_str(file.read_text(encoding="utf-8"), interpolate=False)
        names, components = list(config["nlp"]["pipeline"]), config["components"]
        strange = [name for name in names if name not in SETTINGS]
        if strange or names[-len(DECIDERS) :] != list(DECIDERS) or len({*names}) < len(names):
            told = f"names the component {strange[0]!r}" if strange else "lacks components"
            raise ModelError(f"{file}: cannot be loaded: it {told}, unlike any model that litloom trains")
        parts = {name: dict(components[name]) for name in names}
        for name, settings in parts.items():
            factory = settings.pop("factory", None)
            wrong = [key for key, value in settings.items() if not _fits(SETTINGS[name].get(key), value)]
            if factory != name or wrong:
                raise ModelError(
                    f"{file}: cannot be loaded: {(wrong or ['factory'])[0]!r} of {name} is not right"
                )
    return parts


def _fits(most: float | None, value: object) -> bool:
    return most is not None and type(value) in (int, type(most)) and 0 <= float(str(value)) <= most


def _tokenizer_rules(file: Path) -> bytes:
    """Return the rules of a tokenizer, having seen that they are texts, numbers, lists and tables only."""
    with reading(file):
        rules = srsly.msgpack.unpackb(file.read_bytes(), raw=False, object_pairs_hook=dict)
        if not isinstance(rules, dict) or "exceptions" not in rules or not _is_plain(rules):
            raise ModelError(f"{file}: cannot be loaded: it holds no rules of a tokenizer")
        return bytes(srsly.msgpack_dumps(rules))


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str | int) for key in value) and all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | bool | int)
