"""The page of a view, as text: complete, safe, small, the same each time."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom.graph.views.page.html import render_view
from litloom.graph.views.page.text import clean, safe_url, script_json, short_title
from tests.graph.view_graphs import HOSTILE, hostile, pile, small, unpacked


class Page(HTMLParser):
    """The elements and scripts of a page, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self._script = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._script = dict(attrs).get("id") or f"code{len(self.tags)}" if tag == "script" else ""

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts[self._script] = self.scripts.get(self._script, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._script = ""

    def json(self, name: str) -> object:
        data = json.loads(self.scripts[name])
        return unpacked(data) if name == "data" else data


def test_page_is_complete_and_alone():
    page = Page(render_view(small()).html)
    assert sorted({attrs.get("src") or attrs.get("href") for _, attrs in page.tags} - {None}) == ["data:,"]
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_page_keeps_the_licence_and_asks_for_no_source_map():
    html = render_view(small()).html
    assert "@license" in html
    assert "The MIT License" in html
    for work in ("vis-data", "core-js", "Hammer.js", "keycharm", "uuid"):
        assert work in html.split("licences")[1]
    assert "sourceMappingURL" not in html


def test_data_of_the_page():
    page = Page(render_view(small(), title="Four & papers").html)
    data = page.json("data")
    assert isinstance(data, dict)
    assert data["title"] == "Four & papers"
    items = {item["key"]: item for item in data["items"]}
    assert items["arxiv:2106.09685"]["date"] == "2021-06-17"
    assert items["q"]["date"] == "2023"
    assert "url" not in items["a"]
    assert items["bare"] == {"kind": "Paper", "name": "bare", "key": "bare"}
    assert items["method:lora"]["aliases"] == ["Low-Rank Adaptation"]
    assert len(data["links"]) == small().number_of_edges()
    nodes = page.json("nodes")
    assert isinstance(nodes, list)
    assert [n["id"] for n in nodes] == list(range(9))
    assert {n["group"]: n["shape"] for n in nodes}["Method"] == "diamond"


def test_hostile_text_stays_inside_its_json():
    html = render_view(hostile(), title=HOSTILE[1]).html
    page = Page(html)
    assert [tag for tag, _ in page.tags].count("script") == 7
    assert not [tag for tag, _ in page.tags if tag in {"img", "svg", "iframe"}]
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]
    for name in ("nodes", "edges", "data"):
        assert not re.search("[<>&\u2028\u2029]", page.scripts[name])
    data = page.json("data")
    assert isinstance(data, dict)
    assert data["items"][1]["name"] == HOSTILE[0]
    assert not [item["url"] for item in data["items"] if "url" in item]
    assert not re.search("[\ud800-\udfff\u202a-\u202e\u2066-\u2069]", page.scripts["data"])
    assert all(len(n["label"]) <= 36 for n in page.json("nodes"))  # type: ignore[attr-defined]


@given(st.text())
def test_any_text_survives_as_json_in_a_script(text: str):
    safe = script_json({"text": clean(text)})
    assert not re.search("[<>&\u2028\u2029]", safe)
    assert json.loads(safe)["text"] == clean(text)
    safe.encode("utf-8")
    assert len(short_title(clean(text))) <= 34


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x.org", "http:", "http://[", "https://a b", None, 7]
)
def test_unsafe_addresses_are_no_links(url: object):
    assert safe_url(url) == ""


def test_notebook_frame_is_escaped_and_sandboxed():
    frame = render_view(hostile())._repr_html_()
    tags = Page(frame).tags
    assert [tag for tag, _ in tags] == ["iframe"]
    assert tags[0][1]["sandbox"] == "allow-scripts allow-popups"
    assert tags[0][1]["srcdoc"] == render_view(hostile()).html


def test_same_graph_gives_the_same_page_in_another_process():
    code = (
        "import sys\nfrom litloom.graph.views.page.html import render_view\n"
        "from tests.graph.view_graphs import pile\n"
        "sys.stdout.buffer.write(render_view(pile(120)).html.encode())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "5"},
    )
    assert run.stdout.decode() == render_view(pile(120)).html


def test_big_graphs_stay_small():
    view = render_view(pile(), max_nodes=500)
    assert len(view.html.encode()) < 2_000_000


def test_saving_and_showing(tmp_path: Path):
    view = render_view(small())
    view.save(tmp_path / "v.html")
    assert view.path == tmp_path / "v.html"
    assert view.path.read_text(encoding="utf-8") == view.html
    assert view.save(str(tmp_path / "w")).is_file()
    assert repr(view).startswith("<View ")


def test_page_that_cannot_be_written_leaves_nothing(tmp_path: Path):
    (tmp_path / "taken").mkdir()
    for place in (tmp_path / "taken", tmp_path / "none" / "v.html"):
        with pytest.raises(OSError) as caught:  # noqa: PT011 - which one depends on the system
            render_view(small()).save(place)
        assert caught.value.filename == str(place)
    assert [found.name for found in tmp_path.rglob("*")] == ["taken"]


def test_graph_is_not_changed_and_odd_ones_are_drawn():
    graph = small()
    before = json.dumps(nx.node_link_data(graph))
    render_view(graph)
    assert json.dumps(nx.node_link_data(graph)) == before
    odd = nx.MultiDiGraph()
    odd.add_node("x")
    odd.add_edge("x", "x")
    odd.add_edge("x", "y", label="UNKNOWN")
    assert render_view(odd).notes[0] == "2 concepts and 1 edge."
