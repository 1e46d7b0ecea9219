"""Edges between papers that come from references and from who introduced what."""

from litloom import Paper
from litloom.graph.citations import citations, foundations

OLD = Paper(id="old", title="An Old Idea", doi="10.1/OLD", arxiv_id="1201.00001", year=2012)


def test_a_reference_may_be_an_id_a_doi_an_arxiv_id_or_a_title() -> None:
    ways = ("old", "doi:10.1/old", "10.1/OLD", "arxiv:1201.00001", "1201.00001", "an old idea.")
    citing = [Paper(id=f"new{i}", title=f"New {i}", references=(way,)) for i, way in enumerate(ways)]
    assert list(citations([OLD, *citing])) == [(paper.id, "old") for paper in citing]


def test_unknown_works_and_the_paper_itself_are_not_cited() -> None:
    narcissus = Paper(id="self", title="Self", references=("self", "Something Else", "", "doi:10.9/none"))
    assert list(citations([narcissus])) == []


def test_a_paper_builds_on_the_only_earlier_introducer() -> None:
    papers = [OLD, Paper(id="new", title="New", year=2020), Paper(id="undated", title="Undated")]
    mentions = {"old": ["a"], "new": ["a", "b"], "undated": ["a"]}
    assert list(foundations(papers, mentions, {"old": ["a"]})) == [("new", "old", ("a",))]
    assert list(foundations(papers, mentions, {"old": ["a"], "new": ["a"]})) == []
    assert list(foundations(papers, mentions, {"new": ["a"]})) == []
