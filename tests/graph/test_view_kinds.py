"""The views by name, each of a stored graph: what they draw, of what, and what they say of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import networkx as nx
import pytest

from litloom import Graph, QueryError
from litloom.graph.views.page.html import View
from tests.graph.view_graphs import add, pile, small, unpacked
from tests.graph.view_store import stored
from tests.neo4j_server import TestServer


@pytest.fixture(scope="module")
def few() -> Iterator[Graph]:
    with stored(small()) as graph:
        yield graph


@pytest.fixture(scope="module")
def many() -> Iterator[Graph]:
    with stored(pile()) as graph:
        yield graph


def data(view: View, name: str = "data"):
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', view.html)
    read = json.loads(found[1])
    return unpacked(read) if name == "data" else read


def drawn(view: View) -> list[str]:
    items = data(view)["items"]
    return [items[node["id"]]["key"] for node in data(view, "nodes")]


def pairs(view: View) -> dict[frozenset[str], dict]:
    items = data(view)["items"]
    return {frozenset((items[e["from"]]["key"], items[e["to"]]["key"])): e for e in data(view, "edges")}


def test_map_draws_papers_alone_and_tells_their_concepts(few: Graph):
    view = few.view("map")
    assert set(drawn(view)) == {"arxiv:2106.09685", "q", "a", "bare"}
    assert list(pairs(view)) == [frozenset(("a", "q"))]
    assert "method:lora" in [item["key"] for item in data(view)["items"]]
    assert few.view().html == view.html, "the map is what is drawn when nothing is named"


def fields() -> nx.MultiDiGraph:
    """Two fields of eight papers, and one paper between them."""
    graph = nx.MultiDiGraph()
    for field, concepts in (("vision", ("ImageNet", "CNN")), ("speech", ("LibriSpeech", "HMM"))):
        for i in range(8):
            paper = f"{field}{i}"
            graph.add_node(paper, kind="Paper", title=f"{field} {i}", year=2010 + i)
            for concept in (*concepts, "accuracy"):
                kind = "Metric" if concept == "accuracy" else "Method"
                graph.add_node(concept, kind=kind, name=concept, paper_count=16 if kind == "Metric" else 8)
                add(graph, paper, "MENTIONS", concept, count=1, confidence=0.9)
            for other in range(i):
                add(graph, f"{field}{other}", "SHARES_CONCEPTS", paper, score=0.5)
    add(graph, "speech0", "SHARES_CONCEPTS", "vision0", score=0.1)
    return graph


def test_communities_are_told_apart_and_named_by_what_marks_them():
    with stored(fields()) as graph:
        view = graph.view("map")
    legend = data(view)["legend"]
    assert sorted(group["label"] for group in legend) == ["CNN · ImageNet", "HMM · LibriSpeech"]
    assert len({group["shape"] for group in legend}) == len({group["colour"] for group in legend}) == 2
    members = {}
    for node in data(view, "nodes"):
        members.setdefault(node["group"], set()).add(data(view)["items"][node["id"]]["key"][:6])
    assert sorted(map(tuple, members.values())) == [("speech",), ("vision",)]


def test_map_line_is_wide_where_papers_share_much():
    with stored(fields()) as graph:
        widths = {pair: edge["width"] for pair, edge in pairs(graph.view("map")).items()}
    assert widths[frozenset(("speech0", "vision0"))] < widths[frozenset(("speech0", "speech1"))]


def test_great_map_says_what_it_leaves_out(many: Graph):
    view = many.view("map", max_nodes=100, max_edges=150)
    assert len(drawn(view)) == 100
    assert len(pairs(view)) <= 150
    assert "Left out: 275 papers that share less and the weakest" in view.notes[1]


@pytest.mark.parametrize(("what", "name"), [("paper", "qlora"), ("concept", "question answering")])
def test_neighbourhood_is_what_is_linked_and_rings_its_centre(few: Graph, what: str, name: str):
    one, two = few.view(what, name), few.view(what, name, steps=2)
    centre = "q" if what == "paper" else "task:qa"
    assert [data(one)["items"][i]["key"] for i in data(one)["marked"]] == [centre]
    near = {
        "q": {"q", "method:lora", "hardware:gpu", "task:qa", "arxiv:2106.09685", "a"},
        "task:qa": {"task:qa", "q"},
    }
    assert set(drawn(one)) == near[centre]
    assert set(drawn(two)) > set(drawn(one))


def test_neighbourhood_keeps_what_is_near_when_it_is_thinned(many: Graph):
    concept = many.cypher(
        "MATCH (c:Method) WHERE c.paper_count > 20 "
        "RETURN c.id AS id, c.paper_count AS n ORDER BY n, id LIMIT 1"
    )[0]
    view = many.view("concept", concept["id"], steps=2, max_nodes=120)
    assert len(drawn(view)) == 120
    papers = {
        row["id"]
        for row in many.cypher(
            "MATCH (c:Method {id: $id})<-[:MENTIONS]-(p:Paper) RETURN p.id AS id", id=concept["id"]
        )
    }
    assert papers <= set(drawn(view))
    lines = pairs(view)
    assert all(frozenset((concept["id"], paper)) in lines for paper in papers)
    assert "Left out: " in view.notes[1]


def test_concepts_occur_together_more_than_by_chance():
    with stored(fields()) as graph:
        view = graph.view("concepts")
        methods = graph.view("concepts", kinds=["metric", "Method"], across=True)
    assert set(drawn(view)) == {"ImageNet", "CNN", "LibriSpeech", "HMM"}
    assert set(pairs(view)) == {frozenset(("ImageNet", "CNN")), frozenset(("LibriSpeech", "HMM"))}
    told = [link for link in data(view)["links"] if data(view)["relations"][link[2]] == "TOGETHER"]
    assert [link[3:] for link in told] == [[8, 2.0], [8, 2.0]], "8 papers, twice as many as by chance"
    assert "1 concept without an edge" in view.notes[1], "all mention accuracy: it goes with none"
    assert drawn(methods) == []


def lineage() -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    for paper, year in (("old", 2010), ("origin", 2015), ("other", 2016), ("later", 2020), ("undated", None)):
        graph.add_node(paper, kind="Paper", title=f"The {paper} paper", year=year)
    for name in ("thing", "thing-2", "unborn"):
        graph.add_node(f"method:{name}", kind="Method", name=name, paper_count=3)
    add(graph, "origin", "INTRODUCES", "method:thing", confidence=0.9)
    add(graph, "origin", "CITES", "old", source="metadata")
    add(graph, "later", "BUILDS_ON", "origin", via=["thing"])
    add(graph, "undated", "CITES", "origin", source="metadata")
    add(graph, "later", "INTRODUCES", "method:thing-2", confidence=0.9)
    add(graph, "method:thing-2", "VARIANT_OF", "method:thing")
    add(graph, "other", "MENTIONS", "method:unborn", count=1, confidence=0.9)
    add(graph, "later", "MENTIONS", "method:unborn", count=1, confidence=0.9)
    return graph


def test_lineage_goes_from_left_to_right_by_year():
    with stored(lineage()) as graph:
        view = graph.view("lineage", "thing")
    keys = [item["key"] for item in data(view)["items"]]
    x = {keys[node["id"]]: node["x"] for node in data(view, "nodes")}
    assert x["undated"] < x["old"] < x["origin"] == x["method:thing"] < x["later"] == x["method:thing-2"]
    assert "other" not in x
    assert [name for name, _ in data(view)["axis"]] == ["no year", "2010", "2015", "2020"]
    assert {keys[i] for i in data(view)["marked"]} == {"method:thing", "origin"}
    assert pairs(view)[frozenset(("later", "origin"))]["arrows"] == "to"


def test_lineage_of_what_no_paper_introduces_starts_where_it_is_first_mentioned():
    with stored(lineage()) as graph:
        view = graph.view("lineage", "unborn")
    assert set(drawn(view)) == {"method:unborn", "other"}
    assert "No paper here introduces unborn" in " ".join(view.notes)


def test_papers_known_only_from_citations_are_no_papers_but_in_a_lineage():
    graph = lineage()
    graph.nodes["old"]["known"] = False
    with stored(graph) as held:
        assert "old" not in drawn(held.view("map"))
        assert "old" not in drawn(held.view("paper", "origin"))
        view = held.view("lineage", "thing")
    (stub,) = [item for item in data(view)["items"] if item.get("stub")]
    assert stub["key"] == "old"
    assert [node.get("stub") for node in data(view, "nodes")].count(True) == 1


def test_answer_links_what_its_rows_name(few: Graph):
    view = few.view(
        "cypher",
        "MATCH (p:Paper)-[m:MENTIONS]->(c:Method) "
        "RETURN p.title AS paper, c.name AS method, m.count AS times",
    )
    assert set(drawn(view)) == {"arxiv:2106.09685", "q", "method:lora"}
    assert [edge["labels"][-1] for edge in pairs(view).values()] == ["ROW", "ROW"]
    cites = data(view)["relations"].index("CITES")
    assert cites in [link[2] for link in data(view)["links"]], "the panel tells the rest"
    says = [link[4] for link in data(view)["links"] if data(view)["relations"][link[2]] == "ROW"]
    assert sorted(says) == [["times: 1"], ["times: 2"]]


def test_answer_may_hold_nodes_ids_and_lists(few: Graph):
    for query in (
        "MATCH (p:Paper {id: 'q'})-[:MENTIONS]->(c:Hardware) RETURN p, c",
        "MATCH (p:Paper {id: 'q'})-[:MENTIONS]->(c:Hardware) RETURN p.id AS a, c.id AS b",
        "MATCH (p:Paper {id: 'q'})-[:MENTIONS]->(c:Hardware) RETURN p.title AS x, collect(c.name) AS y",
    ):
        assert set(drawn(few.view("cypher", query))) == {"q", "hardware:gpu"}, query


def test_answer_without_papers_and_concepts_says_so(few: Graph):
    for query in ("MATCH (p:Paper) RETURN count(p) AS n", "MATCH (p:Paper) WHERE p.id = 'no' RETURN p"):
        with pytest.raises(QueryError, match="nothing to draw: the"):
            few.view("cypher", query)


def test_canned_query_is_linked_to_what_it_is_about(few: Graph):
    view = few.view("query", "papers-mentioning", concept="LoRA")
    assert {"method:lora", "q", "arxiv:2106.09685"} <= set(drawn(view))
    assert [data(view)["items"][i]["key"] for i in data(view)["marked"]] == ["method:lora"]
    assert frozenset(("method:lora", "q")) in pairs(view)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            ("atlas",),
            "no view is called 'atlas'; there are concept, concepts, cypher, lineage, map, ",
        ),
        (("paper",), "the view 'paper' needs name: Part of the title"),
        (("paper", "no such title"), "no paper fits 'no such title'"),
        (("concept", "nothing of the kind"), "no concept fits"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_one_line(few: Graph, asked: tuple[str, ...], message: str):
    with pytest.raises(QueryError, match=re.escape(message)):
        few.view(*asked)


def test_unknown_options_are_refused(few: Graph):
    with pytest.raises(QueryError, match="'map' has no option depth; it takes: title, max_nodes, max_edges"):
        few.view("map", depth=3)
    with pytest.raises(QueryError, match="steps must be from 1 to 2"):
        few.view("paper", "q", steps=9)
    with pytest.raises(QueryError, match=r"kinds must be among Method, .*, not 'Animal'"):
        few.view("concepts", kinds=["Animal"])


@pytest.mark.parametrize("what", ["map", "concepts"])
def test_empty_graph_has_empty_views(what: str):
    with stored(nx.MultiDiGraph()) as graph:
        assert graph.view(what).notes == ("an empty picture.",)


def test_same_store_gives_the_same_page(many: Graph):
    assert many.view("map", max_nodes=80).html == many.view("map", max_nodes=80).html


@pytest.mark.integration
def test_both_stores_give_the_same_pages(server: TestServer, few: Graph):
    with stored(small(), server.uri) as graph:
        for what, options in (
            (("map",), {}),
            (("paper", "QLoRA"), {"steps": 2}),
            (("concept", "LoRA"), {}),
            (("concepts",), {}),
            (("lineage", "LoRA"), {}),
            (("query", "papers-mentioning"), {"concept": "LoRA"}),
            (("cypher", "MATCH (p:Paper)-[:MENTIONS]->(h:Hardware) RETURN p, h ORDER BY p.id"), {}),
        ):
            assert graph.view(*what, **options).html == few.view(*what, **options).html, what
