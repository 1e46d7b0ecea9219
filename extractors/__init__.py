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

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litloom.extractors.evaluation.gold import GoldPaper, occurrences, read_gold
    from litloom.extractors.evaluation.scoring import Evaluation, compare, evaluate
    from litloom.extractors.evidence.name_key import concept_key
    from litloom.extractors.extractor import Extractor
    from litloom.extractors.files import read_extractions, write_extractions
    from litloom.extractors.training.train import train

_HOMES = {
    "Evaluation": "evaluation.scoring",
    "Extractor": "extractor",
    "GoldPaper": "evaluation.gold",
    "compare": "evaluation.scoring",
    "concept_key": "evidence.name_key",
    "evaluate": "evaluation.scoring",
    "occurrences": "evaluation.gold",
    "read_extractions": "files",
    "read_gold": "evaluation.gold",
    "train": "training.train",
    "write_extractions": "files",
}

__all__ = [
    "Evaluation",
    "Extractor",
    "GoldPaper",
    "compare",
    "concept_key",
    "evaluate",
    "occurrences",
    "read_extractions",
    "read_gold",
    "train",
    "write_extractions",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for from its module, so that importing the package stays cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
