"""Papers are linked by the concepts that tell them apart from the rest."""

import math
import tempfile
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from litloom.graph.weave import links as linking
from litloom.graph.weave.database import disconnect
from litloom.graph.weave.plan import Plan
from litloom.graph.weave.task import Task
from tests.campaign.scale import examples

CORPORA = st.dictionaries(
    st.text("pqr", min_size=1, max_size=3), st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=14
)


class Link(NamedTuple):
    source: str
    target: str
    score: float
    shared: tuple[str, ...]


def links_of(
    corpus: Mapping[str, Sequence[str]],
    *,
    best: int = 10,
    blocks: int = 1,
) -> dict[tuple[str, str], Link]:
    """Return the links between papers by their ends, found in so many blocks."""
    pairs = [(paper, concept) for paper, concepts in corpus.items() for concept in set(concepts)]
    entries = {"paper": [paper for paper, _ in pairs], "concept": [concept for _, concept in pairs]}
    names = sorted(set(entries["concept"]))
    named = {"concept": names, "name": names, "papers": [entries["concept"].count(name) for name in names]}
    limits = {"BEST": best, "CANDIDATES": 4 * best}
    with tempfile.TemporaryDirectory() as folder, patch.multiple(linking, **limits):
        plan = Plan(Path(folder, "work"), Path(folder, "tables"), (), blocks=blocks, papers=len(corpus))
        write(plan.work / "paper_concepts" / "0" / "0.parquet", entries)
        write(plan.work / "concept_names" / "0" / "0.parquet", named)
        linking.number_papers(Task(plan))
        for stage in (linking.link_block, linking.write_links):
            for block in range(blocks):
                stage(Task(plan, block))
        disconnect()
        found = [
            Link(row["from"], row["to"], row["score"], tuple(row["shared"]))
            for file in (plan.tables / "edges").glob("*/*.parquet")
            for row in pq.read_table(file).to_pylist()
        ]
    assert len({link[:2] for link in found}) == len(found)
    return {(link.source, link.target): link for link in found}


def write(file: Path, columns: Mapping[str, Sequence[object]]) -> None:
    file.parent.mkdir(parents=True)
    types = {"papers": pa.int64()}
    pq.write_table(
        pa.table({name: pa.array(column, types.get(name, pa.string())) for name, column in columns.items()}),
        file,
    )


def cosine(one: set[str], other: set[str], idf: dict[str, float]) -> float:
    overlap = sum(idf[c] ** 2 for c in one & other)
    lengths = [math.sqrt(sum(idf[c] ** 2 for c in paper)) for paper in (one, other)]
    return overlap / math.prod(lengths) if overlap else 0.0


@examples(5)
@given(CORPORA, st.integers(1, 4), st.integers(1, 3))
def test_links_are_the_best_pairs_by_plain_cosine_in_any_number_of_blocks(
    corpus: dict[str, list[str]], best: int, blocks: int
) -> None:
    sets = {paper: set(concepts) for paper, concepts in corpus.items()}
    idf = {
        c: math.ceil(math.log2(1 + len(sets))) - math.floor(math.log2(sum(c in s for s in sets.values())))
        for c in "abcdefgh"
        if any(c in s for s in sets.values())
    }
    scores = {
        pair: s
        for pair in combinations(sorted(sets), 2)
        if (s := cosine(sets[pair[0]], sets[pair[1]], idf)) > 0
    }
    expected = set()
    for paper in sets:
        own = sorted((-round(s, 9), pair) for pair, s in scores.items() if paper in pair)
        cut = own[best - 1][0] if len(own) >= best else 0.0
        expected |= {pair for score, pair in own if score < cut}
    links = links_of(corpus, best=best, blocks=blocks)
    assert expected <= links.keys() <= scores.keys()
    for pair, link in links.items():
        assert math.isclose(link.score, scores[pair], abs_tol=1e-5)
        assert set(link.shared) == sets[pair[0]] & sets[pair[1]]


def test_a_concept_of_many_papers_links_little() -> None:
    corpus = {f"p{i}": ["common", f"own{i}"] for i in range(20)}
    corpus |= {"x": ["common", "rare"], "y": ["common", "rare"]}
    links = links_of(corpus)
    assert links["x", "y"].score > 10 * links["p0", "p1"].score
    assert links["x", "y"].shared == ("rare", "common")
