"""Edges between papers that come from references and from who introduced what; authors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litloom import Paper, build
from litloom.records import Extraction, Mention
from tests.campaign.scale import examples
from tests.graph import woven
from tests.test_pipeline import whole

pytestmark = pytest.mark.slow

OLD = Paper(
    id="old",
    title="An Old Idea of Looms for Weaving Yarn",
    doi="10.1/OLD",
    arxiv_id="1201.00001",
    year=2012,
    ids=("openalex:W1", "s2:abc", "acl:P12-1001", "pubmed:7", "older"),
)
WAYS = (
    *(
        "old",
        "doi:10.1/old",
        "10.1/OLD",
        "https://doi.org/10.1/old",
        "arxiv:1201.00001",
        "arXiv:1201.00001v3",
    ),
    *("openalex:W1", "https://openalex.org/w1", "s2:abc", "acl:P12-1001", "pubmed:7", "older"),
    *("an old idea of looms for weaving yarn.", "An Old Idea of Looms for Weavng Yarn"),
)


@dataclass(frozen=True)
class Citations:
    """(citing id, cited id), and the titles of the works that are only cited, by id."""

    pairs: tuple[tuple[str, str], ...]
    stubs: dict[str, str | None]


def citations(papers: Sequence[Paper]) -> Citations:
    graph = woven.graph_of(papers)
    stubs = {key: row["title"] for key, row in graph["Paper"].items() if not row["known"]}
    return Citations(tuple(woven.edges(graph, "CITES")), stubs)


def test_a_reference_may_be_any_id_of_a_paper_or_its_title() -> None:
    citing = {f"new{number}": way for number, way in enumerate(WAYS)}
    papers = [Paper(id=key, title=f"New {key}", references=(way,)) for key, way in citing.items()]
    found = citations([OLD, *papers])
    assert {citing[source] for source, cited in found.pairs if cited == "old"} == set(WAYS)
    assert (len(found.pairs), found.stubs) == (len(WAYS), {})


def test_a_paper_does_not_cite_itself_and_nothing_is_no_work() -> None:
    found = citations([Paper(id="self", title="Self", references=("self", "", "  "))])
    assert (found.pairs, found.stubs) == ((), {})


def test_works_that_are_not_at_hand_are_stubs_that_papers_cite_together() -> None:
    one = Paper(id="one", title="One", references=("doi:10.9/X", "On Missing Looms", "p77"))
    two = Paper(id="two", title="Two", references=("https://doi.org/10.9/x", "on missing LOOMS."))
    found = citations([one, two])
    by_one, by_two = ({cited for citing, cited in found.pairs if citing == paper} for paper in ("one", "two"))
    assert by_two < by_one
    assert by_one - by_two == {"p77"}
    titles = found.stubs
    assert titles.keys() == by_one
    assert titles.pop("doi:10.9/x") is titles.pop("p77") is None
    assert [str(title).lower().rstrip(".") for title in titles.values()] == ["on missing looms"]


def test_a_title_of_several_papers_cites_none_of_them() -> None:
    papers = [Paper(id=f"p{n}", title="Editorial", doi=f"10.1/{n}") for n in range(2)]
    found = citations([*papers, Paper(id="new", title="New", references=("Editorial",))])
    ((_, cited),) = found.pairs
    assert cited not in {"p0", "p1"}


def test_a_stub_fills_up_when_its_paper_comes(tmp_path: Path) -> None:
    citing = [
        Paper(id="a", title="Weaving", abstract="We weave.", year=2020, references=("doi:10.9/x",)),
        Paper(
            id="b", title="Spinning", abstract="We spin.", year=2020, references=("On Missing Looms", "s2:5")
        ),
    ]
    missing = Paper(title="On Missing Looms", doi="10.9/X", abstract="Looms.", year=2010)
    store = tmp_path / "g.lbug"
    with build(citing, store, model="fast") as graph:
        stubs = graph.cypher("MATCH (p:Paper) WHERE NOT p.known RETURN p.id AS id, p.title AS title")
        assert {row["title"] for row in stubs} == {None, "On Missing Looms"}
        counts = dict(graph.stats().values)
        assert (counts["papers"], counts["cited works that are not among the papers"]) == (2, 3)
        assert (counts["papers with references"], counts["references"]) == (2, 3)
        assert counts["references to papers"] == 0
    with build([missing], store, model="fast") as graph:
        rows = graph.cypher("MATCH (a:Paper)-[:CITES]->(b:Paper) WHERE b.known RETURN a.id AS a, b.id AS b")
        assert {(row["a"], row["b"]) for row in rows} == {("a", "doi:10.9/x"), ("b", "doi:10.9/x")}
        counts = dict(graph.stats().values)
        assert (counts["papers"], counts["cited works that are not among the papers"]) == (3, 1)
        assert counts["references to papers"] == 2
        grown = whole(graph)
    assert grown == whole(build([*citing, missing], model="fast"))


def test_a_citation_says_where_it_is_from() -> None:
    old = Paper(id="old", title="Old", year=2010, authors=("Ada Poe", "Bo Fox"), abstract="Looms.")
    older = Paper(id="older", title="Older", year=2005, authors=("Ada Poe", "Bo Fox"), abstract="Yarn.")
    new = Paper(
        id="new",
        title="New",
        year=2020,
        abstract="We follow [Poe and Fox, 2010] and [Poe and Fox, 2005].",
        references=("old",),
    )
    with build([old, older, new], model="fast") as graph:
        rows = graph.cypher("MATCH (:Paper)-[c:CITES]->(b:Paper) RETURN b.id AS id, c.source AS source")
        assert {(row["id"], row["source"]) for row in rows} == {("old", "metadata"), ("older", "text")}
        counts = dict(graph.stats().values)
        assert (counts["citations from metadata"], counts["citations from text"]) == (1, 1)


def built_on(
    papers: Sequence[Paper],
    mentions: Mapping[str, Sequence[str]],
    introduces: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
) -> list[tuple[str, str, list[str]]]:
    """Return (paper, earlier paper, names) of papers that mention and introduce what has these names."""
    extractions = [
        Extraction(
            paper_id=paper.id,
            mentions=tuple(
                Mention(at, at + 1, names[key], "Method", 0.9, names[key], "")
                for at, key in enumerate(mentions.get(paper.id, ()))
            ),
            introduces=tuple(names[key] for key in introduces.get(paper.id, ())),
        )
        for paper in papers
    ]
    edges = woven.edges(woven.graph_of(papers, extractions), "BUILDS_ON")
    return [(*ends, row["via"]) for ends, row in edges.items()]


def test_a_paper_builds_on_the_only_earlier_introducer() -> None:
    papers = [OLD, Paper(id="new", title="New", year=2020), Paper(id="undated", title="Undated")]
    mentions = {"old": ["a"], "new": ["a", "b"], "undated": ["a"]}
    names = {"a": "LoomNet", "b": "YarnNet"}
    assert built_on(papers, mentions, {"old": ["a"]}, names) == [("new", "old", ["LoomNet"])]
    assert built_on(papers, mentions, {"old": ["a"], "new": ["a"]}, names) == []
    assert built_on(papers, mentions, {"new": ["a"]}, names) == []


def test_nothing_builds_on_a_common_word_or_on_what_was_there_before() -> None:
    papers = [Paper(id="first", title="First", year=2001), OLD, Paper(id="new", title="New", year=2020)]
    mentions = {"first": ["b"], "old": ["a", "b"], "new": ["a", "b"]}
    introduces = {"old": ["a", "b"]}
    names = {"a": "weaving", "b": "LoomNet"}
    assert built_on(papers, mentions, introduces, names) == []
    assert built_on(papers, mentions | {"first": []}, introduces, names) == [("new", "old", ["LoomNet"])]


def test_of_one_year_the_date_tells_which_paper_is_earlier() -> None:
    may, june = (Paper(id=f"m{n}", title=str(n), date=f"2020-0{n}-01") for n in (5, 6))
    mentions, names = {"m5": ["a"], "m6": ["a"]}, {"a": "LoomNet"}
    assert built_on([may, june], mentions, {"m5": ["a"]}, names) == [("m6", "m5", ["LoomNet"])]
    assert built_on([may, june], mentions, {"m6": ["a"]}, names) == []


def authors(*papers: Paper) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (author, paper), row in woven.edges(woven.graph_of(papers), "WROTE").items():
        found.setdefault(author, {})[paper] = row["position"]
    return found


def test_a_full_name_is_one_author_within_its_source() -> None:
    papers = [
        Paper(id="1", title="1", authors=("Ada Poe", "Bo Li"), sources=("a.bib",)),
        Paper(id="2", title="2", authors=("Li, Bo", "POE, ADA"), sources=("a.bib",)),
        Paper(id="3", title="3", authors=("Ada Poe",), sources=("b.bib",)),
        Paper(id="4", title="4", authors=("Anna Poe", "A. Poe", "Anonymous"), sources=("a.bib",)),
    ]
    assert authors(*papers) == {
        "author:a.bib:ada poe": {"1": 1, "2": 2},
        "author:a.bib:bo li": {"1": 2, "2": 1},
        "author:b.bib:ada poe": {"3": 1},
        "author:a.bib:anna poe": {"4": 1},
        "author:a.bib:a poe": {"4": 2},
    }


def test_an_id_says_who_an_author_is_whatever_the_name() -> None:
    papers = [
        Paper(id="1", title="1", authors=("Ada Poe", "Bo Li"), author_ids=("orcid:7", ""), sources=("a",)),
        Paper(id="2", title="2", authors=("A. Poe-Fox",), author_ids=("orcid:7",), sources=("b",)),
        Paper(id="3", title="3", authors=("Ada Poe",), author_ids=("orcid:8",), sources=("a",)),
    ]
    assert authors(*papers) == {
        "author:orcid:7": {"1": 1, "2": 1},
        "author:orcid:8": {"3": 1},
        "author:a:bo li": {"1": 2},
    }


def test_a_paper_of_two_sources_says_that_its_author_is_one_person_in_both() -> None:
    papers = [
        Paper(id="1", title="1", authors=("Ada Poe",), sources=("b.bib",)),
        Paper(id="2", title="2", authors=("Ada Poe", "Bo Li"), sources=("a.bib", "b.bib")),
        Paper(id="3", title="3", authors=("Bo Li",), sources=("c.bib",)),
    ]
    assert authors(*papers) == {
        "author:a.bib:ada poe": {"1": 1, "2": 1},
        "author:a.bib:bo li": {"2": 2},
        "author:c.bib:bo li": {"3": 1},
    }
    assert authors(*reversed(papers)) == authors(*papers)


def test_authors_are_nodes_that_wrote_papers() -> None:
    paper = Paper(
        id="p", title="On Looms", abstract="We weave.", authors=("Ada Poe", "Bo Li"), sources=("a",)
    )
    with build([paper], model="fast") as graph:
        rows = graph.cypher(
            "MATCH (a:Author)-[w:WROTE]->(p:Paper) "
            "RETURN a.name AS name, w.position AS position, p.id AS paper"
        )
        assert sorted((row["name"], row["position"], row["paper"]) for row in rows) == [
            ("Ada Poe", 1, "p"),
            ("Bo Li", 2, "p"),
        ]
        assert dict(graph.stats().values)["authors"] == 2


@examples(2)
@given(st.data())
def test_the_order_of_papers_does_not_matter(data: st.DataObject) -> None:
    works = ["p0", "p1", "On Yarn", "ON YARN.", "doi:10.9/x", "10.9/X", "s2:1", "p9", "Looms 3"]
    papers = [
        Paper(
            id=f"p{n}",
            title=data.draw(st.sampled_from(["On Yarn", "Looms 3", "Looms 4", "Thread"])),
            authors=data.draw(
                st.sampled_from([(), ("Ada Poe",), ("Poe, Ada", "Bo Li"), ("Bo Li", "Ada Poe")])
            ),
            references=tuple(data.draw(st.lists(st.sampled_from(works), max_size=3))),
            sources=tuple(data.draw(st.lists(st.sampled_from("abc"), unique=True))),
        )
        for n in range(4)
    ]
    shuffled = data.draw(st.permutations(papers))
    assert woven.graph_of(shuffled) == woven.graph_of(papers)
