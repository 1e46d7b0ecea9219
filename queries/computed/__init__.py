"""Answers that Cypher gives badly: computed from what a query's Cypher returns, behind the same header."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litloom.graph.stores.base import Rows
from litloom.queries.computed import brokers, chains, coupling, marks, reading, spellings, together


@dataclass(frozen=True, slots=True)
class Computation:
    """How rows are made from what the Cypher of a query returns.

    Parameters
    ----------
    answer
        Returns the rows, given what `prepare` made and the query's arguments.
    prepare
        Made of the Cypher's rows, and kept where the Cypher has no parameters: it is where the time goes.
    find
        Where a query has two statements: finds in what was kept the parameters that the second takes, of
        whose rows the answer is made; ``None`` where there is no answer.
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
"""By the name that a header's ``computed`` gives."""
