"""Weaving by partition, third: papers that share concepts, and papers that build on one another.

Papers are cut into blocks of neighbouring ids. The links of a block are found as `litloom.graph.links` finds
them, but against one block after the other: a task holds two blocks, however many there are. Weights are
whole numbers, so that scores do not depend on how the papers are cut.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from litloom.graph.links import (
    BEST,
    BLOCK,
    CANDIDATES_PER_LINK,
    DECIMALS,
    TELLING_PAPERS,
    FloatArray,
    IntArray,
    Matrix,
    compared,
    halvings,
    squared_lengths,
)
from litloom.graph.partitioned import Plan, Task
from litloom.graph.shuffle import work_table
from litloom.graph.tables import Row
from litloom.sealed import write_parquet


@dataclass(frozen=True, slots=True)
class _Block:
    """Papers × concepts: `vectors` has the weight of each concept that a paper mentions.

    Parameters
    ----------
    papers, concepts
        Ids, sorted.
    names
        Of the concepts.
    telling
        The columns of concepts that may bring two papers together.
    squares
        The squared lengths of the whole vectors, those of concepts included that are not among the columns.
    """

    papers: list[str]
    concepts: pa.Array
    names: pa.Array
    telling: IntArray
    vectors: Matrix
    squares: FloatArray

    def in_columns_of(self, other: _Block) -> _Block:
        """Return these papers with the other's columns."""
        places = (
            pc.index_in(self.concepts, value_set=other.concepts).fill_null(-1).to_numpy(zero_copy_only=False)
        )
        entries = self.vectors.tocoo()
        rows, columns = entries.coords
        kept = places[columns] >= 0
        shape = (len(self.papers), len(other.concepts))
        vectors = sp.csr_array((entries.data[kept], (rows[kept], places[columns[kept]])), shape=shape)
        return _Block(self.papers, other.concepts, other.names, other.telling, vectors, self.squares)


def write_block(task: Task) -> tuple[int, int]:
    """Write the papers of a block with their concepts, and return its number and how many they are."""
    rows = task.plan.read("vectors", task.number)
    concepts = {row["concept"]: (row["name"], row["papers"]) for row in rows}
    ids = sorted(concepts)
    column = {concept: place for place, concept in enumerate(ids)}
    columns: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        columns[row["paper"]].append(column[row["concept"]])
    papers = sorted(columns)
    table = pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "name": pa.array([concepts[concept][0] for concept in ids], pa.string()),
            "papers": pa.array([concepts[concept][1] for concept in ids], pa.int64()),
        }
    )
    mentioned = pa.array([sorted(columns[paper]) for paper in papers], pa.list_(pa.int32()))
    (task.plan.work / "blocks").mkdir(exist_ok=True)
    write_parquet(table, _file(task.plan, task.number, "concepts"))
    write_parquet(
        pa.table({"id": pa.array(papers, pa.string()), "concepts": mentioned}),
        _file(task.plan, task.number, "papers"),
    )
    return task.number, len(papers)


def link_block(task: Task) -> None:
    """Find the best links of the papers of a block; `task.given` has the number of papers of every block."""
    plan, sizes = task.plan, task.given
    if not sizes[task.number]:
        plan.write("pairs", f"{task.number:06}", [])
        return
    own = _block(plan, task.number)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    row, other = _candidates(plan, own, starts, task.number)
    scores = np.zeros(len(row))
    ids = np.empty(len(row), dtype=object)
    for number in range(plan.blocks):
        here = np.flatnonzero((other >= starts[number]) & (other < starts[number + 1]))
        if len(here):
            block = _block(plan, number)
            scores[here] = _compared(own, block, row[here], other[here] - starts[number])[1]
            ids[here] = np.array(block.papers, dtype=object)[other[here] - starts[number]]
    best = _first(row, other, scores, BEST)
    pairs = (sorted((own.papers[row[place]], ids[place])) for place in best)
    plan.write(
        "pairs", f"{task.number:06}", [{"source": source, "target": target} for source, target in pairs]
    )


def write_links(task: Task) -> None:
    """Write the links whose lesser paper is in a block, and what its papers build on."""
    plan = task.plan
    by_block: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for pair in plan.read("pairs", task.number):
        by_block[bisect_right(plan.boundaries, pair["target"])].add((pair["source"], pair["target"]))
    own = _block(plan, task.number) if by_block else None
    rows = [
        row
        for number, pairs in by_block.items()
        if own is not None
        for row in _links(own, _block(plan, number), sorted(pairs))
    ]
    plan.write_edges(("SHARES_CONCEPTS", "Paper", "Paper"), task.number, sorted(rows, key=_ends))
    via: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in plan.read("foundations", task.number):
        via[row["from"], row["to"]] += row["via"]
    foundations = [
        {"from": paper, "to": earlier, "via": sorted(names)}
        for (paper, earlier), names in sorted(via.items())
    ]
    plan.write_edges(("BUILDS_ON", "Paper", "Paper"), task.number, foundations)


def _candidates(plan: Plan, own: _Block, starts: IntArray, number: int) -> tuple[IntArray, IntArray]:
    """Return (row, paper) for the likeliest partners of each paper by telling concepts alone."""
    most = CANDIDATES_PER_LINK * BEST
    rows: IntArray = np.zeros(0, np.int64)
    others: IntArray = np.zeros(0, np.int64)
    scores: FloatArray = np.zeros(0)
    telling = sp.csr_array(own.vectors[:, own.telling])
    for block_number in np.flatnonzero(np.diff(starts)).tolist():
        block = _block(plan, block_number).in_columns_of(own)
        transposed = sp.csr_array(block.vectors[:, own.telling].T)
        found = [(rows, others, scores)]
        for start in range(0, len(own.papers), BLOCK):
            overlap = sp.csr_array(telling[start : start + BLOCK] @ transposed).tocoo()
            row, column = (place.astype(np.int64) for place in overlap.coords)
            row, likeness = row + start, overlap.data / np.sqrt(block.squares[column])
            if block_number == number:
                apart = row != column
                row, column, likeness = row[apart], column[apart], likeness[apart]
            kept = _first(row, column, likeness, most)
            found.append((row[kept], column[kept] + starts[block_number], likeness[kept]))
        rows, others, scores = (np.concatenate(columns) for columns in zip(*found, strict=True))
        kept = _first(rows, others, scores, most)
        rows, others, scores = rows[kept], others[kept], scores[kept]
    return rows, others


def _first(row: IntArray, other: IntArray, scores: FloatArray, most: int) -> IntArray:
    """Return where the highest scores of each row are; among equals the lesser partner comes first."""
    order = np.lexsort((other, -scores, row))
    row = row[order]
    places: IntArray = order[np.arange(len(row)) - np.searchsorted(row, row) < most]
    return places


def _compared(own: _Block, block: _Block, row: IntArray, other: IntArray) -> tuple[Matrix, FloatArray]:
    aligned = block.in_columns_of(own)
    stacked = sp.csr_array(sp.vstack([own.vectors, aligned.vectors]))
    squares = np.concatenate([own.squares, aligned.squares])
    return compared(stacked, squares, row, other + len(own.papers))


def _links(own: _Block, block: _Block, pairs: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    rows = {paper: row for row, paper in enumerate(own.papers)}
    others = {paper: row for row, paper in enumerate(block.papers)}
    row = np.array([rows[source] for source, _ in pairs], dtype=np.int64)
    other = np.array([others[target] for _, target in pairs], dtype=np.int64)
    products, scores = _compared(own, block, row, other)
    scores = np.round(scores, DECIMALS)
    for place, (source, target) in enumerate(pairs):
        span = slice(products.indptr[place], products.indptr[place + 1])
        columns, weights = products.indices[span], products.data[span]
        shared = columns[np.lexsort((columns, -weights))]
        names = own.names.take(pa.array(shared, pa.int64())).to_pylist()
        yield {"from": source, "to": target, "score": float(scores[place]), "shared": names}


def _block(plan: Plan, number: int) -> _Block:
    concepts = work_table(_file(plan, number, "concepts"))
    papers = work_table(_file(plan, number, "papers"))
    frequency, mentioned = concepts["papers"].to_numpy(), _whole(papers["concepts"])
    ends = mentioned.offsets.to_numpy()
    columns = mentioned.flatten().to_numpy()
    weight = halvings(frequency, plan.papers)
    shape = (papers.num_rows, concepts.num_rows)
    vectors = sp.csr_array((weight[columns], columns, ends), shape=shape)
    ids, names = (_whole(concepts[column]) for column in ("id", "name"))
    telling = np.flatnonzero(frequency <= TELLING_PAPERS)
    return _Block(papers["id"].to_pylist(), ids, names, telling, vectors, squared_lengths(vectors))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _file(plan: Plan, number: int, what: str) -> Any:
    return plan.work / "blocks" / f"{number:06}-{what}.parquet"


def _ends(row: Row) -> tuple[str, str]:
    return row["from"], row["to"]
