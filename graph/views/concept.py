"""The view of one concept."""

from __future__ import annotations

from typing import Final

from litloom.graph.views.declaration import (
    ConceptName,
    MaxEdges,
    MaxNodes,
    Questions,
    Title,
    ViewDeclaration,
)
from litloom.graph.views.neighbourhood import Steps, around_scene
from litloom.graph.views.page.scene import Scene


def draw(
    questions: Questions,
    name: ConceptName,
    *,
    steps: Steps = 1,
    title: Title = "",
    max_nodes: MaxNodes = 150,
    max_edges: MaxEdges = None,
) -> Scene:
    """Draw the papers that mention a concept and, at two steps, the other concepts of these papers."""
    return around_scene(
        questions.store, name, steps=steps, title=title, max_nodes=max_nodes, max_edges=max_edges
    )


VIEW: Final = ViewDeclaration("concept", draw, example='concept "ImageNet" --store lit.lbug -o imagenet.html')
