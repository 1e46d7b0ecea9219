"""Every canned query is well described, and answers on a real graph."""

import re

import pytest

from litloom import Graph, QueryError
from litloom.queries.catalogue import catalogue
from litloom.queries.query_file import CannedQuery, parse_query

ARGUMENTS = {
    "paper": "QLoRA",
    "concept": "LoRA",
    "method": "LoRA",
    "task": "question answering",
    "dataset": "GLUE",
    "hardware": "GPU",
    "metric": "accuracy",
    "concepts": ["LoRA"],
    "paper-or-concept": "LoRA",
}
OTHERS = {"other": "BERT: Pre-training", "goal": "GLUE"}
"""Second papers and concepts of queries that take two."""


def needed(query: CannedQuery) -> dict[str, object]:
    """Return arguments for what must be given, which the papers of `tests.conftest.PAPERS` have."""
    return {p.name: OTHERS.get(p.name, ARGUMENTS.get(p.type)) for p in query.parameters if p.default is None}


def test_there_are_at_least_twenty_six() -> None:
    assert len(catalogue()) >= 26


@pytest.mark.parametrize("query", catalogue().values(), ids=catalogue().keys())
def test_the_header_says_all_that_a_person_needs(query: CannedQuery) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", query.name)
    assert "?" in query.question
    for parameter in query.parameters:
        assert parameter.about
        assert parameter.example is not None, "the documentation and the parity test use it"


@pytest.mark.parametrize("query", catalogue().values(), ids=catalogue().keys())
def test_it_runs_and_gives_the_columns_it_promises(query: CannedQuery, graph: Graph) -> None:
    assert graph.query(query.name, **needed(query)).columns == query.columns


def test_headers_that_are_wrong_name_the_file() -> None:
    for header in ("", "// name = ", '// name = "x"', '// name = "x"\n// question = "?"\n// columns = 3'):
        with pytest.raises(QueryError, match=r"mine\.cypher"):
            parse_query(f"{header}\nRETURN 1", "mine.cypher")


def test_two_statements_and_what_is_found_belong_together() -> None:
    header = '// name = "x"\n// question = "?"\n// columns = ["n"]\n// found = ["chosen"]\n'
    computed = '// computed = "chain"\n'
    for text, says in (
        (f"{header}{computed}RETURN $chosen AS n", "two statements"),
        (f"{header}{computed}RETURN $chosen AS n;\nRETURN $chosen AS n", "first statement"),
        (f"{header}RETURN 1 AS n;\nRETURN $chosen AS n", "nothing is computed"),
    ):
        with pytest.raises(QueryError, match=says):
            parse_query(text, "x.cypher")
    query = parse_query(f"{header}{computed}RETURN ';' AS n;\n\nRETURN $chosen AS n", "x.cypher")
    assert (query.first, query.cypher) == ("RETURN ';' AS n", "RETURN $chosen AS n")
