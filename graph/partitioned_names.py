"""Weaving by partition, first: the key of every name, as `litloom.graph.keys.NameKeys` would give it.

What must be known of all papers is small where one task needs all of it (which abbreviations are defined,
which keys lists or a person join), and else is asked for by bucket: a part writes its keys, the bucket of a
key counts them, and answers every part that asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from networkx.utils import UnionFind

from litloom.graph.corrections import correction_key
from litloom.graph.keys import Keys, NameReader, final_keys, one_concept
from litloom.graph.meanings import Meanings, Words
from litloom.graph.partitioned import PartTask, Plan, Task
from litloom.graph.shuffle import work_table
from litloom.graph.tables import Row
from litloom.records import Extraction, Paper
from litloom.sealed import write_parquet

SAMPLED: int = 256
"""Paper ids of a part by which the blocks of papers are laid out."""


class Counted(NamedTuple):
    """What all papers say of a key: its words, as the first paper has them, and how many papers have it."""

    words: Words
    papers: int


def list_papers(task: PartTask) -> None:
    """Say which papers a part has."""
    ids = task.partition.paper_ids()
    rows = [{"id": identifier, "part": task.number, "row": row} for row, identifier in enumerate(ids)]
    task.plan.write("ids", f"{task.number:06}", rows)


def repeated_papers(task: Task) -> list[tuple[int, int]]:
    """Return (part, row) of papers that an earlier part or row has, too."""
    seen: set[str] = set()
    repeated = []
    for row in sorted(task.plan.read("ids", task.number), key=lambda row: (row["part"], row["row"])):
        if row["id"] in seen:
            repeated.append((row["part"], row["row"]))
        seen.add(row["id"])
    return repeated


def definitions(task: PartTask) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Return how many papers of a part give each (abbreviation, full name), and some of their ids."""
    found = task.extractions()
    ids = [extraction.paper_id for extraction in found]
    sample = ids[:: max(len(ids) // SAMPLED, 1)]
    return Counter(pair for extraction in found for pair in extraction.abbreviations), sample


def write_meanings(plan: Plan, counts: Mapping[tuple[str, str], int]) -> None:
    """Write what abbreviations mean in all papers, for the tasks to read."""
    shorts, fulls = zip(*counts, strict=True) if counts else ((), ())
    table = pa.table(
        {
            "short": pa.array(shorts, pa.string()),
            "full": pa.array(fulls, pa.string()),
            "n": list(counts.values()),
        }
    )
    write_parquet(table, _meanings_file(plan))


def read_names(task: PartTask) -> set[tuple[str, str]]:
    """Write the keys of a part; return (spelling, key) for names that lists or a person say are one."""
    linked = {name for names in one_concept(task.plan.said) for name in names}
    reader = NameReader(_meanings(_meanings_file(task.plan)))
    first: dict[str, str] = {}
    papers: Counter[str] = Counter()
    spelled: set[tuple[str, str]] = set()
    for paper, found, keys in _keys(task, reader):
        for key in keys.values():
            first.setdefault(key, paper.id)
        papers.update(set(keys.values()))
        for mention in found.mentions:
            if (spelling := correction_key(mention.text)) in linked:
                spelled.add((spelling, keys[mention.concept]))
    rows = [
        {"key": key, "words": reader.words[key], "paper": paper, "papers": papers[key], "part": task.number}
        for key, paper in first.items()
    ]
    task.plan.write("keys", f"{task.number:06}", rows)
    return spelled


def count_keys(task: Task) -> dict[str, tuple[str, int]]:
    """Count the keys of a bucket; return the words, run together, and the papers of those in `task.given`."""
    counted = counted_keys(task.plan.read("keys", task.number))
    rows: list[dict[str, Any]] = [
        {"together": "".join(found.words), "key": key, "papers": found.papers}
        for key, found in counted.items()
    ]
    task.plan.write("together", f"{task.number:06}", rows)
    return {row["key"]: (row["together"], row["papers"]) for row in rows if row["key"] in task.given}


def counted_keys(rows: Iterable[Row]) -> dict[str, Counted]:
    """Return what all parts together say of the keys of a bucket."""
    first: dict[str, Row] = {}
    papers: Counter[str] = Counter()
    for row in rows:
        key = row["key"]
        papers[key] += row["papers"]
        if key not in first or row["paper"] < first[key]["paper"]:
            first[key] = row
    return {key: Counted(tuple(row["words"]), papers[key]) for key, row in first.items()}


def united(
    spelled: Iterable[tuple[str, str]], counted: Mapping[str, tuple[str, int]], plan: Plan
) -> dict[str, str]:
    """Return which words, run together, are one with others by lists or a person, under one of them each."""
    keys: dict[str, set[str]] = defaultdict(set)
    for spelling, key in spelled:
        keys[spelling].add(key)
    groups: UnionFind[str] = UnionFind()
    for names in one_concept(plan.said):
        groups.union(*{counted[key][0] for name in names for key in keys.get(name, ())})
    sets = [group for group in groups.to_sets() if len(group) > 1]
    return {together: min(group) for group in sets for together in group}


def join_keys(task: Task) -> list[tuple[str, str, int]]:
    """Join the keys whose words, run together, are alike; return (set, key, papers) for those in `united`."""
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in task.plan.read("together", task.number):
        groups[row["together"]].append((-row["papers"], row["key"]))
    inside = [group for together, group in groups.items() if together not in task.given]
    task.plan.write("joined", f"{task.number:06}", _joined(inside))
    return [
        (task.given[together], key, -papers)
        for together, group in groups.items()
        if together in task.given
        for papers, key in group
    ]


def join_united(plan: Plan, keys: Iterable[tuple[str, str, int]]) -> None:
    """Join the keys that lists or a person say are one."""
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for group, key, papers in keys:
        groups[group].append((-papers, key))
    plan.write("joined", "united", _joined(groups.values()))


def _joined(groups: Iterable[list[tuple[int, str]]]) -> Iterator[Row]:
    for group in groups:
        _, commonest = min(group)
        yield from ({"key": key, "joined": commonest} for _, key in group if key != commonest)


def answer_keys(task: Task) -> None:
    """Tell every part that has a key of this bucket what all papers say of it."""
    rows = task.plan.read("keys", task.number)
    counted = counted_keys(rows)
    joined = {row["key"]: row["joined"] for row in task.plan.read("joined", task.number)}
    answers: list[dict[str, Any]] = [
        {
            "part": row["part"],
            "key": row["key"],
            "words": counted[row["key"]].words,
            "papers": counted[row["key"]].papers,
            "joined": joined.get(row["key"]),
        }
        for row in rows
    ]
    task.plan.write("answers", f"{task.number:06}", answers)


def place_mentions(task: PartTask) -> None:
    """Send every mention of a part to the bucket of its final key."""
    answers = task.plan.read("answers", task.number)
    words = {row["key"]: tuple(row["words"]) for row in answers}
    papers = {row["key"]: row["papers"] for row in answers}
    joined = {row["key"]: row["joined"] for row in answers if row["joined"] is not None}
    said = task.plan.said
    apart = {name for group in said.apart for name in group}
    rows = []
    for paper, found, keys in _keys(task, NameReader(_meanings(_meanings_file(task.plan)))):
        final = final_keys(keys, words, papers, joined)
        introduced = set(found.introduces)
        for mention in found.mentions:
            spelling = correction_key(mention.text)
            if spelling not in said.drop:
                rows.append(
                    {
                        "key": spelling if spelling in apart else final[mention.concept],
                        "paper": paper.id,
                        "start": mention.start,
                        "text": mention.text,
                        "kind": mention.kind,
                        "confidence": mention.confidence,
                        "sentence": mention.sentence,
                        "title_end": len(paper.title),
                        "introduced": mention.text in introduced,
                        "year": paper.year,
                        "date": paper.date,
                    }
                )
    task.plan.write("mentions", f"{task.number:06}", rows)


def _keys(task: PartTask, reader: NameReader) -> Iterator[tuple[Paper, Extraction, Keys]]:
    for paper, found in task.read():
        yield paper, found, reader.keys(found, paper.text)


def _meanings_file(plan: Plan) -> Path:
    return plan.work / "meanings.parquet"


@lru_cache(maxsize=1)
def _meanings(file: Path) -> Meanings:
    table = work_table(file)
    pairs = zip(table["short"].to_pylist(), table["full"].to_pylist(), strict=True)
    return Meanings(dict(zip(pairs, table["n"].to_pylist(), strict=True)))
