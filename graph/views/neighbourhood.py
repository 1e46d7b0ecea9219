"""The neighbourhood of a paper or a concept: papers and concepts one or two steps away."""

from __future__ import annotations

from typing import Annotated

from litloom.graph.stores.base import GraphStore
from litloom.graph.views.declaration import Option
from litloom.graph.views.page.fetch import AROUND, load, walk
from litloom.graph.views.page.scene import Scene, is_stub, name_of
from litloom.graph.views.page.selection import thinned

Steps = Annotated[int, Option(help="Number of steps from the centre.", least=1, most=2)]


def around_scene(
    store: GraphStore,
    centre: str,
    *,
    steps: int = 1,
    title: str = "",
    max_nodes: int = 150,
    max_edges: int | None = None,
) -> Scene:
    """Return the neighbourhood of a paper or a concept.

    Parameters
    ----------
    store
        An open graph.
    centre
        Id of the paper or concept.
    steps
        Number of steps from the centre: 1 or 2.
    title
        Heading of the page; by default the name of the centre.
    max_nodes
        Maximum number of nodes. Nodes one step away have priority.
    max_edges
        Maximum number of edges; by default two per node, but at least 100.
    """
    near = walk(store, [centre], AROUND, 1, most=400)
    far = walk(store, [centre], AROUND, steps) if steps > 1 else near
    graph = load(store, {**near, **far}, mentioned=True)
    stubs = [node for node, attributes in graph.nodes(data=True) if is_stub(attributes) and node != centre]
    graph.remove_nodes_from(stubs)
    ranked = sorted((node for node in near if node in graph), key=lambda node: (-near[node], node))
    return thinned(
        graph,
        title=title or name_of(centre, graph.nodes[centre]),
        of=[node for node in {**near, **far} if node in graph],
        keep=ranked[:max_nodes],
        marked=[centre],
        max_nodes=max_nodes,
        max_edges=max(100, 2 * min(max_nodes, len(graph))) if max_edges is None else max_edges,
    )
