"""The view of the answer of a Cypher query."""

from __future__ import annotations

from typing import Annotated, Final

from litloom.graph.views.answer import rows_scene
from litloom.graph.views.declaration import Option, PageOptions, Parameters, Questions, ViewDeclaration
from litloom.graph.views.page.scene import Scene

Query = Annotated[str, Option(help="Cypher that only reads.")]


def draw(questions: Questions, options: PageOptions, query: Query, *, parameters: Parameters = None) -> Scene:
    """Draw the papers and concepts that the answer of a Cypher query names."""
    return rows_scene(questions.store, questions.store.read(query, parameters or {}), options)


VIEW: Final = ViewDeclaration(
    "cypher",
    draw,
    max_nodes=300,
    example='cypher "MATCH (p:Paper)-[:MENTIONS]->(h:Hardware) RETURN p, h LIMIT 50" --store lit.lbug',
)
