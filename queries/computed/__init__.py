"""Functions that compute the rows of a query from the result of its Cypher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litloom.graph.stores.base import Rows
from litloom.queries.computed import brokers, chains, coupling, marks, reading, spellings, together


@dataclass(frozen=True, slots=True)
class Computation:
    """How to compute the rows of a query.

    Parameters
    ----------
    answer
        Returns the rows, given the result of `prepare` and the arguments of the query.
    prepare
        Called with the rows of the Cypher. Its result is cached if the Cypher has no parameters.
    find
        For queries of two statements: returns the parameters of the second one, given the result of `prepare`
        for the first; ``None`` if there is no answer.
    """

    answer: Callable[[Any, Mapping[str, Any]], Rows]
    prepare: Callable[[Rows], Any] = lambda rows: rows
    find: Callable[[Any, Mapping[str, Any]], Mapping[str, Any] | None] = lambda kept, arguments: None


COMPUTATIONS: Final[Mapping[str, Computation]] = {
    "brokers": Computation(brokers.hubs_and_bridges, brokers.paper_network),
    "chain": Computation(chains.steps, chains.chain_network, chains.shortest_chain),
    "chain-of-paths": Computation(chains.first_path),
    "coupling": Computation(coupling.coupled, coupling.citation_network),
    "first-mentions": Computation(reading.first_mentions),
    "gaps": Computation(together.gaps, together.cooccurrence),
    "marks": Computation(marks.marking_concepts),
    "rare-pairs": Computation(together.rare_pairs, together.titled_cooccurrence),
    "reading-list": Computation(reading.reading_list),
    "spellings": Computation(spellings.spellings),
}
"""By the name in the header field ``computed``."""
