"""Every view of the sample corpus in a real browser; what it looks like is written for a person to see."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from litloom import Graph
from tests.browser import Browser

pytestmark = pytest.mark.integration

VIEWS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "map": (("map",), {"title": "Landmark papers"}),
    "paper": (("paper", "FlashAttention"), {}),
    "concept": (("concept", "ImageNet"), {"steps": 2}),
    "concepts": (("concepts",), {}),
    "concepts-across": (("concepts",), {"kinds": ["Method", "Hardware"], "across": True}),
    "lineage": (("lineage", "BERT"), {}),
    "query": (("query", "papers-mentioning"), {"concept": "ImageNet", "top": 15}),
}
WINDOWS = ((1440, 900, False), (1440, 900, True), (400, 800, False), (400, 800, True))


@pytest.mark.parametrize("name", VIEWS)
def test_view_of_the_sample_corpus(browser: Browser, sample: Graph, tmp_path: Path, name: str):
    (what, options), page = VIEWS[name], tmp_path / f"{name}.html"
    sample.view(*what, path=page, **options)
    assert page.stat().st_size < 2_000_000
    for width, height, dark in WINDOWS:
        browser.open(page, width=width, height=height, dark=dark)
        nodes = browser.until(lambda: browser.js("return litloom.picture.nodes.length"))
        assert nodes > 5
        time.sleep(0.2)
        browser.shoot(f"{name}-{width}-{'dark' if dark else 'light'}")
        assert browser.js("return document.documentElement.scrollWidth") <= width
        assert browser.js("return litloom.picture.network.physics.physicsEnabled") is False
        outside = browser.js(
            """const {picture} = litloom, {clientWidth: w, clientHeight: h} = picture.container;
            return picture.nodes.filter(({id}) => {
              const {x, y} = picture.network.canvasToDOM(picture.network.getPosition(id));
              return x < 0 || y < 0 || x > w || y > h;
            }).length"""
        )
        assert outside == 0
        browser.js("litloom.choose(0, true)")
        browser.until(lambda: browser.texts("#panel:not([hidden]) h2"))
        time.sleep(0.2)
        browser.shoot(f"{name}-{width}-{'dark' if dark else 'light'}-panel")
    assert browser.traffic() == []
    assert browser.log() == []
