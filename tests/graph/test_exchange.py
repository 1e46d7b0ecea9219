"""Files for graph programs: what is written comes back through networkx' own readers."""

import json
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.graph.export.graph_formats import FORMATS, export_graph
from tests.campaign.scale import examples
from tests.graph.view_graphs import hostile, small
from tests.graph.view_store import stored

READERS = {
    "graphml": lambda path: nx.read_graphml(path, force_multigraph=True),
    "gexf": lambda path: nx.read_gexf(path),
    "cytoscape": lambda path: nx.cytoscape_graph(json.loads(path.read_text("utf-8")), name="label"),
    "node-link": lambda path: nx.node_link_graph(json.loads(path.read_text("utf-8")), edges="edges"),
}
XML = {"graphml", "gexf"}


def written(graph: nx.MultiDiGraph, folder: Path, name: str) -> nx.MultiDiGraph:
    path = folder / f"graph{FORMATS[name].suffix}"
    export_graph(graph, path, name)
    assert [p.name for p in folder.iterdir()] == [path.name]
    return READERS[name](path)


@pytest.mark.parametrize("name", FORMATS)
def test_whole_graph_comes_back(tmp_path: Path, name: str):
    with stored(small()) as graph:
        given_graph = graph.to_networkx()
    found = written(given_graph, tmp_path, name)
    assert set(found) == set(given_graph)
    edges = sorted((a, b, d["label"]) for a, b, d in found.edges(data=True))
    assert edges == sorted((a, b, d["label"]) for a, b, d in given_graph.edges(data=True))
    for node, attributes in given_graph.nodes(data=True):
        for key, value in attributes.items():
            if key == "id" or (name in XML and value == []):
                continue
            expected = "; ".join(value) if name in XML and isinstance(value, list) else value
            assert found.nodes[node][key] == expected, (node, key)
            assert type(found.nodes[node][key]) is type(expected)


@pytest.mark.parametrize("name", FORMATS)
def test_what_gephi_and_cytoscape_look_for(tmp_path: Path, name: str):
    with stored(small()) as graph:
        found = written(graph.to_networkx(), tmp_path, name)
    assert found.nodes["arxiv:2106.09685"]["label"].startswith("LoRA: ")
    assert found.nodes["method:lora"]["label"] == "LoRA"
    for _, _, attributes in found.edges(data=True):
        assert isinstance(attributes["weight"], float)
        assert attributes["weight"] > 0
        assert attributes["interaction"] == attributes["label"]
    values = [v for _, attributes in found.nodes(data=True) for v in attributes.values()]
    assert None not in values
    assert "None" not in values


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_texts_come_back_as_texts(tmp_path: Path, name: str):
    graph = nx.MultiDiGraph(
        (a, b, {"label": d["label"]}) for a, b, d in hostile().edges(data=True) if "\x00" not in a + b
    )
    titles = {
        node: hostile().nodes[node].get("title", "").encode("utf-8", "ignore").decode() for node in graph
    }
    titles = {node: title.replace("\x00", "").replace("\x1b", "") for node, title in titles.items()}
    nx.set_node_attributes(graph, titles, "title")
    found = written(graph, tmp_path, name)
    assert {node: a["title"] for node, a in found.nodes(data=True)} == titles


@examples(10)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_any_text_can_be_written_as_xml(tmp_path: Path, name: str, text: str):
    graph = nx.MultiDiGraph()
    graph.add_node("p", kind="Paper", title=text, authors=[text])
    export_graph(graph, tmp_path / "g", name)
    assert READERS[name](tmp_path / "g").nodes["p"]["kind"] == "Paper"


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path):
    graph = nx.MultiDiGraph()
    graph.add_node("p", odd=object())
    (tmp_path / "g.json").write_text("before")
    with pytest.raises(TypeError):
        export_graph(graph, tmp_path / "g.json", "node-link")
    assert [p.name for p in tmp_path.iterdir()] == ["g.json"]
    assert (tmp_path / "g.json").read_text() == "before"
