"""The view of one paper."""

from __future__ import annotations

from typing import Final

from litloom.graph.views.declaration import (
    MaxEdges,
    MaxNodes,
    PaperName,
    Questions,
    Title,
    ViewDeclaration,
)
from litloom.graph.views.neighbourhood import Steps, around_scene
from litloom.graph.views.page.scene import Scene


def draw(
    questions: Questions,
    name: PaperName,
    *,
    steps: Steps = 1,
    title: Title = "",
    max_nodes: MaxNodes = 150,
    max_edges: MaxEdges = None,
) -> Scene:
    """Draw the concepts and papers that are one or two steps from a paper."""
    return around_scene(
        questions.store, name, steps=steps, title=title, max_nodes=max_nodes, max_edges=max_edges
    )


VIEW: Final = ViewDeclaration(
    "paper", draw, example='paper "FlatQuant" --steps 2 --store lit.lbug -o flatquant.html'
)
