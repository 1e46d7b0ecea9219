"""The clauses, procedures and functions of Cypher that a query may use; see `litloom.graph.cypher.gate`.

None of them reaches files, the network, the settings of a server, or another database.
"""

from __future__ import annotations

from typing import Final, Literal

Dialect = Literal["ladybug", "neo4j"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BEGINS: Final[dict[Dialect, frozenset[str]]] = {
    "ladybug": _words("MATCH OPTIONAL UNWIND WITH RETURN CALL"),
    "neo4j": _words("MATCH OPTIONAL UNWIND WITH RETURN CALL SHOW FINISH FILTER LET"),
}
"""Clauses that a query, a part of a UNION or a subquery may begin with."""

WRITES: Final = _words("CREATE INSERT MERGE SET DELETE DETACH NODETACH REMOVE FOREACH")
"""Clauses that change nodes and relationships."""

NEVER_NAMES: Final = WRITES | _words("CALL LOAD")
"""Clauses in the middle of a query; as names of variables they need backticks."""

BEFORE_QUERY: Final = _words("EXPLAIN PROFILE LOGICAL")

CONTINUES: Final = _words(
    """WHERE ORDER SKIP OFFSET LIMIT UNION AS ASC ASCENDING DESC DESCENDING YIELD USING HINT JOIN MULTI_JOIN
    AND OR XOR NOT IN STARTS ENDS CONTAINS IS NORMALIZED TYPED WHEN THEN ELSE END
    SHORTEST WSHORTEST TRAIL ACYCLIC PATH PATHS GROUP GROUPS ELEMENTS RELATIONSHIPS"""
)
"""Words that may follow a complete expression or pattern."""

COMPLETE: Final = _words(
    """ASC ASCENDING DESC DESCENDING END FINISH NORMALIZED
    PATH PATHS GROUP GROUPS ELEMENTS RELATIONSHIPS"""
)
"""Words after which no expression begins."""

OPENS: Final = _words("NOT CASE WHEN DISTINCT BY WITH WHERE")
"""Words that may begin an expression, and after which an expression still begins."""

HINTS: Final = _words("INDEX TEXT RANGE POINT SEEK SCAN JOIN ON")
"""Words after ``USING``."""

SHOWN: Final = _words(
    "INDEX INDEXES CONSTRAINT CONSTRAINTS PROCEDURE PROCEDURES FUNCTION FUNCTIONS DATABASE DATABASES"
)
"""What ``SHOW`` may list, after at most three qualifying words."""

PROCEDURES: Final[dict[Dialect, frozenset[str]]] = {
    "ladybug": _words(
        """show_tables show_functions show_connection show_indexes show_macros show_sequences show_warnings
        table_info db_version catalog_version storage_version stats_info current_setting"""
    ),
    "neo4j": _words(
        """db.labels db.relationshiptypes db.propertykeys db.info db.ping dbms.components
        db.schema.visualization db.schema.nodetypeproperties db.schema.reltypeproperties
        db.index.fulltext.querynodes db.index.fulltext.queryrelationships
        db.index.fulltext.listavailableanalyzers
        db.index.vector.querynodes db.index.vector.queryrelationships"""
    ),
}
"""Procedures that ``CALL`` may call, in lower case."""

FUNCTION_NAMESPACES: Final = _words(
    """date datetime duration localdatetime localtime time point vector
    apoc.agg apoc.any apoc.bitwise apoc.coll apoc.convert apoc.date apoc.diff apoc.map apoc.math apoc.number
    apoc.scoring apoc.temporal apoc.text"""
)
"""Namespaces of functions that compute from their arguments alone, in lower case."""
