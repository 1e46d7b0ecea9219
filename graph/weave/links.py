"""Which papers belong together: an IDF-weighted overlap of their concepts.

Each paper is a vector with the inverse document frequency (Spärck Jones 1972) of every concept that it
mentions; two papers score the cosine of their vectors, so a concept found in many papers links little. Pairs
come from a sparse product over the concepts that are rare enough to tell papers apart, never from comparing
all with all. SciPy does this five times as fast as SQL.

The frequency is counted in whole halvings: a concept weighs as often as the papers must be halved until only
those with the concept are left. So products of vectors are whole numbers and scores the same to the last bit,
in whatever order they are added up; and a few papers more leave nearly all weights, and so nearly all scores,
as they were.

Papers and concepts are numbered in the order of their ids. Papers are cut into blocks of neighbouring
numbers; a task holds two of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.sparse as sp

from litloom.graph.tables import edge_table
from litloom.graph.weave.edges import ENTRIES, NAMED
from litloom.graph.weave.stage import Plan, Rows, Task

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.signedinteger[Any]]
Matrix = sp.csr_array[np.float64]

BEST: Final = 10
"""Links kept per paper."""
CANDIDATES: Final = 4 * BEST
"""Partners found by telling concepts alone that are then scored by all concepts, per paper."""
CHUNK: Final = 512
"""Papers per sparse product, which bounds the memory."""
PAIRS_AT_ONCE: Final = 50_000
TELLING_PAPERS: Final = 500
"""A concept found in more papers than this brings no two papers together by itself."""
DECIMALS: Final = 6
"""To which scores are rounded."""

PAIRS: Final = Rows("pairs", {"source": "BIGINT", "target": "BIGINT", "block": "BIGINT"}, by="block")
"""Numbers of papers of which one is among the best of the other, the lesser first."""
SHARES: Final = ("SHARES_CONCEPTS", "Paper", "Paper")


def number_papers(task: Task) -> None:
    """Give numbers to papers and concepts, and write which paper of each block mentions which concept."""
    plan = task.plan
    with task.open() as tables:
        tables.read(ENTRIES, every=True)
        tables.read(NAMED, every=True)
        tables.run("""
            CREATE TEMP TABLE numbered AS
            SELECT row_number() OVER (ORDER BY paper) - 1 AS number, paper
            FROM (SELECT DISTINCT paper FROM entries)
        """)
        tables.run("""
            CREATE TEMP TABLE concept AS
            SELECT row_number() OVER (ORDER BY concept) - 1 AS number, concept, name, papers FROM named
        """)
        ((count,),) = tables.rows("SELECT count(*) FROM numbered")
        size = -(-max(count, 1) // plan.blocks)
        tables.copy("SELECT paper AS id FROM numbered ORDER BY number", _file(plan, "papers"))
        tables.copy("SELECT name, papers FROM concept ORDER BY number", _file(plan, "concepts"))
        tables.run(f"""
            CREATE TEMP TABLE entry AS
            SELECT numbered.number // {size} AS block, (numbered.number % {size})::INT AS paper,
                   concept.number::INT AS concept
            FROM entries JOIN numbered USING (paper) JOIN concept USING (concept)
        """)
        for block in range(plan.blocks):
            tables.copy(
                f"SELECT paper, concept FROM entry WHERE block = {block} ORDER BY paper, concept",
                _file(plan, f"entries-{block}"),
            )


def link_block(task: Task) -> None:
    """Write the pairs of papers of which one is in this block and has the other among its best."""
    plan = task.plan
    blocks = Blocks(plan)
    row, other = _candidates(blocks, task)
    scores = np.zeros(len(row))
    own = blocks.block(task.number)
    for number in range(plan.blocks):
        here = np.flatnonzero(other // blocks.size == number)
        for at in _slices(here):
            scores[at] = compared(own, blocks.block(number), row[at], other[at] % blocks.size)[1]
    kept = first_few(row, other, scores, BEST)
    one, two = row[kept] + blocks.size * task.number, other[kept]
    source, target = np.minimum(one, two), np.maximum(one, two)
    with task.open() as tables:
        tables.add("found", pa.table({"source": source, "target": target, "block": source // blocks.size}))
        tables.write(PAIRS, "SELECT * FROM found")


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


@dataclass(frozen=True, slots=True)
class Block:
    """Vectors of neighbouring papers.

    Parameters
    ----------
    vectors
        Of shape (papers of the block, all concepts): the weight of each concept that a paper mentions.
    squares
        Of shape (papers of the block,): the squared length of each vector; 1 where there is none.
    """

    vectors: Matrix
    squares: FloatArray


class Blocks:
    """The blocks of papers of a plan, of which the last two that were asked for are held.

    Parameters
    ----------
    plan
        The plan.

    Attributes
    ----------
    size
        Papers of a block; the last one may have fewer.
    weight
        Of shape (all concepts,).
    telling
        The numbers of concepts that bring papers together.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._held: dict[int, Block] = {}
        concepts = pq.read_table(_file(plan, "concepts"))
        self.ids = pq.read_table(_file(plan, "papers"))["id"].combine_chunks()
        self.names = concepts["name"].combine_chunks()
        frequency = concepts["papers"].to_numpy()
        self.size = -(-max(len(self.ids), 1) // plan.blocks)
        self.weight = halvings(frequency, plan.papers)
        self.telling = np.flatnonzero(frequency <= TELLING_PAPERS)

    def block(self, number: int) -> Block:
        """Return a block."""
        if number not in self._held:
            if len(self._held) > 1:
                del self._held[next(iter(self._held))]
            self._held[number] = self._read(number)
        return self._held[number]

    def _read(self, number: int) -> Block:
        entries = pq.read_table(_file(self._plan, f"entries-{number}"))
        columns = entries["concept"].to_numpy()
        count = max(0, min(self.size, len(self.ids) - number * self.size))
        lengths = np.bincount(entries["paper"].to_numpy(), minlength=count)
        ends = np.concatenate([[0], np.cumsum(lengths)])
        vectors = sp.csr_array((self.weight[columns], columns, ends), shape=(count, len(self.weight)))
        squares = np.asarray(vectors.multiply(vectors).sum(axis=1), dtype=np.float64)
        return Block(vectors, np.maximum(squares, 1))


def halvings(frequency: IntArray, papers: int) -> FloatArray:
    """Return how often so many papers can be halved until as many are left as have each concept.

    Parameters
    ----------
    frequency
        In how many papers each concept is, at least 1.
    papers
        How many papers there are.

    Examples
    --------
    >>> halvings(np.array([1, 2, 3, 4, 1000]), 1000)
    array([10.,  9.,  9.,  8.,  1.])
    """
    weight: FloatArray = np.ceil(np.log2(1 + papers)) - np.floor(np.log2(frequency))
    return weight


def _candidates(blocks: Blocks, task: Task) -> tuple[IntArray, IntArray]:
    """Return the likeliest partners of each paper of a block, by telling concepts alone.

    Returns
    -------
    row, other
        Of equal shape: positions in the block, and the numbers of their partners.
    """
    own = blocks.block(task.number)
    telling = sp.csr_array(own.vectors[:, blocks.telling])
    count = telling.shape[0]
    found: list[tuple[IntArray, IntArray, FloatArray]] = [(_NONE, _NONE, np.zeros(0))]
    for number in range(task.plan.blocks):
        block = blocks.block(number)
        transposed = sp.csr_array(block.vectors[:, blocks.telling].T)
        for start in range(0, count, CHUNK):
            rows = np.arange(start, min(start + CHUNK, count))
            products = sp.csr_array(telling[rows] @ transposed)
            row, other, overlap = likeliest(products, block.squares, rows, itself=number == task.number)
            found.append((row, other + blocks.size * number, overlap))
        row, other, overlap = (np.concatenate(columns) for columns in zip(*found, strict=True))
        if number:
            kept = first_few(row, other, overlap, CANDIDATES)
            row, other, overlap = row[kept], other[kept], overlap[kept]
        found = [(row, other, overlap)]
    return found[0][:2]


def likeliest(
    products: Matrix, squares: FloatArray, rows: IntArray, *, itself: bool
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return (paper, partner, overlap) for the likeliest partners of papers by telling concepts alone.

    Parameters
    ----------
    products
        Of shape (papers, partners): of their telling concepts.
    squares
        Of shape (partners,): the squared lengths of their whole vectors.
    rows
        Of shape (papers,): their positions.
    itself
        Whether partners are the papers of the same block, so that each paper is one of them.
    """
    overlap = products.data / np.sqrt(squares[products.indices])
    chosen = [_NONE]
    lengths = []
    for row, (begin, end) in zip(rows.tolist(), pairwise(products.indptr.tolist()), strict=True):
        others, scores = products.indices[begin:end], overlap[begin:end]
        own = row if itself else -1
        if len(others) > CANDIDATES + 1:
            scores[others == own] = 0
            least = np.partition(scores, -CANDIDATES)[-CANDIDATES]
            above, level = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
            level = level[np.argsort(others[level])]
            kept = np.concatenate([above, level[: CANDIDATES - len(above)]])
        else:
            kept = np.flatnonzero(others != own)
        chosen.append(begin + kept)
        lengths.append(len(kept))
    at = np.concatenate(chosen)
    return np.repeat(rows, lengths), products.indices[at].astype(np.int64), overlap[at]


def first_few(row: IntArray, other: IntArray, scores: FloatArray, few: int) -> npt.NDArray[np.bool_]:
    """Return which pairs are among the few of their row that score the most, and then by number."""
    order = np.lexsort((other, -scores, row))
    ranked = row[order]
    kept = np.zeros(len(row), dtype=bool)
    kept[order] = np.arange(len(row)) - np.searchsorted(ranked, ranked) < few
    return kept


def compared(own: Block, block: Block, row: IntArray, other: IntArray) -> tuple[Matrix, FloatArray]:
    """Return the products of what each pair of papers shares, and its cosine.

    Parameters
    ----------
    own, block
        The blocks of the one and of the other papers.
    row, other
        Of shape (pairs,): positions in these blocks.

    Returns
    -------
    products, scores
        Of shape (pairs, concepts) and (pairs,).
    """
    products = sp.csr_array(own.vectors[row].multiply(block.vectors[other]))
    dots = np.asarray(products.sum(axis=1), dtype=np.float64)
    return products, dots / np.sqrt(own.squares[row] * block.squares[other])


def _links(blocks: Blocks, number: int, source: IntArray, target: IntArray) -> pa.Table:
    """Return links of a block as edges; what papers share, the most telling first."""
    tables = []
    # Targets are in any block: those of one block at a time.
    of_target = target // blocks.size
    for block in np.unique(of_target).tolist():
        at = np.flatnonzero(of_target == block)
        products, scores = compared(
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


def _slices(positions: IntArray) -> Iterator[IntArray]:
    return (positions[start : start + PAIRS_AT_ONCE] for start in range(0, len(positions), PAIRS_AT_ONCE))


def _file(plan: Plan, name: str) -> Path:
    return plan.work / "links" / f"{name}.parquet"


_NONE: Final[IntArray] = np.zeros(0, dtype=np.int64)
