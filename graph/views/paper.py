"""The view of one paper."""

from __future__ import annotations

from typing import Final

from litloom.graph.views.declaration import PageOptions, PaperName, Questions, ViewDeclaration
from litloom.graph.views.neighbourhood import Steps, around_scene
from litloom.graph.views.page.scene import Scene


def draw(questions: Questions, options: PageOptions, name: PaperName, *, steps: Steps = 1) -> Scene:
    """Draw the concepts and papers that are one or two steps from a paper."""
    return around_scene(questions.store, name, options, steps=steps)


VIEW: Final = ViewDeclaration(
    "paper", draw, max_nodes=150, example='paper "FlatQuant" --steps 2 --store lit.lbug -o flatquant.html'
)
