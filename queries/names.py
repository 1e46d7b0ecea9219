"""Resolving the name of a paper or concept to a node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from litloom.errors import QueryError
from litloom.extractors import concept_key
from litloom.graph.stores.base import GraphStore
from litloom.queries.name_index import NamedNode, NameIndex
from litloom.records import KINDS, normalised_title
from litloom.support.gc_paused import gc_paused

FAR_MORE: Final = 3
"""Of several concepts of one name, the one in so many times more papers than any other is meant."""
SHOWN: Final = 5
"""Most names that an error message lists."""

Found = tuple[str, str]
"""An id, and a note if it was guessed, else ``""``."""


class AmbiguousNameError(QueryError):
    """A name matches several papers or concepts: `matches`, those in most papers first."""

    def __init__(self, what: str, wanted: str, matches: Sequence[NamedNode]) -> None:
        self.wanted = wanted
        self.matches = sorted(matches, key=lambda node: (-node.weight, node.name, node.id))
        shown = "; ".join(f"{node.name} ({node.id})" for node in self.matches[:SHOWN])
        more = f" and {len(matches) - SHOWN} more" if len(matches) > SHOWN else ""
        super().__init__(f"more than one {what} fits {wanted!r}: {shown}{more}; say more of it, or its id")


class Names:
    """The names in a graph, read on first use."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._indexes: dict[tuple[str, ...], NameIndex] = {}

    def paper(self, wanted: str) -> Found:
        """Return the paper with an id, or with a title that contains a string, in any case.

        Raises
        ------
        QueryError
            If there is none, or several; the message has the nearest titles, or these.
        """
        return self._one(("Paper",), wanted, "paper")

    def concept(self, wanted: str, kinds: Sequence[str] = KINDS) -> Found:
        """Return the concept with an id, a name, an alias or a part of them; see `paper`."""
        return self._one(tuple(kinds), wanted, kinds[0].lower() if len(kinds) == 1 else "concept")

    def paper_or_concept(self, wanted: str) -> Found:
        """Return the concept with this name, else the paper, else the concept whose name contains it."""
        if self._is_id(("Paper",), wanted) or self._is_id(KINDS, wanted):
            return wanted, ""
        if self._index(KINDS).whole(concept_key(wanted)):
            found, note = self.concept(wanted)
            return found, note or f"{wanted!r} is taken as the concept {found}"
        try:
            return self.paper(wanted)
        except AmbiguousNameError:
            raise
        except QueryError as error:
            try:
                return self.concept(wanted)
            except AmbiguousNameError:
                raise
            except QueryError:
                raise error from None

    def of_type(self, type: str, wanted: str) -> Found:  # noqa: A002 - the name of the field
        """Resolve the value of a parameter of a type such as ``"paper"``, ``"task"`` or ``"concepts"``."""
        if type == "paper":
            return self.paper(wanted)
        if type == "paper-or-concept":
            return self.paper_or_concept(wanted)
        return self.concept(wanted, kinds_of(type))

    def _index(self, labels: tuple[str, ...]) -> NameIndex:
        if labels not in self._indexes:
            build = _papers if labels == ("Paper",) else _concepts
            with gc_paused():
                self._indexes[labels] = build(self._store, labels)
        return self._indexes[labels]

    def _one(self, labels: tuple[str, ...], wanted: str, what: str) -> Found:
        if not wanted.strip():
            raise QueryError(f"the name of a {what} is empty")
        if self._is_id(labels, wanted):
            return wanted, ""
        index = self._index(labels)
        key = index.key(wanted)
        for fitting in _stages(index, key) if key else ():
            if fitting:
                node = _meant(fitting, what, wanted)
                return node.id, "" if len(fitting) == 1 else _taken(wanted, node, "it is in far more papers")
        for likely in index.corrected(key) if key else ():
            for fitting in _stages(index, likely):
                if fitting:
                    node = _meant(fitting, what, wanted)
                    return node.id, _taken(wanted, node, f"no {what} fits exactly")
        near = index.nearest(key, SHOWN) if key else []
        tail = f"; nearest: {'; '.join(near)}" if near else "" if index.nodes else "; the graph has none"
        raise QueryError(f"no {what} fits {wanted!r}{tail}")

    def _is_id(self, labels: tuple[str, ...], wanted: str) -> bool:
        """Return whether it is an id, without reading all names."""
        if labels in self._indexes:
            return bool(self._indexes[labels].with_id(wanted))
        known = "AND n.known" if labels == ("Paper",) else ""
        asked = f"MATCH (n:{'|'.join(labels)}) WHERE n.id = $id {known} RETURN n.id AS id"
        return len(self._store.read(asked, {"id": wanted})) > 0


def _papers(store: GraphStore, labels: tuple[str, ...]) -> NameIndex:
    rows = store.read(
        "MATCH (p:Paper) WHERE p.known RETURN p.id AS id, p.title AS title, 0 AS weight ORDER BY id"
    )
    lines = "\n".join(normalised_title(title) for _, title, _ in rows.values)
    return NameIndex(rows.values, lines, range(len(rows)), normalised_title)


def _concepts(store: GraphStore, labels: tuple[str, ...]) -> NameIndex:
    rows = store.read(
        f"MATCH (c:{'|'.join(labels)}) WHERE c.id IS NOT NULL "
        "RETURN c.id AS id, c.name AS name, c.paper_count AS papers, c.aliases AS aliases ORDER BY id"
    )
    spelled = [
        (key, owner)
        for owner, (_, name, _, aliases) in enumerate(rows.values)
        for key in dict.fromkeys(map(concept_key, (name, *aliases)))
    ]
    lines = "\n".join(key for key, _ in spelled)
    return NameIndex([row[:3] for row in rows.values], lines, [owner for _, owner in spelled], concept_key)


def _stages(index: NameIndex, key: str) -> Iterator[list[NamedNode]]:
    """Yield the matching nodes, better matches first."""
    yield index.whole(key)
    if index.has(key):
        yield index.beginning(key)
        yield index.words(key)
        yield index.part(key)


def _meant(fitting: Sequence[NamedNode], what: str, wanted: str) -> NamedNode:
    """Return the only node, or that in far more papers than any other."""
    first, *others = sorted(fitting, key=lambda node: -node.weight)
    if others and first.weight <= FAR_MORE * others[0].weight:
        raise AmbiguousNameError(what, wanted, fitting)
    return first


def _taken(wanted: str, node: NamedNode, why: str) -> str:
    return f"{wanted!r} is taken as {node.name} ({node.id}): {why}"


def kinds_of(type: str) -> tuple[str, ...]:  # noqa: A002 - the name of the field
    """Return the labels that a type of parameters allows.

    Examples
    --------
    >>> kinds_of("task"), len(kinds_of("concept"))
    (('Task',), 5)
    """
    return KINDS if type in ("concept", "concepts") else (type.capitalize(),)
