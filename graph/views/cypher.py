"""The view of the answer of a Cypher query."""

from __future__ import annotations

from typing import Annotated, Final

from litloom.graph.views.answer import rows_scene
from litloom.graph.views.declaration import (
    MaxEdges,
    MaxNodes,
    Option,
    Parameters,
    Questions,
    Title,
    ViewDeclaration,
)
from litloom.graph.views.page.scene import Scene

Query = Annotated[str, Option(help="Cypher that only reads.")]


def draw(
    questions: Questions,
    query: Query,
    *,
    parameters: Parameters = None,
    title: Title = "",
    max_nodes: MaxNodes = 300,
    max_edges: MaxEdges = None,
) -> Scene:
    """Draw the papers and concepts that the answer of a Cypher query names."""
    rows = questions.store.read(query, parameters or {})
    return rows_scene(
        questions.store, rows, title=title or "Answer", max_nodes=max_nodes, max_edges=max_edges
    )


VIEW: Final = ViewDeclaration(
    "cypher",
    draw,
    example='cypher "MATCH (p:Paper)-[:MENTIONS]->(h:Hardware) RETURN p, h LIMIT 50" --store lit.lbug',
)
