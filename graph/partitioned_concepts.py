"""Weaving by partition, second: concepts, their ids, variants, and the edges from papers to them.

All mentions of a key are in one bucket, and so are the claims of who introduced it and who used it before.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from litloom.graph.concepts import Concept, concepts_of_key
from litloom.graph.families import family_names, own_names
from litloom.graph.foundations import foundations
from litloom.graph.mention_edges import introduction_rows, mention_rows
from litloom.graph.nodes import concept_properties
from litloom.graph.partitioned import Plan, Task
from litloom.graph.partitioned_names import counted_keys
from litloom.graph.tables import Row
from litloom.records import KINDS, Kind, Mention, Paper, unused_id

Place = tuple[str, int]
"""A concept by its key and, where a key has two, its number."""

SAID: Final = -1
"""The rank of a family that a person names."""
_NUMBERED: Final = re.compile(r"(?:-\d+)+$")
_KINDS: Final[dict[str, Kind]] = {kind.lower(): kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class _Bucket:
    """The concepts of a bucket and what is known of the papers that mention them."""

    concepts: dict[Place, Concept]
    papers: dict[str, Paper]
    title_ends: dict[str, int]
    introduced: dict[str, set[str]]


def find_concepts(task: Task) -> None:
    """Say which ids the concepts of a bucket would have by themselves."""
    rows = [
        {"stem": _NUMBERED.sub("", concept.id), "id": concept.id, "key": key, "index": index}
        for (key, index), concept in _bucket(task.plan, task.number).concepts.items()
    ]
    task.plan.write("concepts", f"{task.number:06}", rows)


def number_concepts(task: Task) -> dict[Place, str]:
    """Return the ids of those concepts that are numbered, since another has the id that they would have."""
    taken: set[str] = set()
    numbered = {}
    for row in sorted(task.plan.read("concepts", task.number), key=lambda row: (row["key"], row["index"])):
        own = unused_id(row["id"], taken)
        taken.add(own)
        if own != row["id"]:
            numbered[row["key"], row["index"]] = own
    return numbered


def write_concepts(task: Task) -> None:
    """Write the concepts of a bucket and the edges to them; hand on what links papers, and families."""
    plan, writer = task.plan, f"{task.number:06}"
    bucket = _bucket(plan, task.number)
    concepts = [
        replace(concept, id=task.given.get(place, concept.id)) for place, concept in bucket.concepts.items()
    ]
    introduced: dict[str, list[str]] = defaultdict(list)
    for kind in KINDS:
        of_kind = [concept for concept in concepts if concept.kind == kind]
        plan.write_nodes(
            kind, task.number, sorted(map(concept_properties, of_kind), key=lambda row: row["id"])
        )
        mentions = [row for concept in of_kind for row in mention_rows(concept, bucket.title_ends)]
        plan.write_edges(("MENTIONS", "Paper", kind), task.number, sorted(mentions, key=_ends))
        introductions = [
            row
            for concept in of_kind
            for row in introduction_rows(concept, bucket.introduced, bucket.title_ends)
        ]
        plan.write_edges(("INTRODUCES", "Paper", kind), task.number, sorted(introductions, key=_ends))
        for row in introductions:
            introduced[row["from"]].append(row["to"])
    plan.write("vectors", writer, _vectors(concepts))
    plan.write("foundations", writer, _foundations(concepts, bucket.papers, introduced))
    plan.write("families", writer, _families(concepts))


def find_families(task: Task) -> dict[str, str]:
    """Answer which concept has a name that others give their family; return what `task.given` names have."""
    rows = task.plan.read("families", task.number)
    best: dict[str, tuple[int, str]] = {}
    for row in rows:
        if row["rank"] is None:
            offer = (-row["papers"], row["concept"])
            best[row["name"]] = min(offer, best.get(row["name"], offer))
    answers = [
        {"concept": row["concept"], "rank": row["rank"], "family": best[row["name"]][1]}
        for row in rows
        if row["rank"] is not None and row["name"] in best
    ]
    task.plan.write("variants", f"{task.number:06}", answers)
    return {name: best[name][1] for name in task.given if name in best}


def said_families(plan: Plan) -> dict[str, str]:
    """Return the names, as `find_families` has them, of variants and families that a person names."""
    return {f"~{variant}": f"~{family}" for variant, family in plan.said.variant.items()}


def write_said_families(plan: Plan, found: Mapping[str, str]) -> None:
    """Hand on the variants that a person names."""
    rows = [
        {"concept": found[variant], "rank": SAID, "family": found[family]}
        for variant, family in said_families(plan).items()
        if variant in found and family in found
    ]
    plan.write("variants", "said", rows)


def write_variants(task: Task) -> None:
    """Write the variants among a bucket of concepts, each with the nearest family that is a concept."""
    nearest: dict[str, tuple[int, str]] = {}
    pairs = set()
    for row in task.plan.read("variants", task.number):
        if row["rank"] == SAID:
            pairs.add((row["concept"], row["family"]))
        elif row["family"] != row["concept"]:
            offer = (row["rank"], row["family"])
            nearest[row["concept"]] = min(offer, nearest.get(row["concept"], offer))
    pairs |= {(concept, family) for concept, (_, family) in nearest.items()}
    by_kinds: dict[tuple[Kind, Kind], list[Row]] = defaultdict(list)
    for variant, family in sorted(pairs):
        by_kinds[_kind(variant), _kind(family)].append({"from": variant, "to": family})
    for (kind, family_kind), rows in by_kinds.items():
        task.plan.write_edges(("VARIANT_OF", kind, family_kind), task.number, rows)


def _bucket(plan: Plan, number: int) -> _Bucket:
    words = {key: counted.words for key, counted in counted_keys(plan.read("keys", number)).items()}
    places: dict[str, dict[str, list[Mention]]] = defaultdict(lambda: defaultdict(list))
    bucket = _Bucket({}, {}, {}, defaultdict(set))
    for row in sorted(plan.read("mentions", number), key=lambda row: (row["key"], row["paper"])):
        paper, text = row["paper"], row["text"]
        places[row["key"]][paper].append(
            Mention(
                start=row["start"],
                end=row["start"] + len(text),
                text=text,
                kind=row["kind"],
                confidence=row["confidence"],
                concept=text,
                sentence=row["sentence"],
            )
        )
        bucket.title_ends[paper] = row["title_end"]
        bucket.papers[paper] = Paper(id=paper, title="", year=row["year"], date=row["date"])
        if row["introduced"]:
            bucket.introduced[paper].add(text)
    for key in sorted(places):
        found = concepts_of_key(key, words.get(key, (key,)), places[key], plan.said.kind)
        bucket.concepts.update({(key, index): concept for index, concept in enumerate(found)})
    return bucket


def _vectors(concepts: Iterable[Concept]) -> list[Row]:
    return [
        {"paper": paper, "concept": concept.id, "name": concept.name, "papers": len(concept.papers)}
        for concept in concepts
        for paper in concept.papers
    ]


def _foundations(
    concepts: Iterable[Concept], papers: Mapping[str, Paper], introduced: Mapping[str, Iterable[str]]
) -> list[Row]:
    mentioned: dict[str, list[str]] = defaultdict(list)
    for concept in concepts:
        for paper in concept.papers:
            mentioned[paper].append(concept.id)
    names = {concept.id: concept.name for concept in concepts}
    return [
        {"from": paper, "to": earlier, "via": [names[concept] for concept in via]}
        for paper, earlier, via in foundations(list(papers.values()), mentioned, introduced, names)
    ]


def _families(concepts: Iterable[Concept]) -> Iterator[dict[str, Any]]:
    """Yield every name of a concept, with its papers, and every name of its families, with their rank."""
    for concept in concepts:
        for name in dict.fromkeys(own_names(concept)):
            yield {"name": name, "concept": concept.id, "papers": len(concept.papers), "rank": None}
        for rank, name in enumerate(dict.fromkeys(family_names(concept))):
            yield {"name": name, "concept": concept.id, "papers": 0, "rank": rank}


def _kind(concept: str) -> Kind:
    return _KINDS[concept.partition(":")[0]]


def _ends(row: Row) -> tuple[str, str]:
    return row["from"], row["to"]
