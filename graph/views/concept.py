"""The view of one concept."""

from __future__ import annotations

from typing import Final

from litloom.graph.views.declaration import ConceptName, PageOptions, Questions, ViewDeclaration
from litloom.graph.views.neighbourhood import Steps, around_scene
from litloom.graph.views.page.scene import Scene


def draw(questions: Questions, options: PageOptions, name: ConceptName, *, steps: Steps = 1) -> Scene:
    """Draw the papers that mention a concept and, at two steps, the other concepts of these papers."""
    return around_scene(questions.store, name, options, steps=steps)


VIEW: Final = ViewDeclaration(
    "concept", draw, max_nodes=150, example='concept "ImageNet" --store lit.lbug -o imagenet.html'
)
