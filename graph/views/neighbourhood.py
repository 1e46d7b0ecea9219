"""The neighbourhood of a paper or a concept: papers and concepts one or two steps away."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from litloom.graph.stores.base import GraphStore
from litloom.graph.views.declaration import Option, PageOptions
from litloom.graph.views.page.fetch import AROUND, load, walk
from litloom.graph.views.page.scene import Scene, is_stub, name_of
from litloom.graph.views.page.selection import thinned

Steps = Annotated[int, Option(help="Number of steps from the centre.", least=1, most=2)]


def around_scene(store: GraphStore, centre: str, options: PageOptions, *, steps: int = 1) -> Scene:
    """Return the neighbourhood of the paper or concept with the id `centre`.

    Nodes one step away have priority. By default there are at most two edges per node, but at least 100.
    """
    near = walk(store, [centre], AROUND, 1, most=400)
    far = walk(store, [centre], AROUND, steps) if steps > 1 else near
    graph = load(store, {**near, **far}, mentioned=True)
    stubs = [node for node, attributes in graph.nodes(data=True) if is_stub(attributes) and node != centre]
    graph.remove_nodes_from(stubs)
    ranked = sorted((node for node in near if node in graph), key=lambda node: (-near[node], node))
    if options.max_edges is None:
        options = replace(options, max_edges=max(100, 2 * min(options.max_nodes, len(graph))))
    return thinned(
        graph,
        replace(options, title=options.title or name_of(centre, graph.nodes[centre])),
        of=[node for node in {**near, **far} if node in graph],
        keep=ranked[: options.max_nodes],
        marked=[centre],
    )
