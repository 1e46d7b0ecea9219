"""Text to concepts: a spaCy pipeline that finds the methods, datasets, hardware, metrics and tasks of papers.

Examples
--------
>>> from litloom.extractors import Extractor
>>> from litloom.records import Paper
>>> paper = Paper(title="BERT on ImageNet", abstract="We train BERT on GPUs.")
>>> len(list(Extractor().extract([paper])))
1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litloom.extractors.evaluation.gold import GoldPaper as GoldPaper
    from litloom.extractors.evaluation.gold import occurrences as occurrences
    from litloom.extractors.evaluation.gold import read_gold as read_gold
    from litloom.extractors.evaluation.scoring import Evaluation as Evaluation
    from litloom.extractors.evaluation.scoring import compare as compare
    from litloom.extractors.evaluation.scoring import evaluate as evaluate
    from litloom.extractors.evidence.name_key import concept_key as concept_key
    from litloom.extractors.extractor import Extractor as Extractor
    from litloom.extractors.files import read_extractions as read_extractions
    from litloom.extractors.files import write_extractions as write_extractions
    from litloom.extractors.training.train import train as train

_NAMES = {
    "evaluation.gold": ("GoldPaper", "occurrences", "read_gold"),
    "evaluation.scoring": ("Evaluation", "compare", "evaluate"),
    "evidence.name_key": ("concept_key",),
    "extractor": ("Extractor",),
    "files": ("read_extractions", "write_extractions"),
    "training.train": ("train",),
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names}
"""Where each name is imported from when it is first used, so that importing the package is quick."""

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
