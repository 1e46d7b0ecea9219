"""Work in a second process gives what it gives in the first."""

from functools import partial

import pytest

from litloom import Paper
from litloom.graph import weave
from litloom.graph.beside import beside
from litloom.graph.weave import paper_tables

ABOUT = {"version": "0", "model": "none", "fingerprint": "", "corrections": ""}


def test_the_tables_of_papers_are_the_same(papers: tuple[Paper, ...]) -> None:
    with beside(partial(paper_tables, papers), own_process=True) as result:
        assert result() == paper_tables(papers)


def test_a_graph_is_the_same(papers: tuple[Paper, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    alone = weave.weave(papers, [], about=ABOUT)
    monkeypatch.setattr(weave, "PAPERS_FOR_TWO_PROCESSES", 1)
    assert weave.weave(papers, [], about=ABOUT) == alone


@pytest.mark.parametrize("own_process", [True, False])
def test_what_fails_there_fails_here(own_process: bool) -> None:
    with (
        beside(partial(int, "no number"), own_process=own_process) as result,
        pytest.raises(ValueError, match="no number"),
    ):
        result()
