"""A graph as the files of graph programs: GraphML and GEXF, Cytoscape's JSON, and networkx' node-link JSON.

networkx writes and reads them all; here the attributes are made such as Gephi and Cytoscape open well. A node
has a ``label``, an edge a ``label`` (the relationship), ``interaction`` (the same, as Cytoscape calls it) and
a ``weight``. What is unknown is left out, never written as None. XML has no lists, so there they are joined
by ``"; "``, and characters that XML does not allow are dropped.

Formats: http://graphml.graphdrawing.org, https://gexf.net, https://js.cytoscape.org/#notation/elements-json
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import networkx as nx

from litloom.support.output_file import output_file

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BETWEEN: Final = "; "
#: What says how strong an edge is, where anything does.
_WEIGHTS: Final = {"SHARES_CONCEPTS": "score", "MENTIONS": "count"}


@dataclass(frozen=True, slots=True)
class GraphFormat:
    """A format: the ending of its files, and what writes a graph into one."""

    suffix: str
    write: Callable[[nx.MultiDiGraph[str], Path], None]


def export_graph(graph: nx.MultiDiGraph[str], path: Path, format: str) -> None:  # noqa: A002 - as users say
    """Write a graph to a file, which is complete or not there.

    Parameters
    ----------
    graph
        As `litloom.graph.export.networkx.to_networkx` gives it.
    path
        The file.
    format
        One of `FORMATS`.

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
    """Return a copy with labels and weights, each attribute passed through `value`; None leaves it out."""
    copy: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node, attributes in graph.nodes(data=True):
        label = attributes.get("title") or attributes.get("name") or node
        copy.add_node(value(node), **_passed({**attributes, "label": label}, value, without="id"))
    for source, target, key, attributes in graph.edges(keys=True, data=True):
        label = str(attributes.get("label", key))
        weight = float(attributes.get(_WEIGHTS.get(label, "")) or 1.0)
        told = {**attributes, "label": label, "interaction": label, "weight": weight}
        copy.add_edge(value(source), value(target), key=key, **_passed(told, value))
    return copy


def _passed(attributes: Mapping[str, Any], value: Callable[[Any], Any], without: str = "") -> dict[str, Any]:
    passed = {name: value(given) for name, given in attributes.items() if name != without}
    return {name: given for name, given in passed.items() if given is not None}


def _in_xml(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_XML.sub("", value)
    if isinstance(value, list | tuple):
        return _NOT_XML.sub("", _BETWEEN.join(map(str, value))) or None
    return value


def _in_json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _write_graphml(graph: nx.MultiDiGraph[str], path: Path) -> None:
    nx.write_graphml(prepared(graph, _in_xml), path, encoding="utf-8")


def _write_gexf(graph: nx.MultiDiGraph[str], path: Path) -> None:
    nx.write_gexf(prepared(graph, _in_xml), path, encoding="utf-8", version="1.2draft")


def _write_cytoscape(graph: nx.MultiDiGraph[str], path: Path) -> None:
    _write_json(nx.cytoscape_data(prepared(graph, _in_json), name="label"), path)


def _write_node_link(graph: nx.MultiDiGraph[str], path: Path) -> None:
    _write_json(nx.node_link_data(prepared(graph, _in_json), edges="edges"), path)


def _write_json(data: Any, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
        file.write("\n")


FORMATS: Final[Mapping[str, GraphFormat]] = {
    "graphml": GraphFormat(".graphml", _write_graphml),
    "gexf": GraphFormat(".gexf", _write_gexf),
    "cytoscape": GraphFormat(".cyjs", _write_cytoscape),
    "node-link": GraphFormat(".json", _write_node_link),
}
