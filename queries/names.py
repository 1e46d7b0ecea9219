"""From what a person calls a paper or a concept to the one node that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from litloom.errors import QueryError
from litloom.extractors import concept_key
from litloom.graph.stores.base import GraphStore
from litloom.queries.name_index import Named, NameIndex
from litloom.records import KINDS, normalised_title
from litloom.support.gc_paused import gc_paused

FAR_MORE: Final = 3
"""How many times more papers than any other a concept is in that is meant when several have one name."""
SHOWN: Final = 5
"""Names offered where what was given fits none, or several."""
PLAIN: Final = bytes(
    ord(letter.lower()) if letter.isalnum() or letter == "\n" else ord(" ") for letter in map(chr, range(128))
) + bytes(range(128, 256))
"""What `normalised_title` makes of each byte of UTF-8; those of letters that are not ASCII stay."""

Found = tuple[str, str]
"""An id, and what to tell of a guess: ``""`` where it was none."""


class SeveralFitError(QueryError):
    """The name `wanted` fits several papers or concepts: `matches`, the most spoken of first."""

    def __init__(self, what: str, wanted: str, matches: Sequence[Named]) -> None:
        self.wanted = wanted
        self.matches = sorted(matches, key=lambda node: (-node.weight, node.name, node.id))
        shown = "; ".join(f"{node.name} ({node.id})" for node in self.matches[:SHOWN])
        more = f" and {len(matches) - SHOWN} more" if len(matches) > SHOWN else ""
        super().__init__(f"more than one {what} fits {wanted!r}: {shown}{more}; say more of it, or its id")


class Names:
    """The names in one graph, read when they are first needed.

    Parameters
    ----------
    store
        The open graph.
    """

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._indexes: dict[tuple[str, ...], NameIndex] = {}

    def paper(self, wanted: str) -> Found:
        """Return the paper that a part of a title, in any case, or an id names.

        Raises
        ------
        QueryError
            If none fits (the nearest titles are in the message), or several do (they are, too).
        """
        return self._one(("Paper",), wanted, "paper")

    def concept(self, wanted: str, kinds: Sequence[str] = KINDS) -> Found:
        """Return the concept that a name, an alias, a part of them or an id names; see `paper`."""
        return self._one(tuple(kinds), wanted, kinds[0].lower() if len(kinds) == 1 else "concept")

    def paper_or_concept(self, wanted: str) -> Found:
        """Return the concept that has this name, else the paper, else the concept that it is a part of."""
        if self._is_id(("Paper",), wanted) or self._is_id(KINDS, wanted):
            return wanted, ""
        if self._index(KINDS).whole(concept_key(wanted)):
            found, note = self.concept(wanted)
            return found, note or f"{wanted!r} is taken as the concept {found}"
        try:
            return self.paper(wanted)
        except SeveralFitError:
            raise
        except QueryError as error:
            try:
                return self.concept(wanted)
            except SeveralFitError:
                raise
            except QueryError:
                raise error from None

    def of_type(self, type: str, wanted: str) -> Found:  # noqa: A002 - the name of the field
        """Return what a parameter of that type names, such as ``"paper"``, ``"task"`` or ``"concepts"``."""
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
        """Tell whether it is an id, without reading all names."""
        if labels in self._indexes:
            return bool(self._indexes[labels].with_id(wanted))
        known = "AND n.known" if labels == ("Paper",) else ""
        asked = f"MATCH (n:{'|'.join(labels)}) WHERE n.id = $id {known} RETURN n.id AS id"
        return len(self._store.read(asked, {"id": wanted})) > 0


def _papers(store: GraphStore, labels: tuple[str, ...]) -> NameIndex:
    rows = store.read(
        "MATCH (p:Paper) WHERE p.known RETURN p.id AS id, p.title AS title, 0 AS weight ORDER BY id"
    )
    lines = normalised_titles([title for _, title, _ in rows.values])
    return NameIndex(rows.values, lines, range(len(rows)), normalised_title)


def normalised_titles(titles: Sequence[str]) -> str:
    r"""Return what `normalised_title` makes of each title, a line each, ten times as fast.

    Examples
    --------
    >>> normalised_titles(["Attention: All\nYou Need", "L'Été"])
    'attention all you need\nl été'
    """
    lines = (title.replace("\n", " ") if title.isascii() else normalised_title(title) for title in titles)
    text = "\n".join(lines).encode("utf-8", "surrogatepass").translate(PLAIN).decode("utf-8", "surrogatepass")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.replace("\n ", "\n").replace(" \n", "\n").strip(" ")


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


def _stages(index: NameIndex, key: str) -> Iterator[list[Named]]:
    """Yield the nodes that fit, the better fits first."""
    yield index.whole(key)
    if index.has(key):
        yield index.beginning(key)
        yield index.words(key)
        yield index.part(key)


def _meant(fitting: Sequence[Named], what: str, wanted: str) -> Named:
    """Return the one that is meant, being the only one or found in far more papers."""
    first, *others = sorted(fitting, key=lambda node: -node.weight)
    if others and first.weight <= FAR_MORE * others[0].weight:
        raise SeveralFitError(what, wanted, fitting)
    return first


def _taken(wanted: str, node: Named, why: str) -> str:
    return f"{wanted!r} is taken as {node.name} ({node.id}): {why}"


def kinds_of(type: str) -> tuple[str, ...]:  # noqa: A002 - the name of the field
    """Return the labels that a parameter of that type may name.

    Examples
    --------
    >>> kinds_of("task"), len(kinds_of("concept"))
    (('Task',), 5)
    """
    return KINDS if type in ("concept", "concepts") else (type.capitalize(),)
