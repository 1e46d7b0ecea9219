"""The spaCy pipeline of a model: making an untrained one, and loading a model folder.

Importing this module registers every component, so that `spacy.load` of a model folder works.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import spacy
import srsly
from spacy.language import Language
from thinc.api import Config

from litloom.extractors.model_files import check_files, is_sealed, read_meta, reading, unusable

_RECOGNISERS: Final[Mapping[str, Mapping[str, float]]] = {
    "litloom_cnn": {"width": 4096, "depth": 64, "rows": 100_000},
    "litloom_encoder": {"heads": 256},
}
_FOLLOWING: Final[Mapping[str, Mapping[str, float]]] = {
    "litloom_abbreviations": {},
    "litloom_lexicon": {},
    "litloom_concepts": {"threshold": 1.0},
    "litloom_introduces": {"threshold": 1.0},
    "litloom_naming": {},
}
"""The components after the recognisers, in their order; of each, the greatest value of its settings."""
_SETTINGS: Final = {**_RECOGNISERS, **_FOLLOWING}
for _name in _SETTINGS:
    import_module(f"litloom.extractors.components.{_name.removeprefix('litloom_')}")
_CONFIG: Final = "config.cfg"
_TOKENIZER: Final = "tokenizer"
_TRIAL: Final = "QLoRA: Quantized LLMs\nWe propose QLoRA, which trains LoRA adapters on ImageNet with GPUs."
"""Processed once by a model without digests, to check that its parts fit together."""


def blank_pipeline(recognisers: Mapping[str, Mapping[str, Any]]) -> Language:
    """Return an untrained pipeline with recognisers, given by factory name with their settings.

    Examples
    --------
    >>> blank_pipeline({"litloom_cnn": {"width": 32, "depth": 1, "rows": 100}}).pipe_names[0]
    'litloom_cnn'
    """
    return _pipeline({**recognisers, **{name: {} for name in _FOLLOWING}})


def _pipeline(components: Mapping[str, Mapping[str, Any]]) -> Language:
    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    for name, settings in components.items():
        nlp.add_pipe(name, config=dict(settings))
    return nlp


def load_pipeline(path: Path) -> Language:
    """Load a model folder; nothing in it is executed.

    Raises
    ------
    ModelError
        If the folder holds no model that this version can load, or a damaged one.
    """
    meta = read_meta(path)
    check_files(path, meta)
    components = _components(path / _CONFIG)
    with reading(path / _CONFIG):
        nlp = _pipeline(components)
    tokenizer: Any = nlp.tokenizer
    tokenizer.from_bytes(_tokenizer_rules(path / _TOKENIZER), exclude=["vocab"])
    for name in components:
        component: Any = nlp.get_pipe(name)
        if hasattr(component, "from_disk"):
            with reading(path / name):
                component.from_disk(path / name)
    if not is_sealed(meta):
        with reading(path):
            nlp(_TRIAL)
    return nlp


def _components(file: Path) -> dict[str, dict[str, float]]:
    """Return the components that a configuration names, in their order, with their settings.

    All else in it is ignored: for spaCy, it may name any registered function.
    """
    with reading(file):
        config = Config().from_str(file.read_text(encoding="utf-8"), interpolate=False)
        names = list(config["nlp"]["pipeline"])
        if unknown := [name for name in names if name not in _SETTINGS]:
            raise unusable(file, f"it names the component {unknown[0]!r}, unlike any model of litloom")
        if names[-len(_FOLLOWING) :] != list(_FOLLOWING) or len({*names}) < len(names):
            raise unusable(file, "it lacks components that every model of litloom has")
        components = {name: dict(config["components"][name]) for name in names}
        for name, settings in components.items():
            factory = settings.pop("factory", None)
            wrong = [key for key, value in settings.items() if not _fits(_SETTINGS[name].get(key), value)]
            if factory != name or wrong:
                raise unusable(file, f"{(wrong or ['factory'])[0]!r} of {name} is not valid")
    return components


def _fits(most: float | None, value: object) -> bool:
    return most is not None and type(value) in (int, type(most)) and 0 <= float(str(value)) <= most


def _tokenizer_rules(file: Path) -> bytes:
    """Return the rules of a tokenizer, checked to be strings, numbers, lists and maps only."""
    with reading(file):
        rules = srsly.msgpack.unpackb(file.read_bytes(), raw=False, object_pairs_hook=dict)
        if not isinstance(rules, dict) or "exceptions" not in rules or not _is_plain(rules):
            raise unusable(file, "it holds no rules of a tokenizer")
        return bytes(srsly.msgpack_dumps(rules))


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str | int) for key in value) and all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | bool | int)
