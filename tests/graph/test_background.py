"""Work in a second process gives what it gives in the first."""

from functools import partial

import pytest

from litloom import Paper
from litloom.extractors import Extractor
from litloom.graph import weave
from litloom.graph.weave.background import background

ABOUT = {"version": "0", "model": "none", "fingerprint": "", "corrections": ""}


def test_a_graph_is_the_same(papers: tuple[Paper, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(Extractor("fast").extract(papers))
    alone = weave.weave(papers, found, about=ABOUT)
    monkeypatch.setattr(weave, "PAPERS_FOR_TWO_PROCESSES", 1)
    assert weave.weave(papers, found, about=ABOUT) == alone
    assert alone.edges["MENTIONS", "Paper", "Method"].num_rows > 5


@pytest.mark.parametrize("own_process", [True, False])
def test_what_fails_there_fails_here(own_process: bool) -> None:
    with (
        background(partial(int, "no number"), own_process=own_process) as result,
        pytest.raises(ValueError, match="no number"),
    ):
        result()
