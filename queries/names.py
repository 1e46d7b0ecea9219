"""From what a person calls a paper or a concept to the one node that is meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from litloom.errors import QueryError
from litloom.extractors import concept_key
from litloom.graph.store import GraphStore
from litloom.records import KINDS, normalised_title

FAR_MORE: Final = 3
"""How many times more papers than any other a concept is in that is meant when several have one name."""
SHOWN: Final = 5
"""Names offered where what was given fits none, or several."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: str
    name: str
    spellings: tuple[str, ...]
    weight: int


def find_paper(store: GraphStore, wanted: str) -> str:
    """Return the id of the paper that a part of a title, in any case, or an id names.

    Raises
    ------
    QueryError
        If none fits (the nearest titles are in the message), or several do (they are, too).
    """
    rows = store.read(
        "MATCH (p:Paper) WHERE p.id IS NOT NULL RETURN p.id AS id, p.title AS title ORDER BY id"
    )
    candidates = [_Candidate(row["id"], row["title"], (normalised_title(row["title"]),), 0) for row in rows]
    return _one(candidates, wanted, normalised_title(wanted), "paper")


def find_concept(store: GraphStore, wanted: str, kinds: Sequence[str] = KINDS) -> str:
    """Return the id of the concept that a name, an alias, a part of them or an id names; see `find_paper`."""
    labels = "|".join(kinds)
    rows = store.read(
        f"MATCH (c:{labels}) WHERE c.id IS NOT NULL "
        "RETURN c.id AS id, c.name AS name, c.aliases AS aliases, c.paper_count AS n ORDER BY id"
    )
    candidates = [
        _Candidate(r["id"], r["name"], tuple(concept_key(s) for s in (r["name"], *r["aliases"])), r["n"])
        for r in rows
    ]
    what = kinds[0].lower() if len(kinds) == 1 else "concept"
    return _one(candidates, wanted, concept_key(wanted), what)


def _one(candidates: Sequence[_Candidate], wanted: str, key: str, what: str) -> str:
    """Return the candidate that fits best: by id, whole name, beginning of the name, then any part of it."""
    tests = (
        lambda c: c.id == wanted,
        lambda c: key in c.spellings,
        lambda c: any(spelling.startswith(f"{key} ") for spelling in c.spellings),
        lambda c: any(key in spelling for spelling in c.spellings),
    )
    for test in tests if key else tests[:1]:
        fitting = [candidate for candidate in candidates if test(candidate)]
        if fitting and _stands_out(fitting):
            return max(fitting, key=lambda candidate: candidate.weight).id
        if fitting:
            raise QueryError(
                f"more than one {what} fits {wanted!r}: {_listed(fitting)}; say more of it, or its id"
            )
    raise QueryError(f"no {what} fits {wanted!r}{_nearest(candidates, key)}")


def _stands_out(candidates: Sequence[_Candidate]) -> bool:
    """Tell whether one of the candidates is meant, being the only one or found in far more papers."""
    first, *others = sorted((candidate.weight for candidate in candidates), reverse=True)
    return not others or first > FAR_MORE * others[0]


def _listed(candidates: Iterable[_Candidate]) -> str:
    best = sorted(candidates, key=lambda c: (-c.weight, c.name))
    more = f" and {len(best) - SHOWN} more" if len(best) > SHOWN else ""
    return "; ".join(f"{c.name} ({c.id})" for c in best[:SHOWN]) + more


def _nearest(candidates: Sequence[_Candidate], key: str) -> str:
    from rapidfuzz import fuzz, process

    spelled = [(spelling, c.name) for c in candidates for spelling in c.spellings]
    found = process.extract(key, [spelling for spelling, _ in spelled], scorer=fuzz.WRatio, limit=3 * SHOWN)
    names = dict.fromkeys(spelled[place][1] for _, _, place in found)
    return "; nearest: " + "; ".join(list(names)[:SHOWN]) if names else "; the graph has none"
