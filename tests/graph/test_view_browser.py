"""Views in a real browser: what a person sees and presses, what runs, and what leaves the page (nothing)."""

from __future__ import annotations

import time
from pathlib import Path

import networkx as nx
import pytest

from litloom.graph.view import render_view
from tests.browser import Browser
from tests.graph.view_graphs import HOSTILE, dense, hostile, pile, small

pytestmark = pytest.mark.integration

LORA = "#arxiv%3A2106.09685"
ENTER, ESCAPE, DOWN, TAB = "\ue007", "\ue00c", "\ue015", "\ue004"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("views")
    graphs = {"small": small(), "hostile": hostile(), "pile": pile()}
    for name, graph in graphs.items():
        title = HOSTILE[1] if name == "hostile" else "A pile of papers"
        render_view(graph, title=title).save(folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in graphs}


@pytest.fixture(autouse=True)
def quiet(browser: Browser):
    """After every test: nothing was fetched, and nobody complained."""
    yield
    assert browser.traffic() == []
    assert browser.log() == []
    assert browser.js("return performance.getEntriesByType('resource').length") == 0


def place_of(browser: Browser, name: str) -> dict[str, float]:
    return browser.js(
        """const {picture, data} = litloom;
        const id = data.items.findIndex((item) => item.name.startsWith(arguments[0]));
        const box = picture.container.getBoundingClientRect();
        const {x, y} = picture.network.canvasToDOM(picture.network.getPosition(id));
        return {x: Math.round(x + box.left), y: Math.round(y + box.top)}""",
        name,
    )


def click(browser: Browser, x: float, y: float) -> None:
    for kind in ("mousePressed", "mouseReleased"):
        event = {"type": kind, "button": "left", "clickCount": 1, "x": x, "y": y}
        browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", event)


def press(browser: Browser, name: str) -> None:
    click(browser, **place_of(browser, name))


def heading(browser: Browser) -> str:
    return "".join(browser.texts("#panel:not([hidden]) h2"))


def test_opens_settled_and_says_what_it_shows(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["pile"])
    assert browser.find("h1").text == "A pile of papers"
    assert "Left out: " in browser.find("#notes").text
    assert "concepts that only one paper mentions" in browser.find("#notes").text
    before = browser.js("return JSON.stringify(litloom.picture.network.getPositions())")
    time.sleep(0.3)
    assert browser.js("return JSON.stringify(litloom.picture.network.getPositions())") == before
    assert browser.js("return litloom.picture.network.physics.physicsEnabled") is False


def test_click_opens_the_panel_and_neighbours_walk_on(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    press(browser, "LoRA: Low")
    browser.until(lambda: heading(browser) == "LoRA: Low-Rank Adaptation of Large Language Models")
    panel = browser.find("#panel").text
    for words in ("2021-06-17 · ICLR", "Edward Hu, Yelong Shen and 6 more", "We freeze the weights"):
        assert words in panel
    link = browser.find("#panel a")
    assert link.get_attribute("href") == "https://arxiv.org/abs/2106.09685"
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert browser.texts("#panel h3") == [
        "Introduces 1",
        "Methods 1",
        "Hardware 1",
        "Built on by 1",
        "Cited by 1",
    ]
    assert browser.texts("#panel .evidence")[0] == "LoRA trains small matrices on one GPU."
    assert browser.texts("#panel mark") == ["LoRA", "LoRA", "GPU"]
    next(b for b in browser.all("#panel .walk") if b.text == "GPU").click()
    browser.until(lambda: heading(browser) == "GPU")
    assert "In 2 papers · also GPUs" in browser.find("#panel").text
    assert "On 48 GB GPUs." in browser.texts("#panel .evidence")
    browser.driver.back()
    browser.until(lambda: heading(browser).startswith("LoRA: "))
    browser.keys(ESCAPE)
    browser.until(lambda: heading(browser) == "")
    assert browser.js("return location.hash") == ""


def test_click_beside_the_nodes_closes_the_panel(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"], fragment=LORA)
    browser.until(lambda: heading(browser))
    time.sleep(0.1)
    corner = browser.js(
        "const {left, top} = litloom.picture.container.getBoundingClientRect(); return [left, top]"
    )
    click(browser, corner[0] + 5, corner[1] + 5)
    browser.until(lambda: not heading(browser))
    assert browser.js("return litloom.picture.selected") is None


def test_address_keeps_the_selection(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    press(browser, "QLoRA")
    browser.until(lambda: browser.js("return location.hash") == "#q")
    browser.driver.refresh()
    browser.until(lambda: heading(browser).startswith("QLoRA"))
    browser.open(pages["small"], fragment=LORA)
    browser.until(lambda: heading(browser).startswith("LoRA"))
    browser.open(pages["small"], fragment="#no-such-node-%E0%A4%A")
    assert heading(browser) == ""


def test_search_by_keyboard(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    browser.keys("/")
    search = browser.find("#search")
    assert browser.driver.switch_to.active_element == search
    search.send_keys("low-rank ad")
    assert (
        browser.texts("#suggestions li")
        == ["LoRA", "LoRA: Low-Rank Adaptation of Large Language Models"][::-1]
    )
    search.send_keys(DOWN)
    assert browser.find("#suggestions [aria-selected=true]").text == "LoRA"
    assert search.get_attribute("aria-activedescendant") == "suggestion-1"
    search.send_keys(ENTER)
    browser.until(lambda: heading(browser) == "LoRA")
    assert browser.texts("#suggestions li") == ["", ""]
    search.send_keys("zzz")
    assert browser.texts("#suggestions li") == ["Nothing of that name"]
    search.send_keys(ESCAPE)
    assert search.get_attribute("value") == ""


def test_search_finds_what_the_picture_leaves_out(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["pile"])
    name = browser.js("return litloom.data.items.at(-1).name")
    browser.find("#search").send_keys(name, ENTER)
    browser.until(lambda: heading(browser) == name)
    assert "Left out of the picture." in browser.find("#panel").text


def test_legend_hides_kinds_and_lines(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    assert browser.texts("#legend button")[:3] == ["Papers\n4", "Methods\n1", "Datasets\n1"]
    hidden = "return litloom.picture.nodeSet.get({filter: (n) => n.hidden}).length"
    lines = "return litloom.picture.edgeSet.get({filter: (e) => e.hidden}).length"
    papers = browser.find("#legend [data-name=Paper]")
    papers.click()
    assert papers.get_attribute("aria-pressed") == "false"
    assert (browser.js(hidden), browser.js(lines)) == (4, 9)
    papers.click()
    assert (browser.js(hidden), browser.js(lines)) == (0, 0)
    browser.find("#legend [data-name=CITES]").click()
    assert browser.js(lines) == 0, "the pair is still linked by BUILDS_ON"
    browser.find("#legend [data-name=BUILDS_ON]").click()
    assert browser.js(lines) == 1


def test_physics_only_when_asked(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    positions = "return JSON.stringify(litloom.picture.network.getPositions())"
    before = browser.js(positions)
    browser.find("#physics").click()
    browser.until(lambda: browser.js(positions) != before)
    browser.find("#physics").click()
    assert browser.find("#physics").get_attribute("aria-pressed") == "false"
    after = browser.js(positions)
    time.sleep(0.2)
    assert browser.js(positions) == after


def test_hover_tells_the_whole_title(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    place = place_of(browser, "LoRA: Low")
    for shift in (60, 1, 0):
        move = {"type": "mouseMoved", "x": place["x"] + shift, "y": place["y"]}
        browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", move)
    browser.until(lambda: browser.find("#tip").is_displayed())
    expected = "LoRA: Low-Rank Adaptation of Large Language Models\nPaper · 2021-06-17"
    assert browser.find("#tip").text == expected


def test_hostile_text_is_shown_and_never_run(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["hostile"])
    assert browser.find("h1").text == HOSTILE[1]
    count = browser.js("return litloom.data.items.length")
    assert count == 2 * len(HOSTILE)
    for number in range(count):
        browser.js("litloom.choose(arguments[0], true)", number)
        shown = browser.js("return litloom.data.items[arguments[0]].name", number)
        assert browser.js("return document.querySelector('#panel h2').textContent") == shown
    browser.find("#search").send_keys("script")
    assert HOSTILE[0] in browser.texts("#suggestions li")
    browser.js("litloom.picture.network.moveTo({scale: 2})")
    time.sleep(0.3)
    assert browser.js("return window.hit === undefined")
    assert browser.all("#panel img, #panel script, #panel svg, #suggestions img, h1 *") == []
    assert browser.all("#panel a") == []
    browser.shoot("view-hostile")


def test_policy_stops_what_would_be_slipped_in(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    browser.js(
        """const script = document.createElement("script");
        script.textContent = "window.hit = 1";
        document.body.append(script);
        const image = "<img src='http://127.0.0.1:9/x' onerror='window.hit = 2'>";
        document.body.insertAdjacentHTML("beforeend", image);
        return fetch("http://127.0.0.1:9/y").catch(() => 0)"""
    )
    time.sleep(0.2)
    assert browser.js("return window.hit === undefined")
    complaints = [line for line in browser.log() if "Content Security Policy" in line]
    assert len(complaints) >= 3
    browser.open(pages["small"])


def test_two_thousand_nodes_answer(browser: Browser, tmp_path: Path):
    page = tmp_path / "dense.html"
    render_view(dense(), max_nodes=2_000, max_edges=10_000).save(page)
    browser.open(page)
    browser.find("#search").send_keys("thing 7", ENTER)
    browser.until(lambda: heading(browser).startswith("thing 7"), 30)


@pytest.mark.parametrize(
    ("name", "width", "height", "dark"),
    [
        ("pile", 1440, 900, False),
        ("pile", 1440, 900, True),
        ("pile", 400, 800, False),
        ("pile", 400, 800, True),
        ("small", 1440, 900, True),
        ("small", 400, 800, False),
    ],
)
def test_screenshots_fit_the_window(
    browser: Browser, pages: dict[str, Path], name: str, width: int, height: int, dark: bool
):
    browser.open(pages[name], width=width, height=height, dark=dark)
    shade = "dark" if dark else "light"
    time.sleep(0.2)
    browser.shoot(f"view-{name}-{width}-{shade}")
    browser.js("litloom.choose(0, true)")
    browser.until(lambda: heading(browser))
    time.sleep(0.2)
    browser.shoot(f"view-{name}-{width}-{shade}-panel")
    assert browser.js("return document.documentElement.scrollWidth") <= width
    place = place_of(browser, browser.js("return litloom.data.items[0].name"))
    inside = browser.js("return document.querySelector('#stage').getBoundingClientRect().toJSON()")
    assert inside["left"] < place["x"] < inside["right"]
    assert inside["top"] < place["y"] < inside["bottom"]
    assert (inside["width"], inside["height"]) > (250, 150)


def test_nothing_and_unknown_kinds(browser: Browser, tmp_path: Path):
    page = tmp_path / "odd.html"
    render_view(nx.MultiDiGraph()).save(page)
    browser.open(page)
    assert browser.find("#empty").text == "There is nothing to draw."
    graph = nx.MultiDiGraph()
    graph.add_edge("x", "y", label="UNKNOWN")
    render_view(graph).save(page)
    browser.open(page, fragment="#x")
    browser.until(lambda: heading(browser) == "x")
    assert browser.texts("#legend button") == ["Other concepts\n2"]


def test_print_is_light_and_holds_the_panel(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"], dark=True, fragment=LORA)
    browser.until(lambda: heading(browser))
    browser.look(True, "print")
    browser.js("dispatchEvent(new Event('beforeprint'))")
    time.sleep(0.2)
    assert browser.js("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not browser.find("#search").is_displayed()
    assert "We freeze the weights" in browser.find("#panel").text
    browser.shoot("view-print")
    browser.look(True)


def test_notebook_frame_works(browser: Browser, tmp_path: Path):
    frame = render_view(small())._repr_html_()
    page = tmp_path / "notebook.html"
    page.write_text(
        f"<!DOCTYPE html><meta charset=utf-8><link rel=icon href='data:,'>{frame}", encoding="utf-8"
    )
    browser.open(page)
    browser.driver.switch_to.frame(0)
    browser.find("#search").send_keys("gpu", ENTER)
    browser.until(lambda: heading(browser) == "GPU")
    browser.find(".close").click()
    browser.until(lambda: heading(browser) == "")
    browser.driver.switch_to.default_content()
