"""What is drawn and what is left out, and that the page says so."""

import networkx as nx
import pytest

from litloom.graph.views.page.html import render_view
from litloom.graph.views.page.selection import select
from tests.graph.view_graphs import add, pile, small


def test_small_graph_is_drawn_whole():
    selection = select(small())
    assert set(selection.nodes) == set(small())
    assert selection.notes == ("4 papers, 5 concepts and 9 edges.",)


def test_pair_is_one_line_named_by_its_most_telling_relationship():
    edges = {(edge.source, edge.target): edge.labels for edge in select(small()).edges}
    assert edges["arxiv:2106.09685", "method:lora"] == ("INTRODUCES", "MENTIONS")
    assert edges["q", "arxiv:2106.09685"] == ("CITES", "BUILDS_ON")


def test_concepts_of_one_paper_go_first():
    selection = select(small(), max_nodes=6)
    assert set(selection.nodes) == {"arxiv:2106.09685", "q", "a", "bare", "method:lora", "hardware:gpu"}
    assert selection.notes[1] == "Left out: 3 concepts that only one paper mentions."


def test_budgets_hold_and_notes_count_what_is_missing():
    graph = pile(200)
    selection = select(graph, max_nodes=150, max_edges=200)
    assert len(selection.nodes) <= 150
    assert len(selection.edges) <= 200
    ends = {end for edge in selection.edges for end in (edge.source, edge.target)}
    assert ends <= set(selection.nodes)
    assert len(ends) > 140
    for words in ("only one paper mentions", "link little", "few links", "the weakest"):
        assert words in selection.notes[1]
    missing = graph.number_of_nodes() - len(selection.nodes)
    counts = [int(w.replace(",", "")) for w in selection.notes[1].split() if w.replace(",", "").isdigit()]
    assert sum(counts[:3]) == missing


def test_common_concept_yields_to_a_rare_one():
    graph = nx.MultiDiGraph()
    for p in range(30):
        graph.add_node(f"p{p}", kind="Paper", title=f"P{p}")
        add(graph, f"p{p}", "MENTIONS", "metric:accuracy", count=1)
        if p < 4:
            add(graph, f"p{p}", "MENTIONS", "method:rare", count=1)
    drawn = {(edge.source, edge.target) for edge in select(graph, max_edges=30).edges}
    assert {(f"p{p}", "method:rare") for p in range(4)} <= drawn


def test_sharing_is_no_line_where_the_shared_concept_is_drawn():
    graph = small()
    add(graph, "arxiv:2106.09685", "SHARES_CONCEPTS", "a", score=0.5)
    add(graph, "arxiv:2106.09685", "MENTIONS", "dataset:glue")
    selection = select(graph)
    assert not [edge for edge in selection.edges if {edge.source, edge.target} == {"arxiv:2106.09685", "a"}]
    assert "1 edge between papers that share a drawn concept" in selection.notes[1]


@pytest.mark.parametrize("budget", [1, 2, 5])
def test_tiny_budgets(budget: int):
    view = render_view(small(), max_nodes=budget, max_edges=budget)
    assert "Left out" in view.notes[1]


def test_what_a_view_does_not_know_is_left_alone():
    graph = small()
    graph.add_node("author:1", kind="Author", name="Somebody Else")
    add(graph, "author:1", "WROTE", "q")
    graph.add_node("cited", kind="Paper", title="Never read", known=False)
    add(graph, "q", "CITES", "cited")
    assert set(select(graph).nodes) == set(small())
    assert "Somebody Else" not in render_view(graph).html
