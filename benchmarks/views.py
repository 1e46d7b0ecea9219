"""How fast views are made and opened: seconds to HTML, its size, seconds in Chromium until it answers.

``python benchmarks/views.py`` needs ``pip install -e ".[dev]"`` and Debian's chromium and chromium-driver.
The time of opening runs from the request for the page to the frame after the first answer, as the page's own
clock tells it, so the driver's share is left out. Where other programs run, the processor's seconds (CPU) say
more than those of the clock. ``layout`` sets litloom's layout beside those of networkx on one graph, by time
and by how near linked nodes stand: the mean length of lines over the mean distance of all pairs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from scipy.spatial.distance import pdist

sys.path.insert(0, str(Path(__file__).parents[1]))

from litloom.graph.views.map import map_scene
from litloom.graph.views.page.html import View, render, render_view
from litloom.graph.views.page.layout import positions
from tests.browser import Browser
from tests.graph.view_graphs import dense, pile

ANSWER = """
const done = arguments[0];
litloom.choose(0, true);
requestAnimationFrame(() => requestAnimationFrame(() => {
  const shown = !document.getElementById("panel").hidden;
  const { domContentLoadedEventEnd } = performance.getEntriesByType("navigation")[0];
  done([domContentLoadedEventEnd, performance.now(), shown]);
}));
"""


def papers(count: int, links: int) -> nx.MultiDiGraph[str]:
    """Return papers in communities with just so many links, and three concepts each."""
    plain = nx.random_partition_graph([100] * (count // 100), 0.9 * 2 * links / count / 99, 0.0, seed=3)
    rng = np.random.default_rng(3)
    while plain.number_of_edges() < links:
        one, other = rng.integers(count, size=2)
        if one != other:
            plain.add_edge(int(one), int(other))
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in plain:
        year = 2000 + node % 25
        text = f"We train thing {node % 90} on set {node % 60}. It is better by {node % 9} points. " * 12
        graph.add_node(f"p{node}", kind="Paper", title=f"Paper {node}: on things", abstract=text, year=year)
        for concept in (node // 100, 100 + node % 90, 200 + node % 60):
            graph.add_node(f"c{concept}", kind="Method", name=f"thing {concept}", paper_count=30)
            proof = {"count": 1, "confidence": 0.9, "evidence": f"It is better by {node % 9} points."}
            graph.add_edge(f"p{node}", f"c{concept}", "MENTIONS", label="MENTIONS", **proof)
    for one, other in list(plain.edges)[:links]:
        graph.add_edge(f"p{one}", f"p{other}", "SHARES_CONCEPTS", label="SHARES_CONCEPTS", score=0.5)
    return graph


def timed(make: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the seconds that it takes, those of the processor, and what it makes."""
    began, used = time.perf_counter(), time.process_time()
    made = make()
    return time.perf_counter() - began, time.process_time() - used, made


def opened(browser: Browser, page: Path) -> tuple[float, float]:
    """Return seconds from the request to the loaded document, and to the first answer."""
    browser.open(page)
    loaded, answered, shown = browser.driver.execute_async_script(ANSWER)
    assert shown
    return loaded / 1000, answered / 1000


def views(runs: int) -> None:
    """Print a row for each view: the medians of some runs."""
    cases: list[tuple[str, Callable[[], View]]] = []
    for name, nodes, lines in (("map", 500, 1_200), ("map", 2_000, 10_000)):
        graph = papers(nodes, lines)
        cases.append(
            (
                f"{name}, {nodes:,} papers, {lines:,} lines",
                lambda g=graph, n=nodes, e=lines: render(map_scene(g, max_nodes=n, max_edges=e)),
            )
        )
    cases.append(("papers and concepts, 500 nodes", lambda: render_view(pile(), max_nodes=500)))
    mixed = dense(2_000, 10_000)
    cases.append(
        (
            "papers and concepts, 2,000 nodes, 10,000 lines",
            lambda: render_view(mixed, max_nodes=2_000, max_edges=10_000),
        )
    )
    render_view(nx.MultiDiGraph())
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians of {runs} runs")
    print(f"{'view':<50}{'HTML s':>8}{'CPU s':>7}{'MB':>7}{'loaded s':>10}{'answers s':>11}")
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(Path(folder) / "profile")
        try:
            for name, make in cases:
                made = [timed(make) for _ in range(runs)]
                page = made[0][2].save(Path(folder) / "view.html")
                times = [opened(browser, page) for _ in range(runs)]
                html, used = np.median([spent[:2] for spent in made], axis=0)
                loaded, answers = np.median(times, axis=0)
                size = page.stat().st_size / 1e6
                print(f"{name:<50}{html:>8.2f}{used:>7.2f}{size:>7.2f}{loaded:>10.2f}{answers:>11.2f}")
        finally:
            browser.driver.quit()


def layouts() -> None:
    """Print a row for each layout of one graph of 20 communities."""
    graph = nx.random_partition_graph([50] * 20, 0.14, 0.0016, seed=3)
    pairs = list(graph.edges)

    def nearness(places: Any) -> float:
        lines = [np.linalg.norm(places[a] - places[b]) for a, b in pairs]
        return float(np.mean(lines) / pdist(places).mean())

    def drawn(layout: Callable[..., dict[int, Any]], **options: Any) -> Any:
        places = layout(graph, seed=7, **options)
        return np.array([places[node] for node in graph])

    print(f"{len(graph):,} nodes, {len(pairs):,} lines, 20 communities")
    print(f"{'layout':<40}{'s':>8}{'CPU s':>8}{'nearness':>10}")
    for name, make in (
        ("litloom", lambda: positions(len(graph), pairs, [8] * len(graph)).astype(float)),
        ("networkx.spring_layout", lambda: drawn(nx.spring_layout)),
        ("networkx.forceatlas2_layout", lambda: drawn(nx.forceatlas2_layout)),
    ):
        seconds, used, places = timed(make)
        print(f"{name:<40}{seconds:>8.2f}{used:>8.2f}{nearness(places):>10.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=("views", "layout"), default="views")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    if chosen.what == "views":
        views(chosen.runs)
    else:
        layouts()
