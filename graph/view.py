"""The picture of a graph: one HTML file that opens settled, needs no network and runs nothing from papers.

pyvis holds the network and its options and renders a template of this package; its bundled copy of
vis-network is put into the page whole, with its licence notice. Texts reach the page only as JSON that
cannot end its own element, and the page's scripts write them as text. A content security policy lets only
the two scripts of this package run, by their hashes, and forbids every request.
"""

from __future__ import annotations

import base64
import hashlib
import html
import math
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import networkx as nx

from litloom.graph.view_data import kind_of, name_of, page_data
from litloom.graph.view_layout import positions
from litloom.graph.view_select import Selection, is_paper, select
from litloom.graph.view_text import clean, isolated, script_json, short_title

#: The shape of each kind: told apart without colours.
SHAPES: Final = {
    "Paper": "dot",
    "Method": "diamond",
    "Dataset": "square",
    "Hardware": "hexagon",
    "Metric": "triangle",
    "Task": "star",
    "Other": "triangleDown",
}
_SCRIPTS: Final = ("view_picture.js", "view_panel.js", "view.js")


class View:
    """A finished picture: shows itself in a notebook, and saves itself as one HTML file.

    Parameters
    ----------
    html
        The whole page.
    path
        Where it was saved, if it was.
    notes
        Sentences that say what is drawn and what was left out.
    """

    def __init__(self, html: str, *, path: Path | None = None, notes: tuple[str, ...] = ()) -> None:
        self.html = html
        self.path = path
        self.notes = notes

    def save(self, path: str | Path) -> Path:
        """Write the page to a file and return its path."""
        self.path = Path(path)
        self.path.write_text(self.html, encoding="utf-8", newline="\n")
        return self.path

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.html)}" sandbox="allow-scripts allow-popups" '
            'title="litloom view" style="width:100%;height:680px;border:1px solid #8884"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<View {str(self.path) if self.path else 'unsaved'}: {' '.join(self.notes)}>"


def write_view(
    graph: nx.MultiDiGraph[str],
    path: str | Path,
    *,
    title: str = "litloom",
    max_nodes: int = 700,
    max_edges: int | None = None,
) -> View:
    """Render a graph and save the page; see `render_view`.

    Examples
    --------
    >>> import tempfile
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("p", kind="Paper", title="LoRA: Low-Rank Adaptation")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     view = write_view(graph, Path(folder) / "view.html")
    >>> view.notes
    ('1 paper.',)
    """
    view = render_view(graph, title=title, max_nodes=max_nodes, max_edges=max_edges)
    view.save(path)
    return view


def render_view(
    graph: nx.MultiDiGraph[str],
    *,
    title: str = "litloom",
    max_nodes: int = 700,
    max_edges: int | None = None,
) -> View:
    """Render a graph of papers and concepts as one self-contained page.

    Parameters
    ----------
    graph
        Nodes carry `kind` and what `litloom.graph` stores of it; edges carry `label`. Whatever else is
        missing or None is left blank.
    title
        The heading of the page.
    max_nodes, max_edges
        How much is drawn at most, see `select`; the page says what was left out.

    Returns
    -------
    View
        The same graph gives the same page.

    Examples
    --------
    >>> view = render_view(nx.MultiDiGraph(), title="Nothing yet")
    >>> "Nothing yet" in view.html, view.notes
    (True, ('an empty picture.',))
    """
    selection = select(graph, max_nodes=max_nodes, max_edges=max_edges)
    network = _network(graph, selection)
    library, code = _library(), "\n".join(_template(name) for name in _SCRIPTS)
    heading = clean(title, 200) or "litloom"
    data = page_data(graph, selection) | {"title": heading, "notes": list(selection.notes)}
    network.templateEnv.filters["script_json"] = script_json
    network.templateEnv.globals.update(
        page_title=heading,
        data=data,
        policy=_policy(library, code),
        library=library,
        code=code,
        style=_template("view.css"),
    )
    return View(network.generate_html(), notes=selection.notes)


def _network(graph: nx.MultiDiGraph[str], selection: Selection) -> Any:
    """Return the pyvis network of what is drawn, every node in its place."""
    from jinja2 import Environment, PackageLoader
    from pyvis.edge import Edge
    from pyvis.network import Network

    number = {node: i for i, node in enumerate(selection.nodes)}
    pairs = [(number[line.source], number[line.target]) for line in selection.lines]
    radii = _radii(graph, selection.nodes)
    network = Network(directed=True)
    network.templateEnv = Environment(loader=PackageLoader("litloom.graph", "templates"), autoescape=True)
    network.path = "view.html"
    network.options = {"physics": {"enabled": False}}
    for node, place, radius in zip(selection.nodes, positions(len(number), pairs, radii), radii, strict=True):
        kind = kind_of(graph.nodes[node])
        label = isolated(short_title(name_of(node, graph.nodes[node])))
        x, y = (int(value) for value in place)
        network.add_node(number[node], label=label, shape=SHAPES[kind], group=kind, size=radius, x=x, y=y)
    # Network.add_edge looks its ends up in a list: quadratic, so the edges are appended.
    for (source, target), line in zip(pairs, selection.lines, strict=True):
        arrows = "to" if line.labels[0] in {"CITES", "BUILDS_ON"} else ""
        network.edges.append(Edge(source, target, True, arrows=arrows, labels=list(line.labels)).options)
    return network


def _radii(graph: nx.MultiDiGraph[str], nodes: tuple[str, ...]) -> list[float]:
    """Return a radius for each node by how many of the drawn nodes it is linked to, by drawn lines or not."""
    drawn = set(nodes)
    edges = [(source, target, data.get("label")) for source, target, data in graph.edges(data=True)]
    pairs = {
        (min(source, target), max(source, target))
        for source, target, label in edges
        if source != target and label != "SHARES_CONCEPTS" and source in drawn and target in drawn
    }
    near = Counter(end for pair in pairs for end in pair)
    return [_radius(near[node], is_paper(graph.nodes[node])) for node in nodes]


def _radius(links: int, paper: bool) -> float:
    """Return a radius whose square grows with the links; papers are many, and so stay smaller."""
    growth, most = (1.4, 16) if paper else (2.8, 34)
    return round(6 + min(growth * math.sqrt(links), most), 1)


def _policy(*scripts: str) -> str:
    """Return a content security policy that lets these scripts run and nothing be fetched."""
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _template(name: str) -> str:
    return resources.files("litloom.graph").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _library() -> str:
    """Return the vis-network that pyvis brings along, its licence notice first."""
    folder = resources.files("pyvis").joinpath("templates", "lib")
    versions = [entry for entry in folder.iterdir() if entry.name.startswith("vis-")]
    newest = max(versions, key=lambda entry: [int(part) for part in entry.name[4:].split(".")])
    script = newest.joinpath("vis-network.min.js").read_text(encoding="utf-8").replace("\r\n", "\n")
    # A source map would be fetched from the network by a browser's developer tools.
    return script.split("\n//# sourceMappingURL=")[0]
