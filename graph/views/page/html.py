"""The HTML page of a view: one file, with a precomputed layout, that loads nothing over the network.

pyvis holds the network and its options, and renders a template of this package. The page contains the
vis-network library that pyvis bundles, with its licence notice. The text of papers is hostile: it is
embedded only as JSON that cannot close its own element, and inserted as text by the scripts of the page. A
content security policy allows these scripts by their hashes, and no requests.
"""

from __future__ import annotations

import base64
import hashlib
import html
import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import networkx as nx

from litloom.graph.views.page.data import packed, page_data
from litloom.graph.views.page.layout import positions
from litloom.graph.views.page.options import PageOptions
from litloom.graph.views.page.scene import DIRECTED, KIND_GROUPS, Scene, is_paper, is_stub, name_of
from litloom.graph.views.page.selection import thinned
from litloom.graph.views.page.text import isolated, script_json, short_title
from litloom.support.atomic_file import atomic_file
from litloom.support.output_file import output_file

_SCRIPTS: Final = ("_colours", "_picture", "_labels", "_panel", "_search", "_legend", "_years", "")
_WIDTHS: Final = (0.8, 5.0)
#: Attraction between papers of the same community, and of different communities.
_COHESION: Final = (2.0, 0.4)


@dataclass(slots=True, repr=False, eq=False)
class View:
    """A rendered view, which a notebook displays.

    Parameters
    ----------
    html
        The HTML page.
    notes
        Sentences about what is drawn and what was left out.
    path
        The file that it was saved to, if any.
    """

    html: str
    notes: tuple[str, ...] = ()
    path: Path | None = None

    def save(self, path: str | Path) -> Path:
        """Write the page atomically to a file that the user names, and return its path."""
        place = Path(path)
        with output_file(place) as unfinished:
            self._write(unfinished)
        self.path = place
        return place

    def write(self, path: Path) -> None:
        """Write the page to a default place, where a symbolic link is replaced."""
        with atomic_file(path) as unfinished:
            self._write(unfinished)
        self.path = path

    def _write(self, file: Path) -> None:
        file.write_text(self.html, encoding="utf-8", newline="\n")

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.html)}" sandbox="allow-scripts allow-popups" '
            'title="litloom view" style="width:100%;height:680px;border:1px solid #8884"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<View {str(self.path) if self.path else 'unsaved'}: {' '.join(self.notes)}>"


def render_view(
    graph: nx.MultiDiGraph[str],
    *,
    title: str = "litloom",
    max_nodes: int = 700,
    max_edges: int | None = None,
) -> View:
    """Render a graph of papers and concepts as one self-contained page.

    Nodes have the attribute `kind` and the properties of the schema, edges have `label`; any of them may be
    missing or None. The same graph gives the same page. For the options, see
    `litloom.graph.views.page.options.PageOptions`.

    Examples
    --------
    >>> view = render_view(nx.MultiDiGraph(), title="Nothing yet")
    >>> "Nothing yet" in view.html, view.notes
    (True, ('an empty picture.',))
    """
    return render(thinned(graph, PageOptions(title, max_nodes, max_edges)))


def render(scene: Scene) -> View:
    """Render a scene as one self-contained page.

    Examples
    --------
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("p", kind="Paper", title="LoRA: Low-Rank Adaptation")
    >>> render(thinned(graph)).notes
    ('1 paper.',)
    """
    network = _network(scene)
    library, code = _library(), "\n".join(_template(f"view{name}.js") for name in _SCRIPTS)
    data = page_data(scene)
    data["items"] = packed(data["items"])
    network.templateEnv.filters["script_json"] = script_json
    network.templateEnv.globals.update(
        page_title=data["title"],
        data=data,
        policy=_policy(library, code),
        library=library,
        licences=_template("licences.txt"),
        code=code,
        style=_template("view.css"),
    )
    return View(network.generate_html(), notes=scene.notes)


def _network(scene: Scene) -> Any:
    """Return the pyvis network of a scene, with the position of every node."""
    from jinja2 import Environment, PackageLoader
    from pyvis.edge import Edge
    from pyvis.network import Network

    number = {node: i for i, node in enumerate(scene.nodes)}
    pairs = [(number[edge.source], number[edge.target]) for edge in scene.edges]
    radii = _radii(scene)
    network = Network(directed=True)
    network.templateEnv = Environment(loader=PackageLoader(__package__, "templates"), autoescape=True)
    network.path = "view.html"
    network.options = {"physics": {"enabled": False}}
    shapes = {group.name: group.shape for group in (*KIND_GROUPS, *scene.legend)}
    for node, (x, y), radius in zip(scene.nodes, _places(scene, pairs, radii), radii, strict=True):
        attributes = scene.graph.nodes[node]
        group = scene.group(node)
        look = {"shape": shapes[group], "group": group, "size": radius, "x": int(x), "y": int(y)}
        look |= {"stub": True} if is_stub(attributes) else {}
        network.add_node(number[node], label=isolated(short_title(name_of(node, attributes))), **look)
    # Network.add_edge searches a list for both ends, which is quadratic.
    for (source, target), edge, width in zip(pairs, scene.edges, _widths(scene), strict=True):
        arrows = "to" if edge.labels[0] in DIRECTED else ""
        network.edges.append(
            Edge(source, target, True, arrows=arrows, labels=list(edge.labels), **width).options
        )
    return network


def _places(scene: Scene, pairs: list[tuple[int, int]], radii: list[float]) -> Any:
    if scene.places is not None:
        return [scene.places[node] for node in scene.nodes]
    near, far = _COHESION
    of = scene.group_of
    weights = [near if of[edge.source] == of[edge.target] else far for edge in scene.edges] if of else None
    return positions(len(scene.nodes), pairs, radii, weights=weights)


def _widths(scene: Scene) -> list[dict[str, float]]:
    """Return the width of each edge: by the root of its weight, so that a few heavy ones do not dominate."""
    if not scene.weighted or not scene.edges:
        return [{} for _ in scene.edges]
    weights = [math.sqrt(max(edge.weight, 0)) for edge in scene.edges]
    low, high = min(weights), max(weights)
    thin, thick = _WIDTHS
    return [
        {"width": round(thin + (thick - thin) * ((weight - low) / (high - low) if high > low else 0.2), 1)}
        for weight in weights
    ]


def _radii(scene: Scene) -> list[float]:
    """Return the radius of each node in pixels, by the number of drawn nodes it is linked to in the graph."""
    drawn = set(scene.nodes)
    counts_shares = any("SHARES_CONCEPTS" in edge.labels for edge in scene.edges) and scene.weighted
    pairs = {
        frozenset((source, target))
        for source, target, attributes in scene.graph.edges(data=True)
        if source != target
        and {source, target} <= drawn
        and (counts_shares or attributes.get("label") != "SHARES_CONCEPTS")
    }
    near = Counter(end for pair in pairs for end in pair)
    radii = []
    for node in scene.nodes:
        growth, most = (1.7, 17) if is_paper(scene.graph.nodes[node]) else (2.8, 34)  # papers are many
        radius = 6 + min(growth * math.sqrt(near[node]), most)
        radii.append(round(max(radius, 16 if node in scene.marked else 0), 1))
    return radii


def _policy(*scripts: str) -> str:
    """Return a content security policy that allows these scripts and no requests."""
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _template(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _library() -> str:
    """Return the source of the vis-network that pyvis bundles; it begins with its licence notice."""
    folder = resources.files("pyvis").joinpath("templates", "lib")
    versions = [entry for entry in folder.iterdir() if entry.name.startswith("vis-")]
    newest = max(versions, key=lambda entry: [int(part) for part in entry.name[4:].split(".")])
    script = newest.joinpath("vis-network.min.js").read_text(encoding="utf-8").replace("\r\n", "\n")
    # Developer tools of a browser would request a source map.
    return script.split("\n//# sourceMappingURL=")[0]
