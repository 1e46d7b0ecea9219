"""Draw the architecture: the packages with their imports, and the stages of weaving, as the code has them.

python scripts/architecture_picture.py           # writes docs/images/architecture.svg
python scripts/architecture_picture.py --check   # says whether that file is current
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Final

import networkx as nx

from litloom.graph.schema import EDGES

ROOT: Final = Path(__file__).parents[1]
PICTURE: Final = ROOT / "docs" / "images" / "architecture.svg"
PLACES: Final = {
    "litloom.extractors": ROOT / "extractors",
    "litloom.graph": ROOT / "graph",
    "litloom.queries": ROOT / "queries",
    "litloom": ROOT / "src" / "litloom",
}
"""By package: its folder."""
FRONT: Final = "api, build, …"
BASE: Final = "records, errors"
BASE_MODULES: Final = {"records", "errors", "progress"}
ROOMS: Final = {
    "cli": "the command",
    FRONT: "the modules of litloom itself",
    "queries": "canned Cypher",
    "extractions": "cache, Parquet parts",
    "graph": "names, weave, stores, views",
    "engines": "processes, Dask",
    "extractors": "text to mentions",
    "papers": "records to papers",
    "readers": "files to records",
    "support": "files, memory, text",
    BASE: "what rooms hand on",
}
"""By room: what it is about."""
LIBRARIES: Final = {
    "spacy": "spaCy",
    "duckdb": "DuckDB",
    "ladybug": "LadybugDB",
    "neo4j": "Neo4j",
    "pyvis": "pyvis",
    "typer": "Typer",
    "distributed": "Dask",
    "bibtexparser": "bibtexparser",
    "lxml": "lxml",
}
"""Libraries that the picture names, in the rooms that import them."""
CUTS: Final = {"_parts": "each part", "_buckets": "each bucket", "_blocks": "each block"}


# What the code has


def modules() -> Iterator[tuple[str, Path]]:
    """Yield the name and the file of each module."""
    for package, folder in PLACES.items():
        for file in sorted(folder.rglob("*.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            yield ".".join([package, *parts]).removesuffix(".__init__"), file


def imported(file: Path) -> Iterator[str]:
    """Yield the modules that a file imports anywhere but for type checkers."""
    waiting: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        waiting.extend(ast.iter_child_nodes(node))


def room_of(module: str) -> str:
    """Return the room of a module of litloom.

    Examples
    --------
    >>> room_of("litloom.graph.views.map"), room_of("litloom.records"), room_of("litloom.api")
    ('graph', 'records, errors', 'api, build, …')
    """
    top = [*module.split("."), ""][1]
    if top in ROOMS:
        return top
    return BASE if top in BASE_MODULES else FRONT


def imports() -> tuple[nx.DiGraph[str], Mapping[str, list[str]]]:
    """Return which rooms import which, with the number of imports, and the libraries of each room."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(ROOMS)
    libraries: dict[str, set[str]] = {room: set() for room in ROOMS}
    for name, file in modules():
        room = "cli" if name == "litloom.__main__" else room_of(name)
        for other in sorted(set(imported(file))):
            library = other.split(".")[0]
            if library == "litloom" and room_of(other) != room:
                count = graph.get_edge_data(room, room_of(other), {"count": 0})["count"]
                graph.add_edge(room, room_of(other), count=count + 1)
            elif library in LIBRARIES:
                libraries[room].add(LIBRARIES[library])
    return graph, {room: sorted(names) for room, names in libraries.items()}


@dataclass(frozen=True)
class Stage:
    """A stage of the plan: its function and module, its tasks, and the rows and tables of it."""

    module: str
    function: str
    tasks: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    tables: tuple[str, ...]


def plan() -> dict[str, list[Stage]]:
    """Return the stages by the method of ``Stages`` in ``graph/weave/plan.py`` that runs them."""
    trees = {
        file.stem: ast.parse(file.read_text(encoding="utf-8"))
        for file in sorted((ROOT / "graph" / "weave").glob("*.py"))
    }
    code = _Code(trees)
    (stages,) = (node for node in trees["plan"].body if getattr(node, "name", "") == "Stages")
    assert isinstance(stages, ast.ClassDef)
    return {
        method.name: [
            Stage(module, function, tasks, *code.rows(module, function))
            for module, function, tasks in _called(method, "once", frozenset(trees))
        ]
        for method in stages.body
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_")
    }


def _called(node: ast.AST, tasks: str, known: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the stages that are called in a node, in their order: arguments come first."""
    if isinstance(node, ast.Call):
        inside = CUTS.get(getattr(node.func, "attr", ""), tasks)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            if not isinstance(argument, ast.Attribute):
                yield from _called(argument, inside, known)
        for part in (node.func, *node.args):
            if isinstance(part, ast.Attribute):
                yield from _called(part, "once" if part is node.func else inside, known)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
        yield node.value.id, node.attr, tasks
    else:
        for child in ast.iter_child_nodes(node):
            yield from _called(child, tasks, known)


class _Code:
    """The functions of the modules of weaving, and their rows.

    Parameters
    ----------
    trees
        By module: its syntax tree.
    """

    def __init__(self, trees: Mapping[str, ast.Module]) -> None:
        self._functions: dict[tuple[str, str], ast.FunctionDef] = {}
        self._homes: dict[tuple[str, str], tuple[str, str]] = {}
        self._rows: dict[tuple[str, str], str] = {}
        self._edges: dict[tuple[str, str], str] = {}
        for module, tree in trees.items():
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    self._functions[module, node.name] = node
                elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                    "litloom.graph.weave."
                ):
                    home = (node.module or "").rpartition(".")[2]
                    self._homes.update({(module, a.name): (home, a.name) for a in node.names})
                elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    self._constant((module, node.target.id), node.value)

    def _constant(self, name: tuple[str, str], value: ast.expr | None) -> None:
        if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "Rows":
            self._rows[name] = ast.literal_eval(value.args[0])
        elif isinstance(value, ast.Tuple) and getattr(value.elts[0], "value", None) in EDGES:
            self._edges[name] = ast.literal_eval(value.elts[0])

    def rows(self, module: str, function: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Return the rows that a function reads and writes, and the tables that it makes."""
        found: dict[str, dict[str, None]] = {"reads": {}, "writes": {}, "tables": {}}
        seen: set[tuple[str, str]] = set()
        waiting = [(module, function)]
        while waiting:
            at = waiting.pop(0)
            if at in self._functions and at not in seen:
                seen.add(at)
                for node in ast.walk(self._functions[at]):
                    if isinstance(node, ast.Call):
                        self._note(node, at[0], found)
                    elif isinstance(node, ast.Name):
                        name = self._homes.get((at[0], node.id), (at[0], node.id))
                        waiting.append(name)
                        if name in self._edges:
                            found["tables"][self._edges[name]] = None
        reads, writes, tables = (tuple(names) for names in found.values())
        return reads, writes, tables

    def _note(self, call: ast.Call, module: str, found: Mapping[str, dict[str, None]]) -> None:
        method = getattr(call.func, "attr", "")
        for argument in call.args if method == "open" else call.args[:1]:
            name = getattr(argument, "id", "")
            rows = self._rows.get(self._homes.get((module, name), (module, name)))
            if rows and method in ("open", "read", "write"):
                found["writes" if method == "write" else "reads"][rows] = None
            elif method == "nodes":
                found["tables"][str(getattr(argument, "value", "concepts"))] = None
            elif method == "edges" and isinstance(argument, ast.Tuple):
                found["tables"][str(getattr(argument.elts[0], "value", ""))] = None


# The picture

WIDTH: Final = 1230
LEFT: Final = 520
"""Where the rooms end and the stages begin."""
TOP: Final = 78
BOX: Final = (206, 62)
LAYER: Final = 98
STYLE: Final = """
text { font: 13px "DejaVu Sans", Verdana, sans-serif; fill: #1f2933 }
.title { font-size: 17px; font-weight: bold }
.note { font-size: 11px; fill: #52606d }
.name { font-weight: bold }
.library { font-size: 11px; fill: #9a3412 }
.rows { font-size: 10.5px; fill: #52606d }
.table { font-size: 10.5px; fill: #065f46; font-weight: bold }
.room { fill: #eef4fb; stroke: #33658a; stroke-width: 1.2 }
.base { fill: #f5f5f4; stroke: #78716c; stroke-width: 1.2 }
.stage { fill: #fffdf7; stroke: #b08900; stroke-width: 1 }
.import { fill: none; stroke: #33658a; stroke-width: 1.4; marker-end: url(#tip) }
.against { fill: none; stroke: #c2410c; stroke-width: 1.2; stroke-dasharray: 5 3;
  marker-end: url(#tip-against) }
.next { stroke: #b08900; stroke-width: 1.4; marker-end: url(#tip-next) }
"""


def picture() -> str:
    """Return the picture as SVG."""
    rooms, height_of_rooms = _rooms()
    stages, height_of_stages = _stages()
    height = max(height_of_rooms, height_of_stages)
    tips = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="{colour}"/></marker>'
        for name, colour in (("tip", "#33658a"), ("tip-against", "#c2410c"), ("tip-next", "#b08900"))
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img">',
            "<title>Packages of litloom and what they import; stages of weaving</title>",
            f"<defs>{tips}</defs><style>{STYLE}</style>",
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
            *rooms,
            *stages,
            "</svg>\n",
        ]
    )


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


def _rooms() -> tuple[list[str], int]:
    """Return the rooms, each below those that import it, and the height of them."""
    graph, libraries = imports()
    down: nx.DiGraph[str] = nx.DiGraph()
    down.add_nodes_from(graph)
    for one, other, _ in sorted(graph.edges(data="count"), key=lambda edge: (-edge[2], edge)):
        if not nx.has_path(down, other, one):
            down.add_edge(one, other)
    against = sorted(set(graph.edges) - set(down.edges))
    middle: dict[str, tuple[float, float]] = {}
    layers = [sorted(layer) for layer in nx.topological_generations(down)]
    for number, layer in enumerate(layers):
        order = sorted(layer, key=lambda room: (_mean(middle, down.predecessors(room)), room))
        for place, room in enumerate(order):
            x = LEFT / 2 - 10 + (BOX[0] + 24) * (place - (len(order) - 1) / 2)
            middle[room] = (x, TOP + BOX[1] / 2 + LAYER * number)
    drawn = [
        _text(24, 32, "Packages", "title"),
        _text(24, 52, "An arrow is an import; those that follow from others are left out.", "note"),
    ]
    for one, other in sorted(nx.transitive_reduction(down).edges):
        drawn.append(f'<path class="import" d="{_curve(middle[one], middle[other], LEFT - 22)}"/>')
    for one, other in against:
        drawn.append(f'<path class="against" d="{_back(middle[one], middle[other])}"/>')
    for room, (x, y) in middle.items():
        kind = "base" if room in (BASE, "support") else "room"
        size = f'width="{BOX[0]}" height="{BOX[1]}" rx="6"'
        drawn.append(f'<rect class="{kind}" x="{x - BOX[0] / 2:g}" y="{y - BOX[1] / 2:g}" {size}/>')
        lines = [(room, "name"), (ROOMS[room], "note")]
        lines += [(", ".join(libraries[room]), "library")] if libraries[room] else []
        for number, (text, style) in enumerate(lines):
            drawn.append(_text(x, y + 4 + 17 * (number - (len(lines) - 1) / 2), text, style, "middle"))
    bottom = TOP + LAYER * len(layers)
    if against:
        drawn.append(_text(24, bottom + 4, "Dashed: an import against the order.", "note"))
    return drawn, int(bottom + 20)


def _mean(middle: Mapping[str, tuple[float, float]], rooms: Iterator[str]) -> float:
    places = [middle[room][0] for room in rooms]
    return sum(places) / len(places) if places else 0


def _curve(one: tuple[float, float], other: tuple[float, float], margin: float) -> str:
    """Return a path from the bottom of a box to the top of one below, around what is between them."""
    (x, y), (u, v) = (one[0], one[1] + BOX[1] / 2), (other[0], other[1] - BOX[1] / 2 - 1)
    if v - y < LAYER:
        return f"M{x:g} {y:g} C{x:g} {y + 20:g} {u:g} {v - 20:g} {u:g} {v:g}"
    u += 60
    return (
        f"M{x:g} {y:g} C{x:g} {y + 24:g} {margin:g} {y:g} {margin:g} {y + 46:g} L{margin:g} {v - 46:g} "
        f"C{margin:g} {v:g} {u:g} {v - 24:g} {u:g} {v:g}"
    )


def _back(one: tuple[float, float], other: tuple[float, float]) -> str:
    """Return a path from the top of a box to the bottom of one above."""
    (x, y), (u, v) = (one[0] - 60, one[1] - BOX[1] / 2), (other[0] - 60, other[1] + BOX[1] / 2 + 1)
    return f"M{x:g} {y:g} C{x:g} {y - 20:g} {u:g} {v + 20:g} {u:g} {v:g}"


def _stages() -> tuple[list[str], int]:
    """Return the stages of weaving in two columns, and the height of them."""
    groups = plan()
    drawn = [
        _text(LEFT + 20, 32, "Stages of weaving", "title"),
        _text(
            LEFT + 20,
            52,
            "graph/weave/plan.py: function, module and tasks; rows read → written, tables.",
            "note",
        ),
    ]
    columns = [["find_concepts"], [name for name in groups if name != "find_concepts"]]
    lowest = 0.0
    for number, names in enumerate(columns):
        x, y = LEFT + 20 + number * 350, TOP - 4.0
        for name in names:
            drawn.append(_text(x, y + 8, name, "name"))
            y += 16
            for place, stage in enumerate(groups[name]):
                boxes, tall = _stage(stage, x, y)
                if place:
                    drawn.append(
                        f'<line class="next" x1="{x + 20}" x2="{x + 20}" y1="{y - 9}" y2="{y - 1}"/>'
                    )
                drawn += boxes
                y += tall + 9
            y += 14
        lowest = max(lowest, y)
    return drawn, int(lowest + 10)


def _stage(stage: Stage, x: float, y: float) -> tuple[list[str], float]:
    rows = f"{', '.join(stage.reads)} → {', '.join(stage.writes)}".strip()
    lines = [(line, "rows") for line in wrap(rows, 56) if rows != "→"]
    if stage.tables:
        lines.append((" ".join(stage.tables), "table"))
    tall = 24 + 14 * len(lines)
    drawn = [
        f'<rect class="stage" x="{x:g}" y="{y:g}" width="335" height="{tall}" rx="4"/>',
        _text(x + 8, y + 16, stage.function, "name"),
        _text(x + 327, y + 16, f"{stage.module}.py, {stage.tasks}", "note", "end"),
    ]
    for number, (text, kind) in enumerate(lines):
        drawn.append(_text(x + 8, y + 30 + 14 * number, text, kind))
    return drawn, tall


def main() -> None:
    """Write the picture, or tell that it is not current."""
    parser = argparse.ArgumentParser(description="Draw the architecture.")
    parser.add_argument("--check", action="store_true", help="only say whether the picture is current")
    arguments = parser.parse_args()
    drawn = picture()
    if not arguments.check:
        PICTURE.write_text(drawn, encoding="utf-8")
    elif PICTURE.read_text(encoding="utf-8") != drawn:
        sys.exit(f"{PICTURE} is not current; write it with: python scripts/architecture_picture.py")


if __name__ == "__main__":
    main()
