"""Values of the Neo4j driver as plain Python values."""

from __future__ import annotations

from typing import Any

from neo4j.graph import Entity, Node, Path, Relationship

from litloom.graph.schema import NODES


def plain(value: Any) -> Any:
    """Return nodes, relationships, paths and collections of them as plain dicts and lists.

    A node becomes ``{"label": …, **properties}``, where the label of a concept is its kind; a relationship
    becomes ``{"label": TYPE, **properties}``, a path ``{"nodes": […], "rels": […]}``, a time its ISO form.

    Examples
    --------
    >>> plain([{"n": 1}, "two"])
    [{'n': 1}, 'two']
    """
    if isinstance(value, Entity):
        return {"label": _label(value), **plain(dict(value.items()))}
    if isinstance(value, Path):
        return {"nodes": plain([*value.nodes]), "rels": plain([*value.relationships])}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value.iso_format() if hasattr(value, "iso_format") else value


def _label(entity: Entity) -> str:
    if isinstance(entity, Relationship):
        return entity.type
    labels = entity.labels if isinstance(entity, Node) else frozenset()
    return next((label for label in NODES if label in labels), "") or min(labels, default="")
