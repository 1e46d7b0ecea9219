"""Views in a real browser: what a person sees and presses, what runs, and what leaves the page (nothing)."""

from __future__ import annotations

import time
from pathlib import Path

import networkx as nx
import pytest

from litloom.graph.views.concepts import concepts_scene
from litloom.graph.views.lineage import lineage_scene
from litloom.graph.views.map import map_scene
from litloom.graph.views.page.html import render, render_view
from litloom.graph.views.page.options import PageOptions
from litloom.graph.views.page.selection import thinned
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
    """Click a node; again where the machine was so slow that the page took the click for holding."""
    for _ in range(5):
        click(browser, **place_of(browser, name))
        for _ in range(50):
            if browser.js("return litloom.picture.selected") is not None:
                return
            time.sleep(0.02)


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


@pytest.fixture(scope="module")
def map_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("map") / "map.html"
    render(map_scene(pile(), title="A map")).save(page)
    return page


def shown(browser: Browser) -> int:
    return browser.js("return litloom.picture.nodeSet.get({filter: (n) => !n.hidden}).length")


def slide(browser: Browser, which: str, year: int) -> None:
    browser.js(
        """const handle = document.querySelector(arguments[0]);
        handle.value = arguments[1];
        handle.dispatchEvent(new Event("input"))""",
        f"#years input[aria-label='{which} year']",
        year,
    )


def test_years_are_chosen_by_mouse_or_keys(browser: Browser, map_page: Path):
    browser.open(map_page)
    assert browser.find("#years output").text == "2016–2025"
    everything = shown(browser)
    slide(browser, "First", 2019)
    slide(browser, "Last", 2020)
    assert browser.find("#years output").text == "2019–2020"
    years = browser.js(
        """return litloom.picture.nodeSet.get({filter: (n) => !n.hidden})
        .map((n) => litloom.data.items[n.id].date.slice(0, 4))"""
    )
    assert set(years) == {"2019", "2020"}
    assert len(years) < everything
    browser.keys("\ue014", into="#years input[aria-label='First year']")
    assert browser.find("#years output").text == "2020"
    slide(browser, "First", 2025)
    assert browser.find("#years output").text == "2025", "a handle pushes the other before it"
    slide(browser, "First", 2016)
    assert shown(browser) == everything


def test_communities_filter_and_go_together_with_the_years(browser: Browser, map_page: Path):
    browser.open(map_page)
    chip = browser.find("#legend button")
    name = chip.get_attribute("data-name")
    size = int(chip.find_element("css selector", ".count").text)
    everything = shown(browser)
    chip.click()
    assert shown(browser) == everything - size
    slide(browser, "Last", 2024)
    left = shown(browser)
    chip.click()
    late = "return litloom.picture.nodes.filter((n) => n.group === arguments[0] && "
    within = browser.js(late + "Number(litloom.data.items[n.id].date.slice(0, 4)) < 2025).length", name)
    assert shown(browser) == left + within


def test_concept_that_a_map_does_not_draw_lights_its_papers(browser: Browser, map_page: Path):
    browser.open(map_page)
    number = browser.js(
        "return litloom.data.items.findIndex((item) => item.kind !== 'Paper' && item.papers > 3)"
    )
    browser.js("litloom.choose(arguments[0], true)", number)
    browser.until(lambda: "Mentioned by" in browser.find("#panel").text)
    assert browser.js("return litloom.picture.lit.size") > 3


def test_list_reads_out_what_is_drawn_and_walks_on(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    browser.find("#list").click()
    assert heading(browser) == "All that is drawn"
    assert browser.js("return document.activeElement.tagName") == "H2"
    names = browser.texts("#panel .walk bdi")
    assert len(names) == 9
    assert browser.texts("#panel h3")[:2] == ["Papers 4", "Methods 1"]
    browser.keys(TAB, TAB, into="#panel .close")
    browser.driver.switch_to.active_element.send_keys(ENTER)
    browser.until(lambda: heading(browser) == names[1])


def test_everything_is_reached_by_keyboard(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    reached = []
    for _ in range(24):
        browser.driver.switch_to.active_element.send_keys(TAB)
        reached.append(
            browser.js("const at = document.activeElement; return at.id || at.dataset.name || at.className")
        )
    assert {"search", "list", "fit", "physics", "Paper", "Method", "CITES", "vis-network"} <= set(reached)


def test_picture_answers_arrow_keys(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    before = browser.js("return litloom.picture.network.getViewPosition()")
    browser.js("document.querySelector('.vis-network').focus()")
    press_key = "Input.dispatchKeyEvent"
    key = {"windowsVirtualKeyCode": 39, "code": "ArrowRight", "key": "ArrowRight"}
    browser.driver.execute_cdp_cmd(press_key, {"type": "rawKeyDown", **key})
    browser.until(lambda: browser.js("return litloom.picture.network.getViewPosition()") != before)
    browser.driver.execute_cdp_cmd(press_key, {"type": "keyUp", **key})


def test_dragging_a_node_moves_it_alone(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"])
    place = place_of(browser, "QLoRA")
    positions = "return litloom.picture.network.getPositions()"
    before = browser.js(positions)
    steps = [("mousePressed", 0), ("mouseMoved", 30), ("mouseMoved", 60), ("mouseReleased", 60)]
    for kind, shift in steps:
        event = {"type": kind, "button": "left", "buttons": 1, "clickCount": 1}
        browser.driver.execute_cdp_cmd(
            "Input.dispatchMouseEvent", {**event, "x": place["x"] + shift, "y": place["y"] + shift}
        )
    browser.until(lambda: browser.js(positions) != before)
    after = browser.js(positions)
    assert sum(after[node] != before[node] for node in before) == 1


def test_link_to_the_paper_is_a_safe_link(browser: Browser, pages: dict[str, Path]):
    browser.open(pages["small"], fragment=LORA)
    browser.until(lambda: heading(browser))
    link = browser.find("#panel a")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")


def test_hostile_texts_in_every_view(browser: Browser, tmp_path: Path):
    graph = hostile()
    for node, attributes in graph.nodes(data=True):
        attributes["year"] = 2000 + len(node) % 7
    nodes = list(graph)
    held = {c: set(graph.predecessors(c)) for c in graph if graph.nodes[c]["kind"] == "Method"}
    scenes = {
        "map": map_scene(graph, title=HOSTILE[0]),
        "lineage": lineage_scene(graph, nodes, nodes[:1], title=HOSTILE[1]),
        "concepts": concepts_scene(graph, held, 10),
        "around": thinned(graph, PageOptions(HOSTILE[2]), marked=nodes[:1]),
    }
    for name, scene in scenes.items():
        page = tmp_path / f"{name}.html"
        render(scene).save(page)
        browser.open(page)
        for number in range(min(6, browser.js("return litloom.data.items.length"))):
            browser.js("litloom.choose(arguments[0], true)", number)
        browser.js("litloom.choose(null)")
        browser.find("#list").click()
        time.sleep(0.2)
        browser.shoot(f"hostile-{name}")
        assert browser.js("return window.hit === undefined"), name
        assert browser.all("#legend img, #legend script, #panel img, #panel script, h1 *") == []
        assert browser.js("return document.documentElement.scrollWidth") <= 1440, name


def test_colours_and_shapes_tell_groups_apart(browser: Browser, map_page: Path):
    browser.open(map_page)
    looks = browser.js("return litloom.data.legend.map(({shape, colour}) => `${shape} ${colour}`)")
    assert len(set(looks)) == len(looks) > 3
    shapes = browser.js("return Object.values(litloom.data.kinds).map(({shape}) => shape)")
    assert len(set(shapes)) == len(shapes)
