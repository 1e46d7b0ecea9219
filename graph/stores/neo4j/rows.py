"""Rows of Arrow tables in the order and the batches in which Neo4j gets them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

Item = TypeVar("Item")

BATCH_ROWS: Final = 1000


def tuples(table: pa.Table, *keys: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table in the order of its keys, with few in memory at once."""
    for batch in in_order(table, *keys).to_batches(max_chunksize=BATCH_ROWS):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def in_order(table: pa.Table, *keys: str) -> pa.Table:
    """Return a table in the order of its keys; a table in that order is not copied.

    Examples
    --------
    >>> in_order(pa.table({"from": ["b", "a", "b"], "to": ["x", "y", "w"]}), "from", "to").to_pylist()
    [{'from': 'a', 'to': 'y'}, {'from': 'b', 'to': 'w'}, {'from': 'b', 'to': 'x'}]
    """
    later, equal = False, True
    for key in keys:
        above, below = table[key][:-1], table[key][1:]
        later = pc.or_(later, pc.and_(equal, pc.greater(above, below)))
        equal = pc.and_(equal, pc.equal(above, below))
    return table.sort_by([(key, "ascending") for key in keys]) if pc.any(later).as_py() else table


def by_source(edges: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Return edges as ``[source, [(target, *properties), …]]``, so that each source is looked up once.

    Examples
    --------
    >>> by_source([("a", "x", 1), ("a", "y", 2), ("b", "x", 3)])
    [['a', [('x', 1), ('y', 2)]], ['b', [('x', 3)]]]
    """
    grouped = groupby(edges, key=itemgetter(0))
    return [[source, [row[1:] for row in rows]] for source, rows in grouped]


def chunks(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `size`."""
    while chunk := list(islice(items, size)):
        yield chunk


def targets(ids: Iterable[str], pairs: Iterable[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """Yield each id with its targets in the pairs; ids and pairs have the same order.

    Examples
    --------
    >>> list(targets(["a", "b", "c"], [("a", "x"), ("a", "y"), ("c", "x")]))
    [['a', ['x', 'y']], ['b', []], ['c', ['x']]]
    """
    groups = groupby(pairs, key=itemgetter(0))
    source, group = next(groups, (None, ()))
    for node in ids:
        yield [node, [pair[1] for pair in group] if node == source else []]
        if node == source:
            source, group = next(groups, (None, ()))
