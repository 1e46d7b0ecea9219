"""Every canned query is well described, and answers on a real graph."""

import re

import pytest

from litloom import Graph, QueryError
from litloom.queries.catalogue import CannedQuery, catalogue, parse_query

ARGUMENTS = {
    "paper": "QLoRA",
    "concept": "LoRA",
    "method": "LoRA",
    "task": "question answering",
    "dataset": "GLUE",
    "hardware": "GPU",
    "metric": "accuracy",
}


def test_there_are_at_least_eight() -> None:
    assert len(catalogue()) >= 8


@pytest.mark.parametrize("query", catalogue().values(), ids=catalogue().keys())
def test_the_header_says_all_that_a_person_needs(query: CannedQuery) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", query.name)
    assert "?" in query.question
    for parameter in query.parameters:
        assert f"${parameter.name}" in query.cypher
        assert parameter.about
        assert parameter.default is not None or parameter.example is not None
    assert set(re.findall(r"\$(\w+)", query.cypher)) == {parameter.name for parameter in query.parameters}


@pytest.mark.parametrize("query", catalogue().values(), ids=catalogue().keys())
def test_it_runs_and_gives_the_columns_it_promises(query: CannedQuery, graph: Graph) -> None:
    given = {p.name: ARGUMENTS[p.type] for p in query.parameters if p.default is None}
    assert graph.query(query.name, **given).columns == query.columns


def test_headers_that_are_wrong_name_the_file() -> None:
    for header in ("", "// name = ", '// name = "x"', '// name = "x"\n// question = "?"\n// columns = 3'):
        with pytest.raises(QueryError, match=r"mine\.cypher"):
            parse_query(f"{header}\nRETURN 1", "mine.cypher")
