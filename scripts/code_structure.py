"""The structure of litloom, read from its code: rooms with their imports, and the stages of weaving.

A room is a package directly below `litloom`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import networkx as nx

from litloom.graph.schema import EDGES

ROOT: Final = Path(__file__).parents[1]
PLACES: Final = {
    "litloom.extractors": ROOT / "extractors",
    "litloom.graph": ROOT / "graph",
    "litloom.queries": ROOT / "queries",
    "litloom": ROOT / "src" / "litloom",
}
"""By package: its folder."""
FRONT: Final = "api, build, …"
BASE: Final = "records, errors"
BASE_MODULES: Final = {"records", "errors", "progress", "normalize"}
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
    """Return the stages by the method of ``Stages`` in ``graph/weave/stages.py`` that runs them."""
    trees = {
        (file.parent.name if file.stem == "__init__" else file.stem): ast.parse(
            file.read_text(encoding="utf-8")
        )
        for file in sorted((ROOT / "graph" / "weave").rglob("*.py"))
    }
    code = _Code(trees)
    (stages,) = (node for node in trees["stages"].body if getattr(node, "name", "") == "Stages")
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
