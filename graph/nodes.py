"""Papers as the properties of their nodes, and back."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

from litloom.graph.schema import PAPER
from litloom.records import Paper

_OF_PAPER: Final = tuple(name for name in PAPER if name != "known")
_values: Final = attrgetter(*_OF_PAPER)


def paper_properties(paper: Paper) -> dict[str, Any]:
    """Return a paper as the properties of its node; what is unknown is null."""
    values = (None if value == "" else value for value in _values(paper))
    return dict(zip(_OF_PAPER, values, strict=True)) | {"abstract": paper.abstract, "known": True}


def paper_from_properties(properties: Mapping[str, Any]) -> Paper:
    """Return the paper that a node's properties hold: the reverse of `paper_properties`.

    Examples
    --------
    >>> paper = Paper(title="LoRA", abstract="Adapters.", year=2021, references=("doi:10.1/x",))
    >>> paper_from_properties(paper_properties(paper)) == paper
    True
    """
    fields: dict[str, Any] = {
        name: tuple(properties[name]) if kind == "strings" else properties[name]
        for name, kind in PAPER.items()
        if name != "known" and properties.get(name) is not None
    }
    return Paper(**fields)
