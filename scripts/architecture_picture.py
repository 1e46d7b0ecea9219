"""Draw the architecture: the packages with their imports, and the stages of weaving, as the code has them.

python -m scripts.architecture_picture           # writes docs/images/architecture.svg
python -m scripts.architecture_picture --check   # says whether that file is current

`scripts.code_structure` reads the code.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from html import escape
from textwrap import wrap
from typing import Final

import networkx as nx

from scripts.code_structure import BASE, ROOMS, ROOT, Stage, imports, plan

PICTURE: Final = ROOT / "docs" / "images" / "architecture.svg"
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
.uses { font-size: 11px; fill: #9a3412 }
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
        lines += [(", ".join(libraries[room]), "uses")] if libraries[room] else []
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
            "graph/weave/stages.py: function, module and tasks; rows read → written, tables.",
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
        sys.exit(f"{PICTURE} is not current; write it with: python -m scripts.architecture_picture")


if __name__ == "__main__":
    main()
