"""The view of the answer of a canned query."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from litloom.graph.views.answer import rows_scene
from litloom.graph.views.declaration import Option, PageOptions, Parameters, Questions, ViewDeclaration
from litloom.graph.views.page.scene import Scene

QueryName = Annotated[str, Option(help="Name of a canned query; litloom query --list shows all.")]


def draw(
    questions: Questions,
    options: PageOptions,
    name: QueryName,
    /,
    *,
    parameters: Parameters = None,
    **others: Annotated[object, Option(help="The parameters of the query, each under its own name.")],
) -> Scene:
    """Draw the papers and concepts that the answer of a canned query names.

    Use `parameters` for a parameter that has the name of an option of the view.
    """
    question = questions.query(name)
    answer = questions.ask(name, {**(parameters or {}), **others})
    asked: list[str] = []
    for parameter in question.parameters:
        given = answer.arguments[parameter.name]
        if parameter.type not in ("int", "number", "text") and given != parameter.default:
            asked += [given] if isinstance(given, str) else given
    options = replace(options, title=options.title or question.question)
    scene = rows_scene(questions.store, answer, options, asked=asked)
    return replace(scene, notes=(*scene.notes, *answer.notes))


VIEW: Final = ViewDeclaration(
    "query",
    draw,
    max_nodes=300,
    example='query similar --paper "FlatQuant" --top 5 --store lit.lbug -o similar.html',
)
