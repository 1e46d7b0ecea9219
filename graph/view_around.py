"""The neighbourhood of a paper or a concept: papers and concepts together, one or two steps away."""

from __future__ import annotations

from litloom.graph.store import GraphStore
from litloom.graph.view_scene import Scene, is_stub, name_of
from litloom.graph.view_select import thinned
from litloom.graph.view_source import AROUND, load, steps


def around_view(
    store: GraphStore,
    centre: str,
    *,
    distance: int = 1,
    title: str = "",
    max_nodes: int = 150,
    max_edges: int | None = None,
) -> Scene:
    """Return what is around a paper or a concept.

    Parameters
    ----------
    store
        An open graph.
    centre
        The id of the paper or concept.
    distance
        How many steps away: 1 or 2.
    title
        The heading; the name of the centre if none is given.
    max_nodes, max_edges
        How much is drawn at most. What is one step away comes first; two lines for every node where no
        other number is given.
    """
    near = steps(store, [centre], AROUND, 1, most=400)
    far = steps(store, [centre], AROUND, distance) if distance > 1 else near
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
