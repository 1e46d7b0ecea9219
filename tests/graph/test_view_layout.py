"""Places of nodes: apart, together where linked, the same each time."""

import networkx as nx
import numpy as np
import pytest
from scipy.spatial.distance import pdist

from litloom.graph.views.page.layout import positions


@pytest.mark.parametrize(
    "graph",
    [
        nx.empty_graph(0),
        nx.empty_graph(1),
        nx.empty_graph(40),
        nx.path_graph(2),
        nx.star_graph(60),
        nx.complete_graph(12),
    ],
)
def test_any_graph_has_places_that_do_not_overlap(graph: nx.Graph):
    places = positions(len(graph), list(graph.edges), [10] * len(graph))
    assert places.shape == (len(graph), 2)
    if len(graph) > 1:
        assert pdist(places).min() > 20


def test_linked_nodes_are_nearer_and_communities_hold_together():
    graph = nx.planted_partition_graph(4, 40, 0.2, 0.004, seed=3)
    places = positions(len(graph), list(graph.edges), [8] * len(graph))
    linked = np.mean([np.linalg.norm(places[a] - places[b]) for a, b in graph.edges])
    assert linked < 0.6 * pdist(places).mean()


def test_places_are_wide_rather_than_tall_and_centred():
    graph = nx.random_geometric_graph(300, 0.12, seed=1)
    places = positions(len(graph), list(graph.edges), [8] * len(graph))
    width, height = np.ptp(places, axis=0)
    assert width > height
    assert abs(places.min(axis=0) + places.max(axis=0)).max() < 0.2 * width


def test_same_input_gives_the_same_places():
    graph = nx.gnm_random_graph(200, 500, seed=1)
    places = [positions(200, list(graph.edges), [8] * 200) for _ in range(2)]
    assert (places[0] == places[1]).all()


def test_repeated_links_and_loops_change_nothing():
    assert (
        positions(3, [(0, 1), (1, 0), (2, 2), (1, 2)], [5] * 3) == positions(3, [(0, 1), (1, 2)], [5] * 3)
    ).all()
