"""SHARES_CONCEPTS: which papers belong together, by the cosine of their vectors over concepts.

A concept found in many papers links little (`litloom.graph.weave.sparse`). Pairs come from a sparse product
over the concepts that are rare enough to tell papers apart, never from comparing all with all; then they are
scored by all concepts. SciPy does this five times as fast as SQL.

Papers and concepts are numbered in the order of their ids. Papers are cut into blocks of neighbouring
numbers; a task holds two of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.sparse import csr_array

from litloom.graph.tables import edge_table
from litloom.graph.weave.edges import CONCEPT_NAMES, PAPER_CONCEPTS
from litloom.graph.weave.plan import Plan, Rows
from litloom.graph.weave.sparse import (
    NO_NUMBERS,
    Block,
    FloatArray,
    IntArray,
    cosines,
    halvings,
    largest,
    nearest,
)
from litloom.graph.weave.task import Task

BEST: Final = 10
"""Links kept per paper."""
CANDIDATES: Final = 4 * BEST
"""Partners per paper that are found by rare concepts and then scored by all."""
CHUNK: Final = 512
"""Papers per sparse product, which bounds the memory."""
PAIRS_AT_ONCE: Final = 50_000
RARE_PAPERS: Final = 500
"""A concept found in more papers than this brings no two papers together by itself."""
DECIMALS: Final = 6
"""Decimals of scores."""

PAIRS: Final = Rows("pairs", "source BIGINT, target BIGINT, block BIGINT", by="block")
"""Numbers of papers of which one is among the best of the other, the lesser first."""
SHARES: Final = ("SHARES_CONCEPTS", "Paper", "Paper")


def number_papers(task: Task) -> None:
    """Give numbers to papers and concepts, and write which paper of each block mentions which concept."""
    plan = task.plan
    with task.open() as tables:
        tables.read(PAPER_CONCEPTS, every=True)
        tables.read(CONCEPT_NAMES, every=True)
        tables.run("""
            CREATE TEMP TABLE numbered AS
            SELECT row_number() OVER (ORDER BY paper) - 1 AS number, paper
            FROM (SELECT DISTINCT paper FROM paper_concepts)
        """)
        tables.run("""
            CREATE TEMP TABLE concept AS
            SELECT row_number() OVER (ORDER BY concept) - 1 AS number, concept, name, papers
            FROM concept_names
        """)
        ((count,),) = tables.rows("SELECT count(*) FROM numbered")
        size = _block_size(plan, count)
        tables.copy("SELECT paper AS id FROM numbered ORDER BY number", _file(plan, "papers"))
        tables.copy("SELECT name, papers FROM concept ORDER BY number", _file(plan, "concepts"))
        tables.run(f"""
            CREATE TEMP TABLE entry AS
            SELECT numbered.number // {size} AS block, (numbered.number % {size})::INT AS paper,
                   concept.number::INT AS concept
            FROM paper_concepts JOIN numbered USING (paper) JOIN concept USING (concept)
        """)
        for block in range(plan.blocks):
            tables.copy(
                f"SELECT paper, concept FROM entry WHERE block = {block} ORDER BY paper, concept",
                _file(plan, f"entries-{block}"),
            )


def link_block(task: Task) -> None:
    """Write the pairs of papers of which one is in this block and has the other among its best."""
    blocks = Blocks(task.plan)
    row, other = _candidates(blocks, task)
    scores = np.zeros(len(row))
    own = blocks.block(task.number)
    for number in range(task.plan.blocks):
        here = np.flatnonzero(other // blocks.size == number)
        for at in _slices(here):
            scores[at] = cosines(own, blocks.block(number), row[at], other[at] % blocks.size)[1]
    kept = largest(row, other, scores, BEST)
    one, two = row[kept] + blocks.size * task.number, other[kept]
    source, target = np.minimum(one, two), np.maximum(one, two)
    with task.open() as tables:
        tables.add("pair", pa.table({"source": source, "target": target, "block": source // blocks.size}))
        tables.write(PAIRS, "SELECT * FROM pair")


def write_links(task: Task) -> None:
    """Write the links whose lesser paper is in a block, in their order."""
    plan = task.plan
    with task.open(PAIRS) as tables:
        pairs = tables.arrow("SELECT DISTINCT source, target FROM pairs ORDER BY source, target")
        source, target = pairs["source"].to_numpy(), pairs["target"].to_numpy()
        if not len(source):
            return
        blocks = Blocks(plan)
        file = plan.tables / "edges" / "-".join(SHARES) / f"{task.number:06}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f".{file.name}")
        with pq.ParquetWriter(unfinished, edge_table(SHARES[0], ()).schema, compression="zstd") as writer:
            for at in _slices(np.arange(len(source))):
                writer.write_table(_links(blocks, task.number, source[at], target[at]))
        unfinished.replace(file)


class Blocks:
    """The blocks of papers of a plan, of which the last two are kept in memory.

    Attributes
    ----------
    ids, names
        Arrow arrays of strings: ids of all papers and names of all concepts, by number.
    size
        Papers of a block; the last one may have fewer.
    weight
        Of shape ``(n_concepts,)``.
    rare
        The numbers of concepts that bring papers together.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._kept: dict[int, Block] = {}
        concepts = pq.read_table(_file(plan, "concepts"))
        self.ids = pq.read_table(_file(plan, "papers"))["id"].combine_chunks()
        self.names = concepts["name"].combine_chunks()
        frequency = concepts["papers"].to_numpy()
        self.size = _block_size(plan, len(self.ids))
        self.weight = halvings(frequency, plan.papers)
        self.rare = np.flatnonzero(frequency <= RARE_PAPERS)

    def block(self, number: int) -> Block:
        """Return a block."""
        if number not in self._kept:
            entries = pq.read_table(_file(self._plan, f"entries-{number}"))
            count = max(0, min(self.size, len(self.ids) - number * self.size))
            for other in list(self._kept)[:-1]:
                del self._kept[other]
            self._kept[number] = Block.of(
                entries["paper"].to_numpy(), entries["concept"].to_numpy(), self.weight, count
            )
        return self._kept[number]


def _candidates(blocks: Blocks, task: Task) -> tuple[IntArray, IntArray]:
    """Return pairs of a position in the block and the number of a likely partner, by rare concepts alone."""
    rare = csr_array(blocks.block(task.number).vectors[:, blocks.rare])
    found: list[tuple[IntArray, IntArray, FloatArray]] = [(NO_NUMBERS, NO_NUMBERS, np.zeros(0))]
    for number in range(task.plan.blocks):
        block = blocks.block(number)
        transposed = csr_array(block.vectors[:, blocks.rare].T)
        for start in range(0, rare.shape[0], CHUNK):
            rows = np.arange(start, min(start + CHUNK, rare.shape[0]))
            products = csr_array(rare[rows] @ transposed)
            same_block = number == task.number
            row, other, overlap = nearest(products, block.squares, rows, CANDIDATES, same_block=same_block)
            found.append((row, other + blocks.size * number, overlap))
        row, other, overlap = (np.concatenate(columns) for columns in zip(*found, strict=True))
        if number:
            kept = largest(row, other, overlap, CANDIDATES)
            row, other, overlap = row[kept], other[kept], overlap[kept]
        found = [(row, other, overlap)]
    return found[0][:2]


def _links(blocks: Blocks, number: int, source: IntArray, target: IntArray) -> pa.Table:
    """Return links of a block as edges; what papers share, the rarest first."""
    tables = []
    # Targets are in any block: those of one block at a time.
    of_target = target // blocks.size
    for block in np.unique(of_target).tolist():
        at = np.flatnonzero(of_target == block)
        products, scores = cosines(
            blocks.block(number), blocks.block(block), source[at] % blocks.size, target[at] % blocks.size
        )
        link = np.repeat(np.arange(len(at)), np.diff(products.indptr))
        shared = products.indices[np.lexsort((products.indices, -blocks.weight[products.indices], link))]
        columns = {
            "from": blocks.ids.take(pa.array(source[at])),
            "to": blocks.ids.take(pa.array(target[at])),
            "score": pa.array(np.round(scores, DECIMALS)),
            "shared": pa.ListArray.from_arrays(
                pa.array(products.indptr, pa.int32()), blocks.names.take(pa.array(shared))
            ),
        }
        tables.append(pa.table(columns, schema=edge_table(SHARES[0], ()).schema))
    return pa.concat_tables(tables)


def _block_size(plan: Plan, papers: int) -> int:
    return -(-max(papers, 1) // plan.blocks)


def _slices(positions: IntArray) -> Iterator[IntArray]:
    return (positions[start : start + PAIRS_AT_ONCE] for start in range(0, len(positions), PAIRS_AT_ONCE))


def _file(plan: Plan, name: str) -> Path:
    return plan.work / "links" / f"{name}.parquet"
