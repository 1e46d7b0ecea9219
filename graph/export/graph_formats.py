"""File formats of graph programs: GraphML, GEXF, Cytoscape JSON, and networkx node-link JSON.

networkx writes them; here the attributes are adapted to Gephi and Cytoscape. A node has a ``label``; an edge
has a ``label`` (the relationship), ``interaction`` (the same, for Cytoscape) and a ``weight``. Unknown values
are omitted. In XML, lists are joined by ``"; "``, and characters that XML does not allow are dropped.

Formats: http://graphml.graphdrawing.org, https://gexf.net, https://js.cytoscape.org/#notation/elements-json
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import networkx as nx

from litloom.support.output_file import output_file

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The property that is the weight of an edge; by default the weight is 1.
_WEIGHTS: Final = {"SHARES_CONCEPTS": "score", "MENTIONS": "count"}


@dataclass(frozen=True, slots=True)
class GraphFormat:
    """The suffix of a format's files, and the function that writes a graph to one."""

    suffix: str
    write: Callable[[nx.MultiDiGraph[str], Path], None]


def export_graph(graph: nx.MultiDiGraph[str], path: Path, format: str) -> None:  # noqa: A002 - as users say
    """Write a graph of `litloom.graph.export.networkx.to_networkx` atomically to a file in one of `FORMATS`.

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("p", kind="Paper", title="LoRA", authors=["Edward Hu", "Yelong Shen"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_graph(graph, Path(folder) / "graph.graphml", "graphml")
    ...     nx.read_graphml(Path(folder) / "graph.graphml").nodes["p"]["authors"]
    'Edward Hu; Yelong Shen'
    """
    with output_file(path) as unfinished:
        FORMATS[format].write(graph, unfinished)


def prepared(graph: nx.MultiDiGraph[str], value: Callable[[Any], Any]) -> nx.MultiDiGraph[str]:
    """Return a copy with labels and weights, and `value` applied to each attribute; None omits it."""
    copy: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node, attributes in graph.nodes(data=True):
        label = attributes.get("title") or attributes.get("name") or node
        copy.add_node(value(node), **_passed({**attributes, "label": label}, value, without="id"))
    for source, target, key, attributes in graph.edges(keys=True, data=True):
        label = str(attributes.get("label", key))
        weight = float(attributes.get(_WEIGHTS.get(label, "")) or 1.0)
        shown = {**attributes, "label": label, "interaction": label, "weight": weight}
        copy.add_edge(value(source), value(target), key=key, **_passed(shown, value))
    return copy


def _passed(attributes: Mapping[str, Any], value: Callable[[Any], Any], without: str = "") -> dict[str, Any]:
    passed = ((name, value(given)) for name, given in attributes.items() if name != without)
    return {name: given for name, given in passed if given is not None}


def _in_xml(value: Any) -> Any:
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value)) or None
    return _NOT_XML.sub("", value) if isinstance(value, str) else value


def _in_json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _write_xml(write: Callable[..., None], graph: nx.MultiDiGraph[str], path: Path, **options: str) -> None:
    write(prepared(graph, _in_xml), path, **options)


def _write_json(data: Callable[..., Any], graph: nx.MultiDiGraph[str], path: Path, **options: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(data(prepared(graph, _in_json), **options), file, ensure_ascii=False, indent=1)
        file.write("\n")


FORMATS: Final[Mapping[str, GraphFormat]] = {
    "graphml": GraphFormat(".graphml", partial(_write_xml, nx.write_graphml)),
    "gexf": GraphFormat(".gexf", partial(_write_xml, nx.write_gexf, version="1.2draft")),
    "cytoscape": GraphFormat(".cyjs", partial(_write_json, nx.cytoscape_data, name="label")),
    "node-link": GraphFormat(".json", partial(_write_json, nx.node_link_data, edges="edges")),
}
