"""The data of a page: an item for each paper and concept, and a link for each relationship.

The items of the drawn nodes come first, in the order of the nodes, so that the id of a node is the index of
its item. They are followed by what else the panel shows: concepts that drawn papers mention, and papers that
mention drawn concepts. To keep pages small, evidence that is part of an abstract is stored as a slice of it,
and only drawn papers have abstracts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from litloom.graph.views.page.scene import (
    KIND_GROUPS,
    KINDS,
    RELATIONS,
    Group,
    Scene,
    is_drawable,
    is_paper,
    is_stub,
    kind_of,
    name_of,
)
from litloom.graph.views.page.text import clean, safe_url, texts

Item = dict[str, Any]

_MAX_NAMES: Final = 60


def page_data(scene: Scene) -> dict[str, Any]:
    """Return the data of a page, as plain values for JSON.

    Examples
    --------
    >>> import networkx as nx
    >>> from litloom.graph.views.page.selection import thinned
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("p", kind="Paper", title="LoRA", abstract="We tune. LoRA tunes less.", year=2021)
    >>> graph.add_node("method:lora", kind="Method", name="LoRA", paper_count=1)
    >>> _ = graph.add_edge("p", "method:lora", label="MENTIONS", count=2, evidence="LoRA tunes less.")
    >>> data = page_data(thinned(graph))
    >>> data["items"][1]
    {'kind': 'Method', 'name': 'LoRA', 'key': 'method:lora', 'papers': 1}
    >>> data["links"]
    [[0, 1, 4, 2, [9, 25]]]
    """
    graph, drawn = scene.graph, set(scene.nodes)
    listed = dict.fromkeys(
        end
        for node in scene.nodes
        for end in (*graph.successors(node), *graph.predecessors(node))
        if end not in drawn
        and is_drawable(graph.nodes[end])
        and is_paper(graph.nodes[end]) != is_paper(graph.nodes[node])
    )
    number = {node: i for i, node in enumerate([*scene.nodes, *listed])}
    items = [_item(node, graph.nodes[node], whole=node in drawn) for node in number]
    by_name = {item["name"]: i for i, item in enumerate(items) if item["kind"] != "Paper"}
    links = []
    for source, target, attributes in graph.edges(data=True):
        label = attributes.get("label")
        if source in number and target in number and label in RELATIONS and {source, target} & drawn:
            start = [number[source], number[target], RELATIONS.index(label)]
            links.append(start + _details(label, attributes, items[start[0]], items[start[1]], by_name))
    legend = [group for group in scene.legend if any(scene.group(node) == group.name for node in scene.nodes)]
    return {
        "title": clean(scene.title, 200) or "litloom",
        "notes": list(scene.notes),
        "relations": list(RELATIONS),
        "items": items,
        "links": links,
        "kinds": {group.name: _look(group) for group in KIND_GROUPS},
        "legend": [{"name": g.name, "label": clean(g.label, 120), **_look(g)} for g in legend],
        "marked": [number[node] for node in scene.nodes if node in scene.marked],
        "axis": [list(mark) for mark in scene.axis],
    }


def packed(items: list[Item]) -> list[list[Any]]:
    """Return the items as compact rows, which the scripts of the page unpack.

    A row is the index of the kind, the name, the key (``""`` if it follows from kind and name), and a
    dictionary of the other fields. Empty values at the end are dropped.

    Examples
    --------
    >>> packed([{"kind": "Method", "name": "LoRA", "key": "method:lora"}])
    [[1, 'LoRA']]
    >>> packed([{"kind": "Paper", "name": "Adam", "key": "arxiv:1412.6980", "date": "2014"}])
    [[0, 'Adam', 'arxiv:1412.6980', {'date': '2014'}]]
    """
    rows = []
    for item in items:
        kind, name, key = item["kind"], item["name"], item["key"]
        rest = {field: value for field, value in item.items() if field not in ("kind", "name", "key")}
        row = [KINDS.index(kind), name, "" if key == f"{kind}:{name}".lower() else key, rest]
        while not row[-1]:
            row.pop()
        rows.append(row)
    return rows


def _look(group: Group) -> dict[str, str]:
    return {"shape": group.shape, "colour": group.colour}


def _item(key: str, attributes: Item, *, whole: bool) -> Item:
    kind, name = kind_of(attributes), name_of(key, attributes)
    details: Item
    if kind == "Paper":
        authors = texts(attributes.get("authors"))
        details = {
            "abstract": clean(attributes.get("abstract")) if whole else "",
            "date": clean(attributes.get("date") or attributes.get("year"), 40),
            "venue": clean(attributes.get("venue"), 300),
            "url": safe_url(attributes.get("url")),
            "authors": authors[:_MAX_NAMES],
            "authorCount": _whole(attributes.get("author_count")) or len(authors),
            "organization": clean(attributes.get("organization"), 300),
            "stub": is_stub(attributes),
        }
    else:
        aliases = [alias for alias in texts(attributes.get("aliases")) if alias != name]
        details = {"aliases": aliases[:_MAX_NAMES], "papers": _whole(attributes.get("paper_count"))}
    known = {field: value for field, value in details.items() if value}
    return {"kind": kind, "name": name, "key": clean(key, 400), **known}


def _details(
    label: str, attributes: Item, source: Item, target: Item, by_name: Mapping[str, int]
) -> list[Any]:
    """Return the details of a link, without empty values at the end."""

    def named(property_: str) -> list[Any]:
        return [by_name.get(name, name) for name in texts(attributes.get(property_))[:_MAX_NAMES]]

    values: list[Any] = []
    match label:
        case "MENTIONS" | "INTRODUCES":
            surface = clean(attributes.get("surface"), 300)
            sentence = _evidence(clean(attributes.get("evidence"), 2_000), source.get("abstract", ""))
            values = [_whole(attributes.get("count")), sentence, "" if surface == target["name"] else surface]
        case "SHARES_CONCEPTS":
            values = [_whole(100 * _finite(attributes.get("score"))), named("shared")]
        case "BUILDS_ON":
            values = [0, named("via")]
        case "TOGETHER":
            values = [_whole(attributes.get("papers")), round(_finite(attributes.get("lift")), 1)]
        case "ROW":
            values = [0, texts(attributes.get("says"), 500)[:_MAX_NAMES]]
    while values and not values[-1]:
        values.pop()
    return values


def _evidence(sentence: str, abstract: str) -> str | list[int]:
    """Return the sentence as a slice of the abstract, or the sentence if the abstract lacks it."""
    start = abstract.find(sentence) if sentence else -1
    return [start, start + len(sentence)] if start >= 0 else sentence


def _whole(value: object) -> int:
    return int(_finite(value))


def _finite(value: object) -> float:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0
